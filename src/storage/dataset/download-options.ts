import type { DownloadOptions, ItemsFormat } from '../../model/api/storage.js';
import { checkFlag, checkOptions, checkText, checkWord, formatChoice, invalid } from '../../util/check.js';
import { ITEMS_OPTIONS, type ItemsQuery, resolveItemsOptions } from './project-items.js';

const FORMATS: readonly ItemsFormat[] = ['json', 'jsonl', 'csv', 'xlsx', 'xml', 'rss', 'html'];
const XML_NAME = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/** A validated download request with defaults. */
export interface DownloadRequest {
    format: ItemsFormat;
    query: ItemsQuery;
    bom: boolean;
    delimiter: string;
    skipHeaderRow: boolean;
    xmlRoot: string;
    xmlRow: string;
    /** Undefined means the default of the feed. */
    feedTitle: string | undefined;
    feedDescription: string | undefined;
}

/**
 * Validates the options of a download. Options that have no effect on a format are allowed with it, as in the API.
 *
 * @param schema - The dataset's schema, for views.
 * @throws `invalid-value` or `unknown-option`.
 */
export function resolveDownload(format: ItemsFormat, options: DownloadOptions = {}, schema?: unknown): DownloadRequest {
    if (format === undefined) throw invalid('format', format, formatChoice(FORMATS));
    checkWord('format', format, FORMATS);
    checkOptions('options', options, [
        ...ITEMS_OPTIONS,
        'attachment',
        'bom',
        'delimiter',
        'skipHeaderRow',
        'xmlRoot',
        'xmlRow',
        'feedTitle',
        'feedDescription',
    ]);
    for (const flag of ['attachment', 'bom', 'skipHeaderRow'] as const) checkFlag(`options.${flag}`, options[flag]);
    const {
        bom = format === 'csv',
        delimiter = ',',
        skipHeaderRow = false,
        xmlRoot = 'items',
        xmlRow = 'item',
        feedTitle,
        feedDescription,
    } = options;
    checkText('options.feedTitle', feedTitle);
    checkText('options.feedDescription', feedDescription);
    checkText('options.delimiter', delimiter);
    if (/["\r\n]/.test(delimiter)) throw invalid('options.delimiter', delimiter, 'neither a quote nor a line break');
    if (!XML_NAME.test(xmlRoot)) throw invalid('options.xmlRoot', xmlRoot, 'a name that an XML element can have');
    if (!XML_NAME.test(xmlRow)) throw invalid('options.xmlRow', xmlRow, 'a name that an XML element can have');
    const query = resolveItemsOptions(options, schema);
    return { format, query, bom, delimiter, skipHeaderRow, xmlRoot, xmlRow, feedTitle, feedDescription };
}
