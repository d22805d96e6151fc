import { resolve } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { isStorageName, STORAGE_NAME_RULE } from '../storage/names.js';
import { checkFlag, checkOptions, checkSignal, checkText, invalid, invalidPart } from '../util/check.js';
import type {
    RunSeed,
    StoragesSeed,
    ExportOptions,
    ImportedStorages,
    ImportOptions,
    TransferredStorages,
} from '../model/transfer.js';
import type { EngineServices } from './services/services.js';

/** The storage types, with their property names in the seed of an engine (`list`) and of a run (`field`). */
const SEED_KINDS = [
    { kind: 'dataset', list: 'datasets', field: 'items' },
    { kind: 'keyValueStore', list: 'keyValueStores', field: 'records' },
    { kind: 'requestQueue', list: 'requestQueues', field: 'requests' },
] as const;

/** Seeds, imports and exports the storages of an engine. All names refer to storages of the engine's owner. */
export class EngineStorages {
    readonly #services: () => EngineServices;
    readonly #now: () => number;

    /** @internal Use `engine.storages`. */
    constructor(services: () => EngineServices, now: () => number) {
        this.#services = services;
        this.#now = now;
    }

    /**
     * Adds items, records and requests to named storages. Storages that do not exist are created. Everything is validated before
     * anything is written.
     *
     * @throws EngineError `unknown-option`, `invalid-value`, `invalid-record-key`, `invalid-request`, `request-too-large`, or
     *   `schema-validation-error`.
     *
     * @example
     * await engine.storages.seed({
     *     datasets: { products: [{ sku: 'a' }, { sku: 'b' }] },
     *     keyValueStores: { config: { SETTINGS: { depth: 2 } } },
     *     requestQueues: { todo: ['https://example.com', { url: 'https://example.com/b', userData: { label: 'B' } }] },
     * });
     */
    async seed(seed: StoragesSeed): Promise<void> {
        checkOptions('seed', seed, ['datasets', 'keyValueStores', 'requestQueues']);
        const named = SEED_KINDS.flatMap(({ kind, list, field }) => {
            return readEntries(`seed.${list}`, seed[list]).map(([name, value]) => ({
                kind,
                name,
                path: `seed.${list}.${name}`,
                content: { [field]: value } as RunSeed,
            }));
        });
        const { checkTargets, applySeed, validateSeed } = await import('./lazy-storage-transfer.js');
        const validated = [];
        for (const { path, content, ...target } of named) {
            validated.push({ ...target, seed: await validateSeed(path, content, () => path) });
        }
        const { storages } = this.#services();
        for (const { kind, name, seed: content } of validated) {
            checkTargets(content, { [kind]: storages.of(kind).find(name) });
        }
        for (const { kind, name, seed: content } of validated) {
            await applySeed(content, { [kind]: storages.of(kind).getOrCreate(name).storage });
        }
    }

    /**
     * Imports all storages of a directory in Crawlee's storage layout, such as `./storage`. Each keeps the name of its folder,
     * including `default`. Requests keep their order and handled state.
     *
     * Files that Crawlee ignores are skipped. Otherwise, the import is atomic: if a file is invalid or a name is taken, nothing is
     * imported.
     *
     * @param options.overwrite - If true, existing storages with the same names are replaced. Default: false.
     * @param options.filter - Selects the storages to import. Default: all.
     * @returns The names of the imported storages, and the skipped files.
     * @throws EngineError `invalid-value` for a path that is not such a directory, `storage-corrupted` for an invalid file,
     *   `name-not-unique` for a name that exists already, unless `overwrite` is set.
     *
     * @example
     * const { datasets } = await engine.storages.importFrom('./storage');
     */
    async importFrom(directory: string, options: ImportOptions = {}): Promise<ImportedStorages> {
        checkTransfer(directory, options, ['filter']);
        const { filter } = options;
        if (filter !== undefined && typeof filter !== 'function') throw invalid('options.filter', filter, 'a function');
        const { importStorages } = await import('./lazy-storage-transfer.js');
        return importStorages(this.#services().storages, resolve(directory), options, this.#now());
    }

    /**
     * Exports all named storages to a directory in Crawlee's storage layout. Other unnamed storages and request locks are not
     * exported.
     *
     * @param options.run - Id of a run whose default storages are exported as Crawlee's `default` storages.
     * @param options.overwrite - If true, existing storage folders are replaced. Default: false.
     * @returns The names of the exported storages.
     * @throws EngineError `name-not-unique` for a storage folder that is not empty, unless `overwrite` is set;
     *   `record-not-found` for a run that does not exist; `storage-failed` if writing fails.
     *
     * @example
     * await engine.storages.exportTo('./storage', { run: run.id });
     */
    async exportTo(directory: string, options: ExportOptions = {}): Promise<TransferredStorages> {
        checkTransfer(directory, options, ['run']);
        checkText('options.run', options.run);
        const { storages, runs } = this.#services();
        const run = options.run === undefined ? undefined : runs.peek(options.run);
        if (options.run !== undefined && run === undefined) throw createRunNotFoundError(options.run);
        const { exportStorages } = await import('./lazy-storage-transfer.js');
        return exportStorages({ storages, directory: resolve(directory), run, now: this.#now() }, options);
    }
}

function readEntries(path: string, values: Readonly<Record<string, unknown>> = {}): [name: string, value: unknown][] {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
        throw invalid(path, values, 'an object whose keys are names of storages');
    }
    const invalidName = Object.keys(values).find((name) => !isStorageName(name));
    if (invalidName !== undefined) throw invalidPart(path, `A name in \`${path}\``, invalidName, STORAGE_NAME_RULE);
    return Object.entries(values);
}

function checkTransfer(directory: unknown, options: ExportOptions, more: readonly string[]): void {
    if (directory === undefined) throw invalid('directory', directory, 'the path of a directory');
    checkText('directory', directory);
    checkOptions('options', options, ['overwrite', 'onProgress', 'signal', ...more]);
    checkFlag('options.overwrite', options.overwrite);
    const { onProgress, signal } = options;
    checkSignal('options.signal', signal);
    if (onProgress !== undefined && typeof onProgress !== 'function') {
        throw invalid('options.onProgress', onProgress, 'a function');
    }
    signal?.throwIfAborted();
}

function createRunNotFoundError(id: string): EngineError {
    return new EngineError('record-not-found', `\`options.run\`: the run \`${id}\` does not exist.`, {
        details: { run: id },
    });
}
