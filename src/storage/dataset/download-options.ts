import type { DownloadOptions, ItemsFormat } from '../../model/api/storage.js';
import { checkFlag, checkOptions, checkText, checkWord, formatChoice, invalid } from '../../util/check.js';
import { ITEMS_OPTIONS, type ItemsQuery, resolveItemsOptions } from './project-items.js';

const FORMATS: readonly ItemsFormat[] = ['json', 'jsonl', 'csv', 'xlsx', 'xml', 'rss', 'html'];
/** Each cell repeats the delimiter, and each item the name of its element: both are limited. */
const MAX_DELIMITER_LENGTH = 16;
const XML_NAME = /^[\p{L}_][\p{L}\p{N}_.-]{0,199}$/u;
const XML_NAME_EXPECTED = 'a name that an XML element can have, of up to 200 characters';

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
    checkTexts({ delimiter, feedTitle, feedDescription }, { xmlRoot, xmlRow });
    const query = resolveItemsOptions(options, schema);
    return { format, query, bom, delimiter, skipHeaderRow, xmlRoot, xmlRow, feedTitle, feedDescription };
}

function checkTexts(
    { delimiter, ...texts }: { delimiter: string; feedTitle: string | undefined; feedDescription: string | undefined },
    xmlNames: Readonly<Record<string, string>>,
): void {
    for (const [name, value] of Object.entries({ delimiter, ...texts })) checkText(`options.${name}`, value);
    if (/["\r\n]/.test(delimiter)) throw invalid('options.delimiter', delimiter, 'neither a quote nor a line break');
    if (delimiter.length > MAX_DELIMITER_LENGTH)
        throw invalid('options.delimiter', delimiter, `up to ${MAX_DELIMITER_LENGTH} characters`);
    for (const [name, value] of Object.entries(xmlNames)) {
        if (!XML_NAME.test(value)) throw invalid(`options.${name}`, value, XML_NAME_EXPECTED);
    }
}
