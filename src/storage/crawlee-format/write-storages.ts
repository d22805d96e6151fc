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
/** Maximum length of a file name in common file systems. */
const MAX_FILE_NAME = 255;
/** Extensions that Crawlee and greenroom map to the same content types. */
const UNAMBIGUOUS_EXTENSIONS = new Set(['json', 'txt', 'html', 'bin', 'png', 'pdf', 'csv', 'css', 'zip']);

/** Writes the items of a dataset to a new folder. */
export async function writeDataset(dataset: Dataset, folder: string, reportProgress: ReportProgress): Promise<void> {
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
            (done) => reportProgress(offset + done, total),
        );
    }
    await writeMetadata(folder, dataset.info(), { itemCount: total });
    reportProgress(total, total);
}

/** Writes the records of a key-value store to a new folder. */
export async function writeStore(store: KeyValueStore, folder: string, reportProgress: ReportProgress): Promise<void> {
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
            // Without metadata, the name of the file must determine the type.
            const isPlain = UNAMBIGUOUS_EXTENSIONS.has(extension) && typeForFile(name) === contentType;
            const metadata = isPlain ? undefined : `${key}.${METADATA_FILE}`;
            assertNamesFit(key, name, metadata);
            await write(join(folder, name), bytes);
            if (metadata !== undefined) await writeJson(join(folder, metadata), { key, extension, contentType });
        },
        (done) => reportProgress(done, keys.length),
    );
    await writeMetadata(folder, store.info(), {});
    reportProgress(keys.length, keys.length);
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
    const reason = isMetadata ? 'has another meaning in this layout' : 'is too long for a file name';
    const file = isMetadata ? name : tooLong;
    const message = `The record \`${key}\` cannot be exported: its file would be \`${file}\`, which ${reason}. Store it under another key.`;
    throw new EngineError('invalid-record-key', message, { details: { key } });
}

/** Writes the requests of a queue to a new folder. Locks are not exported. */
export async function writeQueue(
    queue: RequestQueue,
    folder: string,
    now: number,
    reportProgress: ReportProgress,
): Promise<void> {
    await makeFolder(folder);
    const requests = await queue.exportRequests();
    const handledRequestCount = requests.filter(({ isHandled }) => isHandled).length;
    // An order number is a time in the past; one in the future would be a lock.
    const firstOrderNo = now - requests.length - 1;
    await inBatches(
        requests,
        async ({ id, text, isHandled }, index) => {
            const { method, retryCount = 0, uniqueKey, url } = JSON.parse(text) as Record<string, unknown>;
            const orderNo = isHandled ? null : firstOrderNo + index;
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
        (done) => reportProgress(done, requests.length),
    );
    await writeMetadata(folder, queue.info(), {
        hadMultipleClients: false,
        handledRequestCount,
        pendingRequestCount: requests.length - handledRequestCount,
        totalRequestCount: requests.length,
        stats: {},
        userId: '1',
        forefrontRequestIds: [],
    });
    reportProgress(requests.length, requests.length);
}

async function writeMetadata(folder: string, info: StorageInfo, more: object): Promise<void> {
    const { id, createdAt, modifiedAt, accessedAt } = info;
    // Default storages have no name of their own, so the name is that of the folder.
    const name = basename(folder);
    await writeJson(join(folder, METADATA_FILE), { id, name, createdAt, modifiedAt, accessedAt, ...more });
}

async function makeFolder(folder: string): Promise<void> {
    await wrapFsErrorAsync('create', folder, () => mkdir(folder, { recursive: true }));
}

function writeJson(path: string, value: unknown): Promise<void> {
    return write(path, JSON.stringify(value, undefined, '\t'));
}

function write(path: string, content: string | Uint8Array): Promise<void> {
    return wrapFsErrorAsync('write', path, () => writeFile(path, content));
}
