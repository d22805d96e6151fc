import { wholeNumber, type DataOptions, type DeleteOptions, type Command } from '../command.js';
import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { typeOfFile } from '../../storage/content-type-extension.js';
import { JSON_TYPE, isJsonType } from '../../util/json.js';
import { apiPath, ifFound, type Api } from '../engine/api.js';
import { withApi } from '../engine/connect.js';
import { findStorage, notFound } from '../engine/resolve.js';
import { KEY_VALUE_STORE } from '../engine/storage-kinds.js';
import { parseJson, readGivenValue, type GivenValue } from '../input.js';
import { confirm } from '../output/confirm.js';
import { printNote, printResult, printTable } from '../output/lists.js';
import { printBody, saveBody } from '../output/response-body.js';
import { formatBytes } from '../output/units.js';
import { addStorageCommands, storageArgument } from './storage-commands.js';
import type { KeyItem, KeysPage } from '../../model/storage.js';
import type { Cli } from '../cli.js';

/** Keys of one page of the API. */
const PAGE_SIZE = 1000;
/** Types that a person can read. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|yaml)|image\/svg)/;

/** The commands of this module. */
export const commands = { kv };

/** `greenroom kv …` */
function kv(group: Command, cli: Cli): void {
    addStorageCommands(group, cli, KEY_VALUE_STORE);
    addReadingCommands(group, cli);
    group
        .command('set')
        .alias('set-value')
        .description('Store a record')
        .argument(...storageArgument(KEY_VALUE_STORE))
        .argument('<key>', 'key of the record')
        .argument('[value]', 'value; default: stdin')
        .option('-f, --file <FILE>', 'read the value from a file; - is stdin')
        .option('-t, --content-type <TYPE>', 'type of the value (default: by the file, else JSON or text)')
        .action((store: string, key: string, value: string | undefined, options: SetOptions) =>
            setRecord(cli, { store, key, value, ...options }),
        )
        .dataOptions()
        .examples(
            [`greenroom kv set config SETTINGS '{ "depth": 2 }'`, 'JSON'],
            ['greenroom kv set config logo --file logo.png', 'A file'],
            ['curl -s https://example.com | greenroom kv set pages home --content-type text/html', 'From a pipe'],
        );
    group
        .command('delete')
        .alias('delete-value')
        .description('Delete records of a key-value store')
        .argument(...storageArgument(KEY_VALUE_STORE))
        .argument('<key...>', 'keys of the records')
        .action((store: string, keys: string[], options: DeleteOptions) => deleteRecords(cli, store, keys, options))
        .deleteOptions()
        .examples(['greenroom kv delete config SETTINGS', 'One record']);
}

function addReadingCommands(group: Command, cli: Cli): void {
    group
        .command('keys')
        .description('List the keys of a key-value store')
        .argument(...storageArgument(KEY_VALUE_STORE))
        .option('--prefix <TEXT>', 'filter by prefix')
        .option('--after <KEY>', 'only keys after this one')
        .option('-n, --limit <N>', 'maximum number of keys', wholeNumber(1), PAGE_SIZE)
        .action((store: string, options: KeysOptions) => listKeys(cli, store, options))
        .dataOptions()
        .examples(
            ['greenroom kv keys last', 'Those of the latest run'],
            ['greenroom kv keys screenshots --prefix page-', 'Some of them'],
        );
    group
        .command('get')
        .alias('get-value')
        .description('Print a record exactly as it is stored, or write it to a file')
        .argument(...storageArgument(KEY_VALUE_STORE))
        .argument('<key>', 'key of the record')
        .option('-o, --output <FILE>', 'write to a file')
        .action((store: string, key: string, options: GetOptions) => getRecord(cli, store, key, options))
        .placeOptions()
        .examples(
            ['greenroom kv get last OUTPUT', 'The output of the latest run'],
            ['greenroom kv get last INPUT | jq .startUrls', 'A part of its input'],
            ['greenroom kv get screenshots page-1 --output page-1.png', 'An image'],
        );
}

interface KeysOptions extends DataOptions {
    readonly limit: number;
    readonly prefix?: string;
    readonly after?: string;
}

function listKeys(cli: Cli, store: string, options: KeysOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const { id } = await findStorage(api, KEY_VALUE_STORE, store);
        const page = await readKeys(api, id, options);
        if (options.json) return cli.terminal.json(page);
        if (page.items.length > 0) {
            await printTable(cli, page.items, [
                { title: 'KEY', cell: ({ key }) => key },
                { title: 'SIZE', align: 'right', isWhole: true, cell: ({ size }) => formatBytes(size) },
            ]);
        }
        const { items, isTruncated, nextExclusiveStartKey } = page;
        if (isTruncated) printNote(cli, `See more with --after ${nextExclusiveStartKey} or --limit N.`);
        else if (items.length === 0)
            printNote(cli, (options.prefix ?? options.after) ? 'No matching keys.' : 'The key-value store is empty.');
    });
}

/** Reads any number of keys, in the shape of one page of the API. */
async function readKeys(api: Api, id: string, { limit, prefix, after }: KeysOptions): Promise<KeysPage> {
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

interface GetOptions extends DataOptions {
    readonly output?: string;
}

function getRecord(cli: Cli, store: string, key: string, options: GetOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const { id } = await findStorage(api, KEY_VALUE_STORE, store);
        const response = await openRecord(api, 'GET', id, key);
        if (options.output !== undefined)
            return saveBody(cli, response, resolve(cli.cwd, options.output), `the record ${key}`);
        const isBinary = !TEXT_TYPE.test(response.headers.get('content-type') ?? '');
        return printBody(cli, response, { isBinary, advice: '--output FILE' });
    });
}

interface SetOptions extends DataOptions {
    readonly file?: string;
    readonly contentType?: string;
}

interface SetRequest extends SetOptions {
    readonly store: string;
    readonly key: string;
    readonly value: string | undefined;
}

async function setRecord(cli: Cli, request: SetRequest): Promise<void> {
    const { store, key, value, file } = request;
    const given = await readGivenValue(cli, { argument: value, file, what: 'the value' });
    const contentType = request.contentType ?? typeOf(given);
    if (isJsonType(contentType)) parseJson(given.bytes.toString(), given.source);
    const size = given.bytes.byteLength;
    await withApi(cli, request, async (api) => {
        const { id, name } = await findStorage(api, KEY_VALUE_STORE, store);
        await api.put(recordPath(id, key), { body: given.bytes, contentType });
        const facts = `${contentType}, ${formatBytes(size)}`;
        const sentence = `Set ${key} in the key-value store ${name ?? id} (${facts}).`;
        printResult(cli, request, { storeId: id, key, contentType, size }, sentence);
    });
}

/** Returns the type by the name of the file; else JSON, text or bytes by the content. */
function typeOf({ bytes, file }: GivenValue): string {
    const byName = file === undefined ? undefined : typeOfFile(file);
    if (byName !== undefined) return byName;
    if (!isUtf8(bytes)) return 'application/octet-stream';
    try {
        JSON.parse(bytes.toString());
        return JSON_TYPE;
    } catch {
        return 'text/plain; charset=utf-8';
    }
}

function deleteRecords(cli: Cli, store: string, keys: readonly string[], options: DeleteOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const { id, name } = await findStorage(api, KEY_VALUE_STORE, store);
        // All are found before one is deleted.
        for (const key of keys) await openRecord(api, 'HEAD', id, key);
        const what = `${keys.join(', ')} of the key-value store ${name ?? id}`;
        if (!(await confirm(cli, `Delete ${what}?`, options))) return;
        for (const key of keys) await api.delete(recordPath(id, key));
        printResult(cli, options, { storeId: id, deleted: keys }, `Deleted ${what}.`);
    });
}

/**
 * Requests a record.
 *
 * @throws EngineError `record-not-found`, with existing keys.
 */
async function openRecord(api: Api, method: 'GET' | 'HEAD', storeId: string, key: string): Promise<Response> {
    const response = await ifFound(api.request(method, recordPath(storeId, key)));
    if (response !== undefined) return response;
    const { items } = await api.get<KeysPage>(apiPath('key-value-stores', storeId, 'keys'));
    const existing = items.map(({ key: id }) => ({ id }));
    throw notFound('record', key, existing, `kv keys ${storeId}`);
}

function recordPath(storeId: string, key: string): string {
    return apiPath('key-value-stores', storeId, 'records', key);
}
