import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonType, isJsonObject } from '../../util/json/json.js';
import { checkRecordKey } from '../names.js';
import { typeForFile } from '../key-value-store/content-type-extension.js';
import { wrapFsErrorAsync } from '../file/fs-error.js';
import { fromJson5 } from './json5.js';
import { inBatches, METADATA_FILE, listNames, type ReportProgress } from './layout.js';
import type { Item, NewQueueRequest } from '../../model/api/storage.js';
import type { StoredRecord } from '../key-value-store/key-value-store.js';

/** Reports a file that Crawlee ignores. */
export type SkipFile = (path: string, reason: string) => void;

const NOT_JSON = 'is not valid JSON';

type RecordType = Pick<StoredRecord, 'key' | 'contentType'>;

const RECORD_METADATA = `.${METADATA_FILE}`;
/** Matches files of operating systems and of Git. Other names may start with a dot, since keys may. */
const SYSTEM_FILE = /^(?:\._.*|\.DS_Store|\.localized|\.gitkeep|\.gitignore|\.nfs.*)$/;
const ITEM_FILE = /^(\d+)\.json$/;

/** Returns the items in the folder of a dataset. */
export async function readDataset(folder: string, reportProgress: ReportProgress, skip: SkipFile): Promise<Item[]> {
    const names = await listDataFiles(folder, ITEM_FILE, skip);
    names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    const readItem = async (name: string): Promise<Item> => {
        const path = join(folder, name);
        const item = await readJson(path);
        if (!isJsonObject(item)) throw corruptedFile(path, 'is not a JSON object, as an item must be');
        return item;
    };
    return inBatches(names, readItem, (done) => reportProgress(done, names.length));
}

/** Returns the records in the folder of a key-value store. */
export async function readStore(
    folder: string,
    reportProgress: ReportProgress,
    skip: SkipFile,
): Promise<StoredRecord[]> {
    const all = (await listNames(folder, 'file')).filter((name) => name !== METADATA_FILE && !SYSTEM_FILE.test(name));
    const names = all.filter((name) => !name.endsWith(RECORD_METADATA));
    const types = await readRecordTypes(folder, all);
    const read = await inBatches(
        names,
        (name) => readRecord(join(folder, name), types.get(name) ?? inferType(name), skip),
        (done) => reportProgress(done, names.length),
    );
    return read.filter((record) => record !== undefined);
}

/** Returns the keys and types in the metadata files of records, by the names of the records' files. */
async function readRecordTypes(folder: string, all: readonly string[]): Promise<Map<string, RecordType>> {
    const types = new Map<string, RecordType>();
    const files = new Set(all);
    for (const name of all.filter((one) => one.endsWith(RECORD_METADATA))) {
        const path = join(folder, name);
        const content = await readJson(path);
        // Crawlee writes the metadata as JSON inside a JSON string.
        const metadata: unknown = typeof content === 'string' ? parse(path, content) : content;
        if (!isJsonObject(metadata)) throw corruptedFile(path, 'is not a JSON object');
        const { key, contentType, extension } = metadata;
        if (typeof key !== 'string' || typeof contentType !== 'string') continue;
        // The key itself may be the name of another record's file, so it is used only if no file has the extension.
        const file = `${key}.${String(extension)}`;
        types.set(files.has(file) ? file : key, { key, contentType });
    }
    return types;
}

function inferType(name: string): RecordType {
    const dot = name.lastIndexOf('.');
    return { key: dot > 0 ? name.slice(0, dot) : name, contentType: typeForFile(name) ?? 'text/plain' };
}

async function readRecord(
    path: string,
    { key, contentType }: RecordType,
    skip: SkipFile,
): Promise<StoredRecord | undefined> {
    try {
        checkRecordKey(key);
    } catch (cause) {
        throw corruptedFile(path, `would become a record with the key '${key}', which is not a valid key`, cause);
    }
    const bytes = await readBytes(path);
    if (!isJsonType(contentType) || bytes.length === 0) return { key, contentType, bytes };
    const json = fromJson5(bytes.toString());
    if (json !== undefined) return { key, contentType, bytes: Buffer.from(json) };
    skip(path, NOT_JSON);
    return undefined;
}

/** Returns the names of the files with data. Reports the others, except for metadata and files with a dot in front. */
async function listDataFiles(folder: string, pattern: RegExp, skip: SkipFile): Promise<string[]> {
    const names = (await listNames(folder, 'file')).filter((name) => name !== METADATA_FILE && !name.startsWith('.'));
    for (const name of names) if (!pattern.test(name)) skip(join(folder, name), 'does not belong to the storage');
    return names.filter((name) => pattern.test(name));
}

/** Returns the requests in the folder of a queue: the handled ones, then the others in order. */
export async function readQueue(
    folder: string,
    reportProgress: ReportProgress,
    { skip, now }: { skip: SkipFile; now: number },
): Promise<NewQueueRequest[]> {
    const names = await listDataFiles(folder, /\.json$/, skip);
    const read = await inBatches(
        names,
        (name) => readRequest(join(folder, name), { skip, now }),
        (done) => reportProgress(done, names.length),
    );
    const requests = read.filter((request) => request !== undefined);
    return requests.toSorted((a, b) => a.orderNo - b.orderNo).map(({ request }) => request);
}

async function readRequest(
    path: string,
    { skip, now }: { skip: SkipFile; now: number },
): Promise<{ orderNo: number; request: NewQueueRequest } | undefined> {
    const text = (await readBytes(path)).toString();
    if (!isJson(text)) {
        skip(path, NOT_JSON);
        return undefined;
    }
    const entry = parse(path, text);
    if (!isJsonObject(entry) || typeof entry['json'] !== 'string') throw corruptedFile(path, 'has no string `json`');
    const request = parse(path, entry['json']);
    const { orderNo } = entry;
    if (!isJsonObject(request) || typeof request['url'] !== 'string')
        throw corruptedFile(path, 'has no valid request in its `json`');
    if (typeof orderNo !== 'number' && orderNo !== null)
        throw corruptedFile(path, 'has no `orderNo` that is a number or null');
    // Handled requests have no number and come first, in any order.
    const handledAt = orderNo === null ? (request['handledAt'] ?? new Date(now).toISOString()) : undefined;
    return {
        orderNo: orderNo ?? -Infinity,
        request: { ...request, handledAt } as unknown as NewQueueRequest,
    };
}

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

function readBytes(path: string): Promise<Buffer> {
    return wrapFsErrorAsync('read', path, () => readFile(path));
}

/** Returns the value of a JSON file. Throws `storage-corrupted`, naming the file, if it is not valid JSON. */
async function readJson(path: string): Promise<unknown> {
    return parse(path, (await readBytes(path)).toString());
}

function parse(path: string, text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch (cause) {
        throw corruptedFile(path, `is not valid JSON: ${(cause as Error).message}`, cause);
    }
}

/** Returns the error for a file that Crawlee would not have written. */
function corruptedFile(path: string, problem: string, cause?: unknown): EngineError {
    const message = `\`${path}\` ${problem}. Nothing has been imported. Correct or remove the file, and import again.`;
    return new EngineError('storage-corrupted', message, { details: { path }, cause });
}
