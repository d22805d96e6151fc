import { respond, attachmentHeaders, emptyResponse, jsonResponse, recordResponse } from '../responses.js';
import { streamRecord } from '../body.js';
import { orNotFound } from '../errors.js';
import { locationHeader, pageWithLinks } from '../links.js';
import { flag, number, readQuery, text, type Readers } from '../query.js';
import { param, routesBelow, type AddRoute } from '../route.js';
import { decompressRecord } from '../../storage/key-value-store/decompress-record.js';
import { addResourceRoutes } from './resource.js';
import type { KeyValueStoreClient } from '../../model/client/storage.js';
import type { KeysOptions } from '../../model/api/storage.js';
import type { RecordStream, RecordStreamer } from '../../model/streams.js';
import type { ZipEntry } from '../../storage/export/zip.js';
import type { ApiContext, StorageResolver } from '../context.js';

type Store = KeyValueStoreClient & RecordStreamer;

/** Readers of the options that select keys. */
const KEYS: Readers<KeysOptions> = { prefix: text, collection: text, signature: text };

/** Adds the routes of one key-value store. */
export function addKeyValueStoreRoutes(
    route: AddRoute,
    path: string,
    { storageOf, idOf }: StorageResolver<KeyValueStoreClient>,
): void {
    // A key cannot have a slash; this route still matches one, so that the store rejects it with its own error.
    const record = '/records/:key{[^]+}';
    addResourceRoutes(route, path, { noun: 'keyValueStore', kind: 'Key-value store' }, storageOf);
    const at = routesBelow(route, path, async (c) => (await storageOf(c)) as Store);
    at('GET', '/keys', 'keyValueStore.listKeys', (store, c) => listKeys(c, store));
    // The archive of all records begins with their keys.
    at('GET', '/records', 'keyValueStore.listKeys', (store, c) => archiveResponse(c, store));
    at('GET', record, 'keyValueStore.getRecord', (store, c) => readRecord(c, store));
    at(['PUT', 'POST'], record, 'keyValueStore.setRecord', async (store, c) => {
        const key = param(c, 'key');
        const contentType = c.req.header('content-type');
        await store.receiveRecord({ key, ...(contentType !== undefined && { contentType }) }, () => streamRecord(c));
        return jsonResponse(c, {}, 201, locationHeader(c, 'key-value-stores', await idOf(c), 'records', key));
    });
    at('DELETE', record, 'keyValueStore.deleteRecord', (store, c) => store.deleteRecord(param(c, 'key')));
}

async function listKeys(c: ApiContext, store: KeyValueStoreClient): Promise<object> {
    const options = readQuery<KeysOptions>(c, { ...KEYS, limit: number, exclusiveStartKey: text });
    return pageWithLinks(await store.listKeys(options), c);
}

/** Responds with the records of a store as a ZIP archive, each a file named by its key. Records are read while the archive is sent. */
async function archiveResponse(c: ApiContext, store: Store): Promise<Response> {
    const options = readQuery(c, KEYS);
    // Errors in the options are thrown now, and not within the archive.
    await store.listKeys({ ...options, limit: 1 });
    const { writeZip } = await import('../../storage/export/zip.js');
    const headers = { ...attachmentHeaders(true, 'records.zip'), 'content-type': 'application/zip' };
    return respond(c, writeZip(filesOf(store.streamRecords(options))), { headers });
}

async function* filesOf(records: AsyncIterable<RecordStream>): AsyncGenerator<ZipEntry> {
    for await (const record of records) {
        const { content } = decompressRecord(record);
        yield { name: record.key, content: content instanceof Uint8Array ? [content] : content };
    }
}

async function readRecord(c: ApiContext, store: Store): Promise<Response> {
    const key = param(c, 'key');
    const options = readQuery<{ signature?: string }>(c, { signature: text });
    if (c.req.method === 'HEAD') {
        orNotFound((await store.recordExists(key, options)) || undefined, 'Record', c);
        return emptyResponse(c, 200);
    }
    const record = orNotFound(await store.streamRecord(key, options), 'Record', c);
    return recordResponse(c, record, { headers: attachmentHeaders(flag(c, 'attachment'), key) });
}
