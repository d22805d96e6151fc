import { respond, attachmentHeaders, jsonResponse, type ResponseOptions, type ResponseHeaders } from '../responses.js';
import { readBody } from '../body.js';
import { orNotFound } from '../errors.js';
import { locationHeader } from '../links.js';
import { flag, list, number, readQuery, text, type Readers } from '../query.js';
import { routesBelow, type AddRoute } from '../route.js';
import { JSON_TYPE } from '../../util/json/json.js';
import { addResourceRoutes } from './resource.js';
import type { DatasetClient } from '../../model/client/storage.js';
import type { DownloadOptions, ItemsFormat, ItemsPage } from '../../model/api/storage.js';
import type { ItemsStreamer } from '../../model/streams.js';
import type { ApiContext, StorageResolver } from '../context.js';

const CONTENT_TYPES: Record<ItemsFormat, string> = {
    json: JSON_TYPE,
    jsonl: 'application/jsonl; charset=utf-8',
    csv: 'text/csv; charset=utf-8',
    html: 'text/html; charset=utf-8',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    xml: 'application/xml; charset=utf-8',
    rss: 'application/rss+xml; charset=utf-8',
};

/** Readers of download options. A view sets the defaults of absent ones. */
const DOWNLOAD_OPTIONS: Required<Readers<DownloadOptions>> = {
    offset: number,
    limit: number,
    desc: flag,
    clean: flag,
    fields: list,
    outputFields: list,
    omit: list,
    unwind: list,
    flatten: list,
    skipEmpty: flag,
    skipHidden: flag,
    skipFailedPages: flag,
    simplified: flag,
    view: text,
    signature: text,
    attachment: flag,
    bom: flag,
    delimiter: text,
    skipHeaderRow: flag,
    xmlRoot: text,
    xmlRow: text,
    feedTitle: text,
    feedDescription: text,
};

/** Adds the routes of one dataset. */
export function addDatasetRoutes(
    route: AddRoute,
    path: string,
    { storageOf, idOf }: StorageResolver<DatasetClient>,
): void {
    addResourceRoutes(route, path, { noun: 'dataset', kind: 'Dataset' }, storageOf);
    const at = routesBelow(route, path, storageOf);
    at('GET', '/items', 'dataset.listItems', (dataset, c) => itemsResponse(c, dataset));
    at('POST', '/items', 'dataset.pushItems', async (dataset, c) => {
        // As text: the dataset parses it during validation.
        await dataset.pushItems((await readBody(c)).toString());
        return jsonResponse(c, {}, 201, locationHeader(c, 'datasets', await idOf(c), 'items'));
    });
    at('GET', '/statistics', 'dataset.getStatistics', async (dataset, c) =>
        orNotFound(await dataset.getStatistics(), 'Dataset', c),
    );
}

/** Responds with the items of a dataset that the query selects, in its format. */
export async function itemsResponse(
    c: ApiContext,
    dataset: DatasetClient,
    { status = 200, headers = {} }: ResponseOptions = {},
): Promise<Response> {
    const format = (text(c, 'format') ?? 'json') as ItemsFormat;
    const streamer = dataset as DatasetClient & ItemsStreamer;
    const { content, ...page } = await streamer.streamItems(format, readQuery<DownloadOptions>(c, DOWNLOAD_OPTIONS));
    return respond(c, content, {
        status,
        headers: {
            ...headers,
            'content-type': CONTENT_TYPES[format],
            ...attachmentHeaders(flag(c, 'attachment'), `items.${format}`),
            ...pageHeaders(page),
        },
    });
}

/** Returns the pagination headers; the body is a bare array. */
function pageHeaders({ total, offset, limit, count, desc }: Omit<ItemsPage, 'items'>): ResponseHeaders {
    return {
        'x-apify-pagination-total': String(total),
        'x-apify-pagination-offset': String(offset),
        'x-apify-pagination-limit': String(limit),
        'x-apify-pagination-count': String(count),
        'x-apify-pagination-desc': String(desc),
    };
}
