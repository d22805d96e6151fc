import { attachmentHeaders, dataAnswer, jsonAnswer, textAnswer, type AnswerHeaders } from '../answers.js';
import { readBody } from '../body.js';
import { found } from '../found.js';
import { downloadQuery } from '../items-query.js';
import { JSON_TYPE } from '../../util/json.js';
import { locationHeader } from '../location.js';
import { resourceRoutes } from './resource.js';
import type { DatasetClient } from '../../model/client.js';
import type { ItemsFormat, ItemsPage } from '../../model/storage.js';
import type { ItemsStreamer } from '../../model/streams.js';
import type { RouteCall, RouteTable, StorageAccess } from '../route.js';

const CONTENT_TYPES: Record<ItemsFormat, string> = {
    json: JSON_TYPE,
    jsonl: 'application/jsonl; charset=utf-8',
    csv: 'text/csv; charset=utf-8',
    html: 'text/html; charset=utf-8',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    xml: 'application/xml; charset=utf-8',
    rss: 'application/rss+xml; charset=utf-8',
};

/** The routes of one dataset. */
export function datasetRoutes(path: string, { resolve, idOf }: StorageAccess<DatasetClient>): RouteTable {
    return {
        ...resourceRoutes(path, 'Dataset', resolve),
        [`GET ${path}/items`]: async (call) => itemsAnswer(await resolve(call), call),
        [`POST ${path}/items`]: async (call) => {
            const dataset = await resolve(call);
            // As text, since the dataset parses it once more anyway in order to check it.
            await dataset.pushItems((await readBody(call.request)).toString());
            return jsonAnswer({}, 201, locationHeader(call, ['datasets', await idOf(call), 'items']));
        },
        [`GET ${path}/statistics`]: async (call) => {
            const dataset = await resolve(call);
            return dataAnswer(found(await dataset.getStatistics(), 'Dataset', call));
        },
    };
}

/** The items of a dataset, as the query wants them. */
export async function itemsAnswer(
    dataset: DatasetClient,
    { query }: RouteCall,
    { status = 200, headers: more = {} }: { status?: number; headers?: AnswerHeaders } = {},
): Promise<Response> {
    const format = (query.text('format') ?? 'json') as ItemsFormat;
    const { content, ...page } = await (dataset as DatasetClient & ItemsStreamer).streamItems(
        format,
        downloadQuery(query),
    );
    const attachment = attachmentHeaders(query.flag('attachment'), `items.${format}`);
    return textAnswer(content, CONTENT_TYPES[format], {
        status,
        headers: { ...more, ...attachment, ...pageHeaders(page) },
    });
}

/** A bare array has no room for what clients need in order to page. */
function pageHeaders({ total, offset, limit, count, desc }: Omit<ItemsPage, 'items'>): AnswerHeaders {
    return {
        'x-apify-pagination-total': String(total),
        'x-apify-pagination-offset': String(offset),
        'x-apify-pagination-limit': String(limit),
        'x-apify-pagination-count': String(count),
        'x-apify-pagination-desc': String(desc),
    };
}
