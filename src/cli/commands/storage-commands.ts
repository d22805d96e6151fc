import { listQuery, type DataOptions, type ListOptions, type DeleteOptions, type Command } from '../command.js';
import { EngineError } from '../../errors/engine-error.js';
import { apiPath, referencePath, type Api, type ApiPage } from '../engine/api.js';
import { withApi } from '../engine/connect.js';
import { findStorage, findStorageByName } from '../engine/resolve.js';
import { describeStorage, type StorageKindTerms, type StorageRecord } from '../engine/storage-kinds.js';
import { badUsage } from '../errors.js';
import { confirm } from '../output/confirm.js';
import { printList, printRecord, printResult, type ListView, type RecordLine } from '../output/lists.js';
import { formatBytes, formatCount, formatTime, formatWhole } from '../output/units.js';
import type { Cli } from '../cli.js';

/** The placeholder of an argument that names a storage: `<dataset>`. */
export function storageArgument({ command, noun }: StorageKindTerms): [name: string, description: string] {
    return [`<${command}>`, `id or name of a ${noun[0]}; or a run, "last" or an Actor for the default one of that run`];
}

/** Adds what all kinds of storages have: list, show, create, rename and rm. */
export function addStorageCommands(group: Command, cli: Cli, kind: StorageKindTerms): void {
    addReadingCommands(group, cli, kind);
    const { command, noun } = kind;
    group
        .command('create')
        .description(`Create a ${noun[0]}`)
        .argument('[name]', 'letters, digits and dashes; default: no name')
        .action((name: string | undefined, options: DataOptions) => createStorage(cli, kind, name, options))
        .dataOptions()
        .examples([`greenroom ${command} create products`, 'Actors find it by its name']);
    group
        .command('rename')
        .description(`Set or remove the name of a ${noun[0]}; named storages are never purged`)
        .argument(...storageArgument(kind))
        .argument('[name]', 'new name')
        .option('--unname', 'remove the name')
        .action((reference: string, name: string | undefined, options: RenameOptions) =>
            renameStorage(cli, kind, { reference, name, ...options }),
        )
        .dataOptions()
        .examples([`greenroom ${command} rename last products`, 'Keep that of the latest run']);
    group
        .command('rm')
        .description(`Delete ${noun[1]} with all contents`)
        .argument(`<${command}...>`, `ids or names of ${noun[1]}`)
        .action((references: string[], options: DeleteOptions) => removeStorages(cli, kind, references, options))
        .deleteOptions()
        .examples([`greenroom ${command} rm old-products --yes`, 'Skip confirmation']);
}

function addReadingCommands(group: Command, cli: Cli, kind: StorageKindTerms): void {
    const { command, noun } = kind;
    group
        .command('list')
        .alias('ls')
        .description(`List ${noun[1]}`)
        .option('-a, --all', 'include unnamed ones, such as those of runs')
        .action((options: ListOptions & { all?: boolean }) => listStorages(cli, kind, options))
        .listOptions()
        .examples(
            [`greenroom ${command} list`, 'Named ones'],
            [`greenroom ${command} list --all --limit 100`, 'Include those of runs'],
        );
    group
        .command('show')
        .alias('info')
        .description(`Show ${noun[0]} details`)
        .argument(...storageArgument(kind))
        .action((reference: string, options: DataOptions) => showStorage(cli, kind, reference, options))
        .dataOptions()
        .examples([`greenroom ${command} show last`, 'That of the latest run']);
}

interface RenameOptions extends DataOptions {
    readonly unname?: boolean;
}

function listStorages(cli: Cli, kind: StorageKindTerms, options: ListOptions & { all?: boolean }): Promise<void> {
    const query = { ...listQuery(options), unnamed: options.all ?? false };
    return withApi(cli, options, async (api) => {
        const page = await api.get<ApiPage<StorageRecord>>(kind.path, query);
        await printList(cli, page, { ...viewOf(kind, query.unnamed), isJson: options.json });
    });
}

function viewOf({ noun, command }: StorageKindTerms, isAll: boolean): ListView<StorageRecord> {
    const columns: ListView<StorageRecord>['columns'] = [
        { title: 'ID', isWhole: true, cell: ({ id }) => id },
        { title: 'NAME', style: () => 'cyan', cell: ({ name = '' }) => name },
        ...(command === 'dataset'
            ? [{ title: 'ITEMS', align: 'right', cell: ({ itemCount = 0 }) => formatWhole(itemCount) } as const]
            : []),
        ...(command === 'queue'
            ? ([
                  {
                      title: 'REQUESTS',
                      align: 'right',
                      cell: ({ totalRequestCount = 0 }) => formatWhole(totalRequestCount),
                  },
                  {
                      title: 'PENDING',
                      align: 'right',
                      cell: ({ pendingRequestCount = 0 }) => formatWhole(pendingRequestCount),
                  },
              ] as const)
            : []),
        { title: 'SIZE', align: 'right', cell: ({ stats }) => formatBytes(stats.storageBytes) },
        { title: 'MODIFIED', isOptional: true, isWhole: true, cell: ({ modifiedAt }) => formatTime(modifiedAt) },
        ...(isAll ? [{ title: 'RUN', isWhole: true, cell: ({ actRunId = '' }: StorageRecord) => actRunId }] : []),
    ];
    return {
        noun: isAll ? noun : [`named ${noun[0]}`, `named ${noun[1]}`],
        columns,
        whenEmpty: `${isAll ? '' : 'Include those of runs with --all. '}Create one with \`greenroom ${command} create NAME\`.`,
    };
}

function showStorage(cli: Cli, kind: StorageKindTerms, reference: string, options: DataOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const storage = await findStorage(api, kind, reference);
        if (options.json) cli.terminal.json(storage);
        else printRecord(cli, linesOf(storage));
    });
}

function linesOf(storage: StorageRecord): RecordLine[] {
    const { itemCount, totalRequestCount, handledRequestCount, stats } = storage;
    return [
        ['Id', storage.id],
        ['Name', storage.name ?? '(none)'],
        ['Title', storage.title],
        ['Items', itemCount === undefined ? undefined : formatWhole(itemCount)],
        ['Fields', storage.fields?.join(', ')],
        [
            'Requests',
            totalRequestCount === undefined
                ? undefined
                : `${formatCount(totalRequestCount, 'request')}, ${handledRequestCount} handled`,
        ],
        ['Size', formatBytes(stats.storageBytes)],
        ['Created', formatTime(storage.createdAt)],
        ['Modified', formatTime(storage.modifiedAt)],
        ['Accessed', formatTime(storage.accessedAt)],
        ['Run', storage.actRunId],
    ];
}

function createStorage(
    cli: Cli,
    { path, noun: [noun], command }: StorageKindTerms,
    name: string | undefined,
    options: DataOptions,
): Promise<void> {
    const create = async (api: Api): Promise<void> => {
        if (name !== undefined && (await api.find(referencePath(path, `~${name}`))) !== undefined) {
            const message = `A ${noun} named \`${name}\` exists. See it with \`greenroom ${command} show ${name}\`, or choose another name.`;
            throw new EngineError('name-not-unique', message, { details: { name } });
        }
        const created = await api.post<StorageRecord>(path, { query: { name } });
        const title = created.name ?? 'without a name';
        printResult(cli, options, created, `Created the ${noun} ${title}: ${created.id}`);
    };
    return withApi(cli, options, create, { create: true });
}

interface RenameRequest extends RenameOptions {
    readonly reference: string;
    readonly name: string | undefined;
}

function renameStorage(cli: Cli, kind: StorageKindTerms, request: RenameRequest): Promise<void> {
    const { reference, name, unname = false } = request;
    if (unname === (name !== undefined)) throw badUsage('Give either the new name or --unname.');
    return withApi(cli, request, async (api) => {
        const { id } = await findStorage(api, kind, reference);
        const path = apiPath(kind.path, id);
        const changed = await api.put<StorageRecord>(path, { body: { name: unname ? null : name } });
        printResult(cli, request, changed, unname ? `Name of ${id} removed.` : `Renamed ${id} to ${name}.`);
    });
}

function removeStorages(
    cli: Cli,
    kind: StorageKindTerms,
    references: readonly string[],
    options: DeleteOptions,
): Promise<void> {
    return withApi(cli, options, async (api) => {
        // All are found before one is deleted.
        const storages = new Map<string, StorageRecord>();
        for (const reference of references) {
            const storage = await findStorageByName(api, kind, reference);
            storages.set(storage.id, storage);
        }
        const all = [...storages.values()];
        const what = all.map((storage) => describeStorage(kind, storage)).join(' and ');
        if (!(await confirm(cli, `Delete ${what}?`, options))) return;
        for (const { id } of all) await api.delete(apiPath(kind.path, id));
        printResult(
            cli,
            options,
            all.map(({ id, name }) => ({ id, name })),
            `Deleted ${what}.`,
        );
    });
}
