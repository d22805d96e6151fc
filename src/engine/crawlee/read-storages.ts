import { join } from 'node:path';
import { isJsonType } from '../../util/json.js';
import { checkRecordKey } from '../../storage/record-keys.js';
import { typeOfFile } from '../../storage/content-type-extension.js';
import { brokenFile, filesIn, inBatches, isObject, METADATA_FILE, readBytes, readJson } from './layout.js';
import type { Item, NewQueueRequest } from '../../model/storage.js';

/** One record of a store, with its bytes. */
export interface CrawleeRecord {
    key: string;
    contentType: string;
    bytes: Buffer;
}

/** What a folder has, and how many files that is. */
export interface FolderReader<Content> {
    total: number;
    read(step: (done: number) => void): Promise<Content[]>;
}

const RECORD_METADATA = '.__metadata__.json';
/** What systems and Git leave behind. Other names may begin with a dot, since keys may. */
const NOBODYS = /^(?:\._.*|\.DS_Store|\.localized|\.gitkeep|\.gitignore|\.nfs.*)$/;
const ITEM_FILE = /^(\d+)\.json$/;

/** The items of a dataset's folder. */
export async function openDataset(folder: string): Promise<FolderReader<Item>> {
    const names = (await filesIn(folder)).filter((name) => ITEM_FILE.test(name));
    names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    return {
        total: names.length,
        read: (step) =>
            inBatches(
                names,
                async (name) => {
                    const path = join(folder, name);
                    const item = await readJson(path);
                    if (!isObject(item)) throw brokenFile(path, 'is no JSON object, as an item must be');
                    return item;
                },
                step,
            ),
    };
}

/** The records of a key-value store's folder. */
export async function openStore(folder: string): Promise<FolderReader<CrawleeRecord>> {
    const all = (await filesIn(folder)).filter((name) => name !== METADATA_FILE && !NOBODYS.test(name));
    const names = all.filter((name) => !name.endsWith(RECORD_METADATA));
    return {
        total: names.length,
        async read(step) {
            const told = await readRecordMetadata(folder, all);
            return inBatches(names, (name) => readRecord(join(folder, name), name, told), step);
        },
    };
}

/** What records say of themselves, by the names of their files. */
async function readRecordMetadata(folder: string, all: readonly string[]) {
    const told = new Map<string, { key: string; contentType: string }>();
    const files = new Set(all);
    for (const name of all.filter((one) => one.endsWith(RECORD_METADATA))) {
        const path = join(folder, name);
        const once = await readJson(path);
        // Crawlee writes it as JSON in a JSON text.
        const metadata: unknown = typeof once === 'string' ? parse(path, once) : once;
        if (!isObject(metadata)) throw brokenFile(path, 'is no JSON object');
        const { key, contentType, extension } = metadata;
        if (typeof key !== 'string' || typeof contentType !== 'string') continue;
        // Without the extension only if it has none: that could be the file of another record.
        const file = `${key}.${String(extension)}`;
        told.set(files.has(file) ? file : key, { key, contentType });
    }
    return told;
}

async function readRecord(
    path: string,
    name: string,
    told: ReadonlyMap<string, { key: string; contentType: string }>,
): Promise<CrawleeRecord> {
    const dot = name.lastIndexOf('.');
    const { key, contentType } = told.get(name) ?? {
        key: dot > 0 ? name.slice(0, dot) : name,
        contentType: typeOfFile(name) ?? 'text/plain',
    };
    try {
        checkRecordKey(key);
    } catch (cause) {
        throw brokenFile(path, `would be a record with the key '${key}', which keys cannot be`, cause);
    }
    const bytes = await readBytes(path);
    if (isJsonType(contentType) && bytes.length > 0) parse(path, bytes.toString());
    return { key, contentType, bytes };
}

/** The requests of a queue's folder: those that are handled, then the others in their order. */
export async function openQueue(folder: string, now: number): Promise<FolderReader<NewQueueRequest>> {
    const names = (await filesIn(folder)).filter(
        (name) => name.endsWith('.json') && name !== METADATA_FILE && !name.startsWith('.'),
    );
    return {
        total: names.length,
        async read(step) {
            const read = await inBatches(names, (name) => readRequest(join(folder, name), now), step);
            return read.toSorted((a, b) => a.orderNo - b.orderNo).map(({ request }) => request);
        },
    };
}

async function readRequest(path: string, now: number): Promise<{ orderNo: number; request: NewQueueRequest }> {
    const entry = await readJson(path);
    if (!isObject(entry) || typeof entry['json'] !== 'string') throw brokenFile(path, 'has no text `json` in it');
    const request = parse(path, entry['json']);
    const { orderNo } = entry;
    if (!isObject(request) || typeof request['url'] !== 'string')
        throw brokenFile(path, 'has no request in its `json`');
    if (typeof orderNo !== 'number' && orderNo !== null) throw brokenFile(path, 'has no `orderNo`, a number or null');
    // Handled requests have none, and come first: their order is of no concern.
    const handledAt = orderNo === null ? (request['handledAt'] ?? new Date(now).toISOString()) : undefined;
    return {
        orderNo: orderNo ?? -Infinity,
        request: { ...request, handledAt } as unknown as NewQueueRequest,
    };
}

function parse(path: string, text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch (cause) {
        throw brokenFile(path, `is no JSON: ${(cause as Error).message}`, cause);
    }
}
