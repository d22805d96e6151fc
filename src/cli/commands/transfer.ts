import { defineDataCommand, type Result } from '../data-command.js';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { findRun } from '../backend/resolve.js';
import { usageError } from '../errors.js';
import { withSignals } from '../signals.js';
import { StatusLine } from '../ui/progress.js';
import { formatCount, formatDuration, formatInteger } from '../ui/units.js';
import type { Engine } from '../../engine/engine.js';
import type { ExportOptions, ImportedStorages, TransferredStorages } from '../../model/transfer.js';
import type { Cli } from '../cli.js';
import type { Api } from '../backend/api.js';

const NOUNS = { dataset: 'item', keyValueStore: 'record', requestQueue: 'request' };

const OVERWRITE_OPTION = { '--overwrite': 'replace storages of the same name (default: refuse)' } as const;

const exportStorages = defineDataCommand({
    description:
        "Write all named storages to a directory in Crawlee's layout, such as ./storage, which `apify run` and Crawlee read.\n\n" +
        'A dataset has one file for each item, a key-value store one for each record, a queue one for each request: ' +
        'datasets/NAME/000000001.json.',
    args: { '<directory>': 'target directory' },
    options: { '--run <RUN>': "include the storages of a run, as Crawlee's default storages", ...OVERWRITE_OPTION },
    examples: {
        'greenroom export ./storage': 'Export all named storages',
        'greenroom export ./storage --run last': 'Include the storages of the latest run',
    },
    run:
        (cli, { overwrite, run: reference }, directory: string) =>
        async (api) => {
            const hint = 'To export one storage while the server runs: greenroom dataset items NAME --output FILE';
            const { storages } = requireEngine(api, 'export', hint);
            const run = reference && (await findRun(api, reference)).id;
            return transfer(cli, { verb: 'Exported', target: `to ${directory}` }, (options) =>
                storages.exportTo(resolve(cli.cwd, directory), { ...options, overwrite, run }),
            );
        },
});

const importStorages = defineDataCommand({
    create: true,
    description:
        "Read storages from a directory in Crawlee's layout, each under the name of its folder. " +
        'Atomic: if a file is invalid, nothing is imported. The directory is not changed.',
    args: { '[directory]': ['source directory', 'storage'] },
    options: OVERWRITE_OPTION,
    examples: { 'greenroom import ./storage': 'Import the storages of `apify run`' },
    run(cli, { overwrite }, directory: string) {
        const path = resolve(cli.cwd, directory);
        if (!existsSync(path))
            throw usageError(
                `The directory '${directory}' does not exist. Pass one in Crawlee's layout, usually ./storage.`,
            );
        return async (api) => {
            const hint = 'To fill one storage while the server runs: greenroom dataset push NAME --file FILE';
            const { storages } = requireEngine(api, 'import', hint);
            return transfer(cli, { verb: 'Imported', target: `from ${directory}` }, (options) =>
                storages.importFrom(path, { ...options, overwrite }),
            );
        };
    },
});

export const commands = { export: exportStorages, import: importStorages };

/** Returns the engine in this process. Throws for a server: the API cannot transfer storages. */
function requireEngine({ engine, location: place }: Api, verb: string, hint: string): Engine {
    if (engine !== undefined) return engine;
    const message = `The server at ${place} owns the storage directory, and cannot ${verb} storages over its API. Stop it before you ${verb}. ${hint}`;
    throw new EngineError('storage-in-use', message, { details: { url: place } });
}

/** Transfers storages until Ctrl+C, with progress on a terminal. */
async function transfer(
    cli: Cli,
    { verb, target }: { verb: string; target: string },
    work: (options: Pick<ExportOptions, 'onProgress' | 'signal'>) => Promise<TransferredStorages>,
): Promise<Result | undefined> {
    return withSignals(cli, `Cancelled: nothing was ${verb.toLowerCase()}.`, async (signal) => {
        const status = new StatusLine(cli.err);
        const start = performance.now();
        const entries = new Map<string, number>();
        const onProgress: ExportOptions['onProgress'] = ({ kind, name, done, total }) => {
            entries.set(`${kind} ${name}`, done);
            status.update(() => `${name}: ${formatInteger(done)} of ${formatCount(total, NOUNS[kind])}`);
        };
        const names = await work({ onProgress, signal }).finally(() => status.clear());
        const entryCount = [...entries.values()].reduce((sum, one) => sum + one, 0);
        const details = `${formatCount(entryCount, 'entry', 'entries')}, ${formatDuration(performance.now() - start)}`;
        return { json: { ...names, entryCount }, text: () => describe(names, verb, `${target} (${details})`) };
    });
}

function describe(transferred: TransferredStorages & Partial<ImportedStorages>, verb: string, end: string) {
    const { datasets, keyValueStores, requestQueues, skipped = [] } = transferred;
    const lists = { dataset: datasets, 'key-value store': keyValueStores, 'request queue': requestQueues };
    const counts = Object.entries(lists).map(([noun, list]) => formatCount(list.length, noun));
    const names = Object.entries(lists).flatMap(([noun, list]) =>
        list.length === 0 ? [] : [`  ${noun}s: ${list.join(', ')}`],
    );
    const notes = skipped.map(({ path, reason }) => `  skipped: ${path} ${reason}`);
    return [`${verb} ${counts[0]}, ${counts[1]} and ${counts[2]} ${end}.`, ...names, ...notes];
}
