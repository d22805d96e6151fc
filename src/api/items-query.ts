import { withoutUndefined } from '../util/without-undefined.js';
import { pageQuery } from './page-query.js';
import type { DownloadOptions, ItemsOptions } from '../model/storage.js';
import type { Query } from './query.js';

/** Which items of a dataset to read and how to shape them. */
function itemsQuery(query: Query): ItemsOptions {
    // A view fills in what is left out, and undefined would override it.
    return withoutUndefined({
        ...pageQuery(query),
        clean: query.flag('clean'),
        fields: query.list('fields'),
        outputFields: query.list('outputFields'),
        omit: query.list('omit'),
        unwind: query.list('unwind'),
        flatten: query.list('flatten'),
        skipEmpty: query.flag('skipEmpty'),
        skipHidden: query.flag('skipHidden'),
        skipFailedPages: query.flag('skipFailedPages'),
        simplified: query.flag('simplified'),
        view: query.text('view'),
        signature: query.text('signature'),
    });
}

/** As {@link itemsQuery}, with how to write the items as a file. */
export function downloadQuery(query: Query): DownloadOptions {
    return withoutUndefined({
        ...itemsQuery(query),
        attachment: query.flag('attachment'),
        bom: query.flag('bom'),
        delimiter: query.text('delimiter'),
        skipHeaderRow: query.flag('skipHeaderRow'),
        xmlRoot: query.text('xmlRoot'),
        xmlRow: query.text('xmlRow'),
        feedTitle: query.text('feedTitle'),
        feedDescription: query.text('feedDescription'),
    });
}
