import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { extensionForType, typeForFile } from '../key-value-store/content-type-extension.js';
import { wrapFsErrorAsync } from '../file/fs-error.js';
import { inBatches, METADATA_FILE, type ReportProgress } from './layout.js';
import type { StorageInfo } from '../../model/api/storage.js';
import type { Dataset } from '../dataset/dataset.js';
import type { KeyValueStore } from '../key-value-store/key-value-store.js';
import type { RequestQueue } from '../request-queue/request-queue.js';

const PAGE_SIZE = 1000;
const NUMBER_DIGITS = 9;
/** File systems take names of 255 bytes. */
const MAX_FILE_NAME = 255;
/** Types of which Crawlee and we are sure to know the same extension. */
const UNAMBIGUOUS_EXTENSIONS = new Set(['json', 'txt', 'html', 'bin', 'png', 'pdf', 'csv', 'css', 'zip']);

/** Writes the items of a dataset into a folder that is made for them. */
export async function writeDataset(dataset: Dataset, folder: string, step: ReportProgress): Promise<void> {
    await makeFolder(folder);
    const total = dataset.info().itemCount;
    for (let offset = 0; offset < total; offset += PAGE_SIZE) {
        const limit = Math.min(PAGE_SIZE, total - offset);
        const { items } = await dataset.list({ offset, limit });
        await inBatches(
            items,
            (item, index) => {
                const number = String(offset + index + 1).padStart(NUMBER_DIGITS, '0');
                return writeJson(join(folder, `${number}.json`), item);
            },
            (done) => step(offset + done, total),
        );
    }
    await writeMetadata(folder, dataset.info(), { itemCount: total });
    step(total, total);
}

/** Writes the records of a key-value store into a folder that is made for them. */
export async function writeStore(store: KeyValueStore, folder: string, step: ReportProgress): Promise<void> {
    await makeFolder(folder);
    const keys = listAllKeys(store);
    await inBatches(
        keys,
        async (key) => {
            const record = await store.get(key);
            if (record === undefined) return;
            const { bytes, contentType } = record;
            const extension = extensionForType(contentType);
            const name = `${key}.${extension}`;
            // Else the name of the file alone would not say it all.
            const isPlain = UNAMBIGUOUS_EXTENSIONS.has(extension) && typeForFile(name) === contentType;
            const metadata = isPlain ? undefined : `${key}.${METADATA_FILE}`;
            assertNamesFit(key, name, metadata);
            await write(join(folder, name), bytes);
            if (metadata !== undefined) await writeJson(join(folder, metadata), { key, extension, contentType });
        },
        (done) => step(done, keys.length),
    );
    await writeMetadata(folder, store.info(), {});
    step(keys.length, keys.length);
}

function listAllKeys(store: KeyValueStore): string[] {
    const keys: string[] = [];
    for (let after: string | undefined; ; after = keys.at(-1)) {
        const page = store.listKeys(after === undefined ? {} : { exclusiveStartKey: after });
        keys.push(...page.items.map(({ key }) => key));
        if (!page.isTruncated) return keys;
    }
}

function assertNamesFit(key: string, name: string, metadata: string | undefined): void {
    const isMetadata = name === METADATA_FILE || name.endsWith(`.${METADATA_FILE}`);
    const tooLong = [name, metadata ?? ''].find(({ length }) => length > MAX_FILE_NAME);
    if (!isMetadata && tooLong === undefined) return;
    const why = isMetadata ? 'means something else in this layout' : 'is longer than names of files may be';
    const file = isMetadata ? name : tooLong;
    const message = `The record \`${key}\` cannot be exported: its file would be \`${file}\`, which ${why}. Store it under another key.`;
    throw new EngineError('invalid-record-key', message, { details: { key } });
}

/** Writes the requests of a queue into a folder that is made for them. Locks are not exported. */
export async function writeQueue(
    queue: RequestQueue,
    folder: string,
    now: number,
    step: ReportProgress,
): Promise<void> {
    await makeFolder(folder);
    const contents = await queue.exportRequests();
    const handledRequestCount = contents.filter(({ isHandled }) => isHandled).length;
    // Places are times of the past there; one in the future would be a lock.
    const first = now - contents.length - 1;
    await inBatches(
        contents,
        async ({ id, text, isHandled }, index) => {
            const { method, retryCount = 0, uniqueKey, url } = JSON.parse(text) as Record<string, unknown>;
            const orderNo = isHandled ? null : first + index;
            await writeJson(join(folder, `${id}.json`), {
                id,
                json: text,
                method,
                orderNo,
                retryCount,
                uniqueKey,
                url,
            });
        },
        (done) => step(done, contents.length),
    );
    await writeMetadata(folder, queue.info(), {
        hadMultipleClients: false,
        handledRequestCount,
        pendingRequestCount: contents.length - handledRequestCount,
        totalRequestCount: contents.length,
        stats: {},
        userId: '1',
        forefrontRequestIds: [],
    });
    step(contents.length, contents.length);
}

async function writeMetadata(folder: string, info: StorageInfo, more: object): Promise<void> {
    const { id, createdAt, modifiedAt, accessedAt } = info;
    // The name is that of the folder: a default storage has none of its own.
    const name = basename(folder);
    await writeJson(join(folder, METADATA_FILE), { id, name, createdAt, modifiedAt, accessedAt, ...more });
}

async function makeFolder(folder: string): Promise<void> {
    await wrapFsErrorAsync('make', folder, () => mkdir(folder, { recursive: true }));
}

function writeJson(path: string, value: unknown): Promise<void> {
    return write(path, JSON.stringify(value, undefined, '\t'));
}

function write(path: string, content: string | Uint8Array): Promise<void> {
    return wrapFsErrorAsync('write', path, () => writeFile(path, content));
}
