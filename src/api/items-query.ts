import type { DownloadOptions, ItemsOptions } from '../model/storage.js';
import type { ParameterKind, Query } from './query.js';

const ITEMS: Record<keyof ItemsOptions, ParameterKind> = {
    offset: 'number',
    limit: 'number',
    desc: 'flag',
    clean: 'flag',
    fields: 'list',
    outputFields: 'list',
    omit: 'list',
    unwind: 'list',
    flatten: 'list',
    skipEmpty: 'flag',
    skipHidden: 'flag',
    skipFailedPages: 'flag',
    simplified: 'flag',
    view: 'text',
    signature: 'text',
};
const DOWNLOAD: Record<keyof DownloadOptions, ParameterKind> = {
    ...ITEMS,
    attachment: 'flag',
    bom: 'flag',
    delimiter: 'text',
    skipHeaderRow: 'flag',
    xmlRoot: 'text',
    xmlRow: 'text',
    feedTitle: 'text',
    feedDescription: 'text',
};

/**
 * Which items of a dataset to read, how to shape them and how to write them as a file; only what is given, since a view
 * fills in what is not.
 */
export function downloadQuery(query: Query): DownloadOptions {
    return query.given(DOWNLOAD);
}
