import { attachmentHeaders, dataAnswer, emptyAnswer, jsonAnswer, textAnswer } from '../answers.js';
import { MAX_RECORD_BYTES } from '../body-limit.js';
import { streamBody } from '../body.js';
import { found } from '../found.js';
import { pageWithLinks } from '../links.js';
import { locationHeader } from '../location.js';
import { recordAnswer } from '../record-answer.js';
import { archiveRecords } from './records-archive.js';
import { resourceRoutes } from './resource.js';
import type { KeyValueStoreClient } from '../../model/client.js';
import type { Query } from '../query.js';
import type { RecordStreamer } from '../../model/streams.js';
import type { KeysOptions } from '../../model/storage.js';
import type { RouteCall, RouteTable, StorageAccess } from '../route.js';

/** The routes of one key-value store. */
export function keyValueStoreRoutes(path: string, access: StorageAccess<KeyValueStoreClient>): RouteTable {
    const { resolve } = access;
    // A key cannot have a slash; that one still leads here lets the store say so.
    const record = `${path}/records/:key{.+}`;
    const setRecord = (call: RouteCall): Promise<Response> => storeRecord(access, call);
    return {
        ...resourceRoutes(path, 'Key-value store', resolve),
        [`GET ${path}/keys`]: async (call) => listKeys(await resolve(call), call),
        [`GET ${path}/records`]: async (call) => readAll(await resolve(call), call),
        [`GET ${record}`]: async (call) => readRecord(await resolve(call), call),
        [`PUT ${record}`]: setRecord,
        [`POST ${record}`]: setRecord,
        [`DELETE ${record}`]: async (call) => {
            const store = await resolve(call);
            await store.deleteRecord(call.param('key'));
            return emptyAnswer();
        },
    };
}

async function listKeys(store: KeyValueStoreClient, call: RouteCall): Promise<Response> {
    const { query } = call;
    const page = await store.listKeys({
        ...choiceOfKeys(query),
        limit: query.number('limit'),
        exclusiveStartKey: query.text('exclusiveStartKey'),
    });
    return dataAnswer(pageWithLinks(page, call));
}

async function readAll(store: KeyValueStoreClient, { query }: RouteCall): Promise<Response> {
    const headers = attachmentHeaders(true, 'records.zip');
    return textAnswer(await archiveRecords(store, choiceOfKeys(query)), 'application/zip', { headers });
}

function choiceOfKeys(query: Query): KeysOptions {
    return {
        prefix: query.text('prefix'),
        collection: query.text('collection'),
        signature: query.text('signature'),
    };
}

/** The very bytes of a record under their own type, which may be none that a value could be made of. */
async function readRecord(store: KeyValueStoreClient, call: RouteCall): Promise<Response> {
    const key = call.param('key');
    if (call.request.method === 'HEAD') {
        found((await store.recordExists(key)) || undefined, 'Record', call);
        return new Response(null, { status: 200 });
    }
    const record = found(await (store as KeyValueStoreClient & RecordStreamer).streamRecord(key), 'Record', call);
    return recordAnswer(record, call.request, { headers: attachmentHeaders(call.query.flag('attachment'), key) });
}

async function storeRecord({ resolve, idOf }: StorageAccess<KeyValueStoreClient>, call: RouteCall): Promise<Response> {
    const store = (await resolve(call)) as KeyValueStoreClient & RecordStreamer;
    const key = call.param('key');
    const contentType = call.request.headers.get('content-type');
    await store.receiveRecord({ key, ...(contentType !== null && { contentType }) }, () =>
        streamBody(call.request, MAX_RECORD_BYTES),
    );
    return jsonAnswer({}, 201, locationHeader(call, ['key-value-stores', await idOf(call), 'records', key]));
}
