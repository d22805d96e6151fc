import type { DataOptions, Command } from '../command.js';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { withApi } from '../engine/connect.js';
import { findRun } from '../engine/resolve.js';
import { badUsage } from '../errors.js';
import { untilInterrupted } from '../interrupts.js';
import { StatusLine } from '../output/progress.js';
import { formatCount, formatDuration, formatWhole } from '../output/units.js';
import type { Engine } from '../../engine/engine.js';
import type { ExportOptions, TransferredStorages } from '../../model/transfer.js';
import type { Cli } from '../cli.js';
import type { Api } from '../engine/api.js';

const NOUNS = { dataset: 'item', keyValueStore: 'record', requestQueue: 'request' };

interface TransferCommandOptions extends DataOptions {
    readonly run?: string;
    readonly overwrite?: boolean;
}

/** The commands of this module. */
export const commands = { export: exportStorages, import: importStorages };

/** `greenroom export` */
function exportStorages(command: Command, cli: Cli): void {
    command
        .description(
            "Write all named storages to a directory in Crawlee's layout, such as ./storage, which `apify run` and Crawlee read.\n\n" +
                'A dataset has one file for each item, a key-value store one for each record, a queue one for each request: ' +
                'datasets/NAME/000000001.json.',
        )
        .argument('<directory>', 'target')
        .option('--run <RUN>', "include the storages of a run, as Crawlee's default ones")
        .option('--overwrite', 'replace storages of the same name (default: refuse)')
        .action((given: string, options: TransferCommandOptions) => runExport(cli, given, options));
    command
        .dataOptions()
        .examples(
            ['greenroom export ./storage', 'All named storages'],
            ['greenroom export ./storage --run last', 'And those of the latest run'],
        );
}

/** `greenroom import` */
function importStorages(command: Command, cli: Cli): void {
    command
        .description(
            "Read storages from a directory in Crawlee's layout, each under the name of its folder. " +
                'Atomic: if a file is broken, nothing is imported. The directory is not changed.',
        )
        .argument('[directory]', 'source', 'storage')
        .option('--overwrite', 'replace storages of the same name (default: refuse)')
        .action((given: string, options: TransferCommandOptions) => runImport(cli, given, options));
    command.dataOptions().examples(['greenroom import ./storage', 'The storages of `apify run`']);
}

function runExport(cli: Cli, given: string, options: TransferCommandOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const engine = engineOf(
            api,
            'export',
            'To export one storage while it runs: greenroom dataset items NAME --output FILE',
        );
        const run = options.run && (await findRun(api, options.run)).id;
        await transfer(cli, options, { verb: 'Exported', place: `to ${given}` }, (more) =>
            engine.storages.exportTo(resolve(cli.cwd, given), { ...more, run }),
        );
    });
}

function runImport(cli: Cli, given: string, options: TransferCommandOptions): Promise<void> {
    const directory = resolve(cli.cwd, given);
    if (!existsSync(directory))
        throw badUsage(`The folder '${given}' does not exist. Name one in Crawlee's layout, usually ./storage.`);
    const work = async (api: Api): Promise<void> => {
        const engine = engineOf(
            api,
            'import',
            'To fill one storage while it runs: greenroom dataset push NAME --file FILE',
        );
        await transfer(cli, options, { verb: 'Imported', place: `from ${given}` }, (more) =>
            engine.storages.importFrom(directory, more),
        );
    };
    return withApi(cli, options, work, { create: true });
}

/** Returns the engine in this process; the API cannot transfer storages. */
function engineOf({ connection: { engine, place } }: Api, verb: string, remedy: string): Engine {
    if (engine !== undefined) return engine;
    const message = `The server at ${place} owns the storage directory, and cannot ${verb} storages over its API. Stop it before you ${verb}. ${remedy}`;
    throw new EngineError('storage-in-use', message, { details: { url: place } });
}

interface TransferTexts {
    readonly verb: string;
    readonly place: string;
}

/** Transfers storages until Ctrl+C, with progress on a terminal, and prints a report. */
async function transfer(
    cli: Cli,
    { overwrite = false, json = false }: TransferCommandOptions,
    { verb, place }: TransferTexts,
    work: (options: ExportOptions) => Promise<TransferredStorages>,
): Promise<void> {
    await untilInterrupted(cli, `Cancelled: nothing was ${verb.toLowerCase()}.`, async (signal) => {
        const { out, err } = cli.terminal;
        const status = new StatusLine(err);
        const start = performance.now();
        const entries = new Map<string, number>();
        const onProgress: ExportOptions['onProgress'] = ({ kind, name, done, total }) => {
            entries.set(`${kind} ${name}`, done);
            status.update(() => `${name}: ${formatWhole(done)} of ${formatCount(total, NOUNS[kind])}`);
        };
        const names = await work({ overwrite, onProgress, signal }).finally(() => status.clear());
        const entryCount = [...entries.values()].reduce((sum, one) => sum + one, 0);
        if (json) return cli.terminal.json({ ...names, entryCount });
        const took = formatDuration(performance.now() - start);
        const kinds = describe(names);
        const counts = kinds.map(({ list, noun }) => formatCount(list.length, noun));
        out.line(
            `${verb} ${counts[0]}, ${counts[1]} and ${counts[2]} ${place} (${formatCount(entryCount, 'entry', 'entries')}, ${took}).`,
        );
        for (const { list, noun } of kinds) if (list.length > 0) out.line(`  ${noun}s: ${list.join(', ')}`);
    });
}

function describe({ datasets, keyValueStores, requestQueues }: TransferredStorages) {
    return [
        { noun: 'dataset', list: datasets },
        { noun: 'key-value store', list: keyValueStores },
        { noun: 'request queue', list: requestQueues },
    ];
}
