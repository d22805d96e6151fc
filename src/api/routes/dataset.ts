import { attachmentHeaders, dataAnswer, jsonAnswer, textAnswer, type AnswerHeaders } from '../answers.js';
import { readBody } from '../body.js';
import { found } from '../found.js';
import { downloadQuery, itemsQuery } from '../items-query.js';
import { resourceRoutes } from './resource.js';
import type { DatasetClient } from '../../model/client.js';
import type { ItemsFormat, ItemsPage } from '../../model/storage.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

const CONTENT_TYPES: Record<ItemsFormat, string> = {
    json: 'application/json; charset=utf-8',
    jsonl: 'application/jsonl; charset=utf-8',
    csv: 'text/csv; charset=utf-8',
    html: 'text/html; charset=utf-8',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    xml: 'application/xml; charset=utf-8',
    rss: 'application/rss+xml; charset=utf-8',
};

/** The routes of one dataset. */
export function datasetRoutes(path: string, resolve: Resolver<DatasetClient>): RouteTable {
    return {
        ...resourceRoutes(path, 'Dataset', resolve),
        [`GET ${path}/items`]: async (call) => items(await resolve(call), call),
        [`POST ${path}/items`]: async (call) => {
            const dataset = await resolve(call);
            // As text, since the dataset parses it once more anyway in order to check it.
            await dataset.pushItems((await readBody(call.request)).toString());
            return jsonAnswer({}, 201);
        },
        [`GET ${path}/statistics`]: async (call) => {
            const dataset = await resolve(call);
            return dataAnswer(found(await dataset.getStatistics(), 'Dataset', call));
        },
    };
}

async function items(dataset: DatasetClient, { query }: RouteCall): Promise<Response> {
    const format = (query.text('format') ?? 'json') as ItemsFormat;
    const headers = attachmentHeaders(query.flag('attachment'), `items.${format}`);
    if (format === 'json' && !query.flag('bom')) {
        const page = await dataset.listItems(itemsQuery(query));
        return textAnswer(jsonOf(page), CONTENT_TYPES.json, { headers: { ...headers, ...pageHeaders(page) } });
    }
    return textAnswer(await dataset.downloadItems(format, downloadQuery(query)), CONTENT_TYPES[format], { headers });
}

/** The same text that a download as JSON has: an item on each line. */
function jsonOf({ items }: ItemsPage): string {
    return `[${items.map((item) => JSON.stringify(item)).join(',\n')}]`;
}

/** A bare array has no room for what clients need in order to page. */
function pageHeaders({ total, offset, limit, count, desc }: ItemsPage): AnswerHeaders {
    return {
        'x-apify-pagination-total': String(total),
        'x-apify-pagination-offset': String(offset),
        'x-apify-pagination-limit': String(limit),
        'x-apify-pagination-count': String(count),
        'x-apify-pagination-desc': String(desc),
    };
}
