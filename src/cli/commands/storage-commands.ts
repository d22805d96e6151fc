import type { Page } from '../../model/api/page.js';
import type { AnyCommand } from '../command.js';
import {
    confirm,
    defineDataCommand,
    LIST_OPTIONS,
    listQuery,
    listResult,
    recordResult,
    YES_OPTION,
    type ListView,
} from '../data-command.js';
import { EngineError } from '../../errors/engine-error.js';
import { apiPath, referencePath } from '../backend/api.js';
import { findStorage, type StorageKindLabels, type StorageRecord } from '../backend/resolve.js';
import { usageError } from '../errors.js';
import { formatBytes, formatCount, formatTime, formatInteger } from '../ui/units.js';
import type { Column } from '../ui/table.js';

/** Returns the description of an argument that names a storage. */
export function describeArgument({ noun }: StorageKindLabels): string {
    return `id or name of a ${noun[0]}; or a run, "last" or an Actor for the default ${noun[0]} of that run`;
}

/** Creates the commands that all kinds of storages have. */
export function createStorageCommands(kind: StorageKindLabels) {
    const { command, noun, path } = kind;
    const list = defineDataCommand({
        aliases: ['ls'],
        description: `List ${noun[1]}`,
        options: { '-a, --all': `include unnamed ${noun[1]}, such as those of runs`, ...LIST_OPTIONS },
        examples: {
            [`greenroom ${command} list`]: `Named ${noun[1]}`,
            [`greenroom ${command} list --all --limit 100`]: `All ${noun[1]}, including those of runs`,
        },
        run: (cli, options) => async (api) => {
            const query = { ...listQuery(options), unnamed: options.all ?? false };
            return listResult(
                cli,
                await api.get<Page<StorageRecord>>(path, query),
                createListView(kind, query.unnamed),
            );
        },
    });
    const show = defineDataCommand({
        aliases: ['info'],
        description: `Show ${noun[0]} details`,
        args: { [`<${command}>`]: describeArgument(kind) },
        examples: { [`greenroom ${command} show last`]: `The ${noun[0]} of the latest run` },
        run: (cli, _options, reference: string) => async (api) => {
            const storage = await findStorage(api, kind, reference);
            return recordResult(cli, storage, formatDetails(storage));
        },
    });
    return { list, show, ...createChangeCommands(kind), rm: createRemoveCommand(kind) };
}

function createChangeCommands(kind: StorageKindLabels) {
    const { command, noun, path } = kind;
    const create = defineDataCommand({
        create: true,
        description: `Create a ${noun[0]}`,
        args: { '[name]': 'letters, digits and dashes; default: no name' },
        examples: { [`greenroom ${command} create products`]: `Create a ${noun[0]} that Actors open by its name` },
        run: (_cli, _options, name?: string) => async (api) => {
            if (name !== undefined && (await api.find(referencePath(path, `~${name}`))) !== undefined) {
                const message = `A ${noun[0]} named \`${name}\` already exists. View it with \`greenroom ${command} show ${name}\`, or choose another name.`;
                throw new EngineError('name-not-unique', message, { details: { name } });
            }
            const created = await api.post<StorageRecord>(path, { query: { name } });
            return {
                json: created,
                text: `Created ${created.name ? `the ${noun[0]} ${created.name}` : `an unnamed ${noun[0]}`}: ${created.id}`,
            };
        },
    });
    const rename = defineDataCommand({
        description: `Set or remove the name of a ${noun[0]}; named storages are never purged`,
        args: { [`<${command}>`]: describeArgument(kind), '[name]': 'new name' },
        options: { '--unname': 'remove the name' },
        examples: {
            [`greenroom ${command} rename last products`]: `Name the ${noun[0]} of the latest run, which keeps it`,
        },
        run(_cli, { unname = false }, reference: string, name?: string) {
            if (unname === (name !== undefined)) throw usageError('Pass either the new name or --unname.');
            return async (api) => {
                const { id } = await findStorage(api, kind, reference);
                const json = await api.put<StorageRecord>(apiPath(kind.path, id), { body: { name: name ?? null } });
                return { json, text: name === undefined ? `Removed the name of ${id}.` : `Renamed ${id} to ${name}.` };
            };
        },
    });
    return { create, rename };
}

function createListView({ noun, command }: StorageKindLabels, isAll: boolean): ListView<StorageRecord> {
    const count = (title: string, read: (storage: StorageRecord) => number | undefined): Column<StorageRecord> => {
        return { title, align: 'right', cell: (storage) => formatInteger(read(storage) ?? 0) };
    };
    const counts = {
        dataset: [count('ITEMS', ({ itemCount }) => itemCount)],
        kv: [],
        queue: [
            count('REQUESTS', ({ totalRequestCount }) => totalRequestCount),
            count('PENDING', ({ pendingRequestCount }) => pendingRequestCount),
        ],
    };
    const columns: Column<StorageRecord>[] = [
        { title: 'ID', keepsWidth: true, cell: ({ id }) => id },
        { title: 'NAME', style: () => 'cyan', cell: ({ name }) => name ?? '' },
        ...counts[command],
        { title: 'SIZE', align: 'right', cell: ({ stats }) => formatBytes(stats.storageBytes) },
        { title: 'MODIFIED', isOptional: true, keepsWidth: true, cell: ({ modifiedAt }) => formatTime(modifiedAt) },
    ];
    const next = `Create one with \`greenroom ${command} create NAME\`.`;
    if (!isAll) {
        const named = [`named ${noun[0]}`, `named ${noun[1]}`] as const;
        return { noun: named, columns, whenEmpty: `Include those of runs with --all. ${next}` };
    }
    columns.push({ title: 'RUN', keepsWidth: true, cell: ({ actRunId = '' }) => actRunId });
    return { noun, columns, whenEmpty: next };
}

function formatDetails(storage: StorageRecord): Record<string, string | undefined> {
    const { itemCount, totalRequestCount: requests, handledRequestCount, stats } = storage;
    return {
        ID: storage.id,
        Name: storage.name ?? '(none)',
        Title: storage.title,
        Items: itemCount === undefined ? undefined : formatInteger(itemCount),
        Fields: storage.fields?.join(', '),
        Requests:
            requests === undefined
                ? undefined
                : `${formatInteger(requests)} (${formatInteger(handledRequestCount ?? 0)} handled)`,
        Size: formatBytes(stats.storageBytes),
        Created: formatTime(storage.createdAt),
        Modified: formatTime(storage.modifiedAt),
        Accessed: formatTime(storage.accessedAt),
        Run: storage.actRunId,
    };
}

function createRemoveCommand(kind: StorageKindLabels): AnyCommand {
    const { command, noun } = kind;
    return defineDataCommand({
        description: `Delete ${noun[1]} with all contents`,
        args: { [`<${command}...>`]: `ids or names of ${noun[1]}` },
        options: YES_OPTION,
        examples: { [`greenroom ${command} rm old-products --yes`]: 'Delete without confirmation' },
        run: (cli, options, references: string[]) => async (api) => {
            // All storages are found before the first is deleted.
            const storages = new Map<string, StorageRecord>();
            for (const reference of references) {
                const storage = await findStorage(api, kind, reference, true);
                storages.set(storage.id, storage);
            }
            const all = [...storages.values()];
            const what = all.map((storage) => describeStorage(kind, storage)).join(' and ');
            if (!(await confirm(cli, `Delete ${what}?`, options))) return;
            for (const { id } of all) await api.delete(apiPath(kind.path, id));
            return { json: all.map(({ id, name }) => ({ id, name })), text: `Deleted ${what}.` };
        },
    });
}

/** Describes a storage in questions and messages: `the dataset products (12 items, 1.5 kB)`. */
function describeStorage({ noun }: StorageKindLabels, storage: StorageRecord): string {
    const { id, name, itemCount, totalRequestCount, stats } = storage;
    const contents = [
        ...(itemCount === undefined ? [] : [formatCount(itemCount, 'item')]),
        ...(totalRequestCount === undefined ? [] : [formatCount(totalRequestCount, 'request')]),
        formatBytes(stats.storageBytes),
    ];
    return `the ${noun[0]} ${name ?? id} (${contents.join(', ')})`;
}
