import { defineCommand, LOCATION_OPTIONS, wholeNumber, type OptionsOf } from '../command.js';
import { confirm, defineDataCommand, YES_OPTION } from '../data-command.js';
import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { typeForFile } from '../../storage/key-value-store/content-type-extension.js';
import { JSON_TYPE, isJsonType, parseJson as tryJson } from '../../util/json/json.js';
import { apiPath, ifFound, type Api } from '../backend/api.js';
import { withApi } from '../backend/connect.js';
import { findStorage, notFoundError, KEY_VALUE_STORE } from '../backend/resolve.js';
import { parseJson, readValue, type ValueSource } from '../input.js';
import { printBody, saveBody } from '../ui/response-body.js';
import { formatTable } from '../ui/table.js';
import { formatBytes, formatCount } from '../ui/units.js';
import { createStorageCommands, describeArgument } from './storage-commands.js';
import type { KeyItem, KeysPage } from '../../model/api/storage.js';

/** Maximum number of keys on a page of the API. */
const PAGE_SIZE = 1000;

const KEYS_OPTIONS = {
    '--prefix <TEXT>': 'filter by prefix',
    '--after <KEY>': 'only keys after this one',
    '-n, --limit <N>': ['maximum number of keys', wholeNumber(1), PAGE_SIZE],
} as const;

const keys = defineDataCommand({
    description: 'List the keys of a key-value store',
    args: { '<kv>': describeArgument(KEY_VALUE_STORE) },
    options: KEYS_OPTIONS,
    examples: {
        'greenroom kv keys last': 'The keys of the latest run',
        'greenroom kv keys screenshots --prefix page-': 'Keys that start with page-',
    },
    run: (cli, options, kv: string) => async (api) => {
        const { id } = await findStorage(api, KEY_VALUE_STORE, kv);
        const page = await readKeys(api, id, options);
        const { items, isTruncated, nextExclusiveStartKey } = page;
        const isFiltered = Boolean(options.prefix ?? options.after);
        const empty = isFiltered ? 'No matching keys.' : 'The key-value store is empty.';
        const more = `See more with --after ${nextExclusiveStartKey} or --limit N.`;
        return {
            json: page,
            text: () =>
                formatTable(cli.out, items, [
                    { title: 'KEY', cell: ({ key }) => key },
                    { title: 'SIZE', align: 'right', keepsWidth: true, cell: ({ size }) => formatBytes(size) },
                ]),
            note: isTruncated ? more : items.length === 0 ? empty : undefined,
        };
    },
});

const get = defineCommand({
    aliases: ['get-value'],
    description: 'Print a record exactly as it is stored, or write it to a file',
    args: { '<kv>': describeArgument(KEY_VALUE_STORE), '<key>': 'key of the record' },
    options: { '-o, --output <FILE>': 'write to a file', ...LOCATION_OPTIONS },
    examples: {
        'greenroom kv get last OUTPUT': 'The output of the latest run',
        'greenroom kv get last INPUT | jq .startUrls': 'One field of the input of the latest run',
        'greenroom kv get screenshots page-1 --output page-1.png': 'Write an image to a file',
    },
    run: (cli, options, kv: string, key: string) =>
        withApi(cli, options, async (api) => {
            const { id } = await findStorage(api, KEY_VALUE_STORE, kv);
            const response = await openRecord(api, 'GET', id, key);
            if (options.output !== undefined)
                return saveBody(cli, response, resolve(cli.cwd, options.output), `the record ${key}`);
            return printBody(cli, response, '--output FILE');
        }),
});

const set = defineDataCommand({
    aliases: ['set-value'],
    description: 'Store a record',
    args: {
        '<kv>': describeArgument(KEY_VALUE_STORE),
        '<key>': 'key of the record',
        '[value]': 'value (default: stdin)',
    },
    options: {
        '-f, --file <FILE>': 'read the value from a file (- = stdin)',
        '-t, --content-type <TYPE>': 'content type (default: by the file extension, else JSON or text)',
    },
    examples: {
        [`greenroom kv set config SETTINGS '{ "depth": 2 }'`]: 'Store JSON',
        'greenroom kv set config logo --file logo.png': 'Store a file',
        'curl -s https://example.com | greenroom kv set pages home --content-type text/html':
            'Store the output of a command',
    },
    async run(cli, { file, contentType: type }, ...[kv, key, value]: [string, string, string?]) {
        const source = await readValue(cli, 'value', value, file);
        const contentType = type ?? detectType(source);
        if (isJsonType(contentType)) parseJson(source.bytes.toString(), source.source);
        return async (api) => {
            const { id, name } = await findStorage(api, KEY_VALUE_STORE, kv);
            await api.put(recordPath(id, key), { body: source.bytes, contentType });
            const size = source.bytes.byteLength;
            return {
                json: { storeId: id, key, contentType, size },
                text: `Set ${key} in the key-value store ${name ?? id} (${contentType}, ${formatBytes(size)}).`,
            };
        };
    },
});

const deleteRecords = defineDataCommand({
    aliases: ['delete-value'],
    description: 'Delete records of a key-value store',
    args: { '<kv>': describeArgument(KEY_VALUE_STORE), '<key...>': 'keys of the records' },
    options: YES_OPTION,
    examples: { 'greenroom kv delete config SETTINGS': 'Delete one record' },
    run: (cli, options, kv: string, keys: string[]) => async (api) => {
        const { id, name } = await findStorage(api, KEY_VALUE_STORE, kv);
        // All records are found before the first is deleted.
        for (const key of keys) await openRecord(api, 'HEAD', id, key);
        const what = `${formatCount(keys.length, 'record')} (${keys.join(', ')}) of the key-value store ${name ?? id}`;
        if (!(await confirm(cli, `Delete ${what}?`, options))) return;
        for (const key of keys) await api.delete(recordPath(id, key));
        return { json: { storeId: id, deleted: keys }, text: `Deleted ${what}.` };
    },
});

export const commands = {
    kv: { commands: { ...createStorageCommands(KEY_VALUE_STORE), keys, get, set, delete: deleteRecords } },
};

/** Reads any number of keys, returned as one page of the API. */
async function readKeys(
    api: Api,
    id: string,
    { limit, prefix, after }: OptionsOf<typeof KEYS_OPTIONS>,
): Promise<KeysPage> {
    const items: KeyItem[] = [];
    for (let from = after; ;) {
        const query = { limit: Math.min(PAGE_SIZE, limit - items.length), prefix, exclusiveStartKey: from };
        const page = await api.get<KeysPage>(apiPath('key-value-stores', id, 'keys'), query);
        items.push(...page.items);
        from = page.nextExclusiveStartKey ?? undefined;
        if (page.isTruncated && items.length < limit && from !== undefined) continue;
        return { ...page, count: items.length, limit, exclusiveStartKey: after ?? null, items };
    }
}

/** Returns the content type: by the file name, else JSON, text or binary by the content. */
function detectType({ bytes, file }: ValueSource): string {
    const byName = file === undefined ? undefined : typeForFile(file);
    if (byName !== undefined) return byName;
    if (!isUtf8(bytes)) return 'application/octet-stream';
    return tryJson(bytes.toString()) === undefined ? 'text/plain; charset=utf-8' : JSON_TYPE;
}

/** Requests a record. The error for a missing one lists existing keys. */
async function openRecord(api: Api, method: 'GET' | 'HEAD', storeId: string, key: string): Promise<Response> {
    const response = await ifFound(api.request(method, recordPath(storeId, key)));
    if (response !== undefined) return response;
    const { items } = await api.get<KeysPage>(apiPath('key-value-stores', storeId, 'keys'));
    const existing = items.map(({ key: id }) => ({ id }));
    throw notFoundError('record', key, existing, `kv keys ${storeId}`);
}

function recordPath(storeId: string, key: string): string {
    return apiPath('key-value-stores', storeId, 'records', key);
}
