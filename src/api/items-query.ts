import { EngineError } from '../errors/engine-error.js';
import { withoutUndefined } from '../util/without-undefined.js';
import { pageQuery } from './page-query.js';
import type { DownloadOptions, ItemsOptions } from '../model/storage.js';
import type { Query } from './query.js';

/** Ways to shape items that were meant for one crawler, long ago. */
const LATER_FLAGS = ['simplified', 'skipFailedPages'];

/** Which items of a dataset to read and how to shape them; throws `not-yet-available` for what cannot be done here. */
export function itemsQuery(query: Query): ItemsOptions {
    for (const name of LATER_FLAGS) refuse(query, name);
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
    });
}

function refuse(query: Query, name: string): void {
    if (!query.flag(name)) return;
    const message = `The parameter \`${name}\` is not supported by this version of the engine. Use \`fields\`, \`omit\` and \`unwind\`.`;
    throw new EngineError('not-yet-available', message, { details: { parameter: name } });
}
