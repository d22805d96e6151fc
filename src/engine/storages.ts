import { resolve } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { checkStorageName } from '../storage/names.js';
import { checkFlag, checkOptions, checkText, invalid } from '../util/check.js';
import type { RunSeed, StoragesSeed, ExportOptions, ImportOptions, TransferredStorages } from '../model/transfer.js';
import type { EngineServices } from './services/services.js';

/** The kinds of storages, under the names that they have in seeds of an engine and of a run. */
const SEED_KINDS = [
    { kind: 'dataset', list: 'datasets', field: 'items' },
    { kind: 'keyValueStore', list: 'keyValueStores', field: 'records' },
    { kind: 'requestQueue', list: 'requestQueues', field: 'requests' },
] as const;

/** The storages of an engine, to be filled and emptied as a whole. Names are those of the engine's owner. */
export class EngineStorages {
    readonly #parts: () => EngineServices;
    readonly #now: () => number;

    /** @internal Made by the engine. */
    constructor(parts: () => EngineServices, now: () => number) {
        this.#parts = parts;
        this.#now = now;
    }

    /**
     * Puts items, records and requests into named storages, which are made if they are not there; to those that are there they
     * are added. All is checked before anything is written.
     *
     * @throws EngineError `unknown-option`, `invalid-value`, `invalid-record-key`, `invalid-request`, `request-too-large`, or
     * `schema-validation-error`.
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
            return namedIn(`seed.${list}`, seed[list]).map(([name, value]) => ({
                kind,
                name,
                path: `seed.${list}.${name}`,
                given: { [field]: value } as RunSeed,
            }));
        });
        const { checkTargets, applySeed, validateSeed } = await import('./lazy-storage-transfer.js');
        const ready = [];
        for (const { path, given, ...one } of named) ready.push({ ...one, seed: await validateSeed(path, given) });
        const { storages } = this.#parts();
        for (const { kind, name, seed: one } of ready) checkTargets(one, { [kind]: storages.of(kind).find(name) });
        for (const { kind, name, seed: one } of ready) {
            await applySeed(one, { [kind]: storages.of(kind).getOrCreate(name).storage });
        }
    }

    /**
     * Imports all storages of a directory in the layout of Crawlee's own storage, such as `./storage`: each under the name of its
     * folder, also that which Crawlee calls `default`. Requests keep their order, and whether they are handled.
     *
     * It is all or nothing: of a directory with a broken file, or with a name that there is already, nothing is imported.
     *
     * @throws EngineError `invalid-value` for a path that is no such directory, `storage-corrupted` for a broken file,
     * `name-not-unique` where there is a storage of that name already, unless `overwrite` is set.
     *
     * @example
     * const { datasets } = await engine.storages.importFrom('./storage');
     */
    async importFrom(directory: string, options: ImportOptions = {}): Promise<TransferredStorages> {
        checkTransfer(directory, options, ['filter']);
        const { filter } = options;
        if (filter !== undefined && typeof filter !== 'function') throw invalid('options.filter', filter, 'a function');
        const { importStorages } = await import('./lazy-storage-transfer.js');
        return importStorages(this.#parts().storages, resolve(directory), options, this.#now());
    }

    /**
     * Exports all named storages into a directory in the layout of Crawlee's own storage, and with `run` the default storages
     * of a run as those that Crawlee calls `default`. Other storages without a name, and locks of requests, are left out.
     *
     * @throws EngineError `name-not-unique` for a folder that is not empty, unless `overwrite` is set, which replaces it;
     * `record-not-found` for a run that there is not; `storage-failed` when the disk refuses.
     *
     * @example
     * await engine.storages.exportTo('./storage', { run: run.id });
     */
    async exportTo(directory: string, options: ExportOptions = {}): Promise<TransferredStorages> {
        checkTransfer(directory, options, ['run']);
        checkText('options.run', options.run);
        const { storages, runs } = this.#parts();
        const run = options.run === undefined ? undefined : runs.peek(options.run);
        if (options.run !== undefined && run === undefined) throw noSuchRun(options.run);
        const { exportStorages } = await import('./lazy-storage-transfer.js');
        return exportStorages({ storages, directory: resolve(directory), run, now: this.#now() }, options);
    }
}

function namedIn(path: string, values: Readonly<Record<string, unknown>> = {}): [name: string, value: unknown][] {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
        throw invalid(path, values, 'an object by the names of the storages');
    }
    for (const name of Object.keys(values)) checkStorageName(`a name in ${path}`, name);
    return Object.entries(values);
}

function checkTransfer(directory: unknown, options: ExportOptions, more: readonly string[]): void {
    if (directory === undefined) throw invalid('directory', directory, 'the path of a directory');
    checkText('directory', directory);
    checkOptions('options', options, ['overwrite', 'onProgress', 'signal', ...more]);
    checkFlag('options.overwrite', options.overwrite);
    const { onProgress, signal } = options;
    if (onProgress !== undefined && typeof onProgress !== 'function') {
        throw invalid('options.onProgress', onProgress, 'a function');
    }
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
        throw invalid('options.signal', signal, 'an AbortSignal');
    }
    signal?.throwIfAborted();
}

function noSuchRun(id: string): EngineError {
    return new EngineError('record-not-found', `\`options.run\`: no run has the id \`${id}\`.`, {
        details: { run: id },
    });
}
