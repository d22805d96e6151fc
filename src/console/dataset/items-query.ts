/** How items are looked at. */
export interface ItemsChoice {
    /** Name of a view of the dataset's schema; empty for none. */
    readonly view: string;
    /** Only these; empty for all. */
    readonly fields: readonly string[];
    /** Without hidden fields (`#…`) and empty items. */
    readonly clean: boolean;
    /** Last items first. */
    readonly desc: boolean;
    /** The array of this field is taken apart, one row for each entry; empty for none. */
    readonly unwind: string;
}

/** All items as they are. */
export const ALL_ITEMS: ItemsChoice = { view: '', fields: [], clean: false, desc: false, unwind: '' };

/** The formats in which items can be had, with what they are good for. */
export const FORMATS = [
    { format: 'json', label: 'JSON' },
    { format: 'jsonl', label: 'JSON Lines' },
    { format: 'csv', label: 'CSV' },
    { format: 'xlsx', label: 'Excel' },
    { format: 'xml', label: 'XML' },
    { format: 'html', label: 'HTML table' },
    { format: 'rss', label: 'RSS' },
] as const;

export type ExportFormat = (typeof FORMATS)[number]['format'];

/** The part of a query that says which items, and how. */
export function itemsQuery({ view, fields, clean, desc, unwind }: ItemsChoice): URLSearchParams {
    const query = new URLSearchParams();
    if (view !== '') query.set('view', view);
    if (fields.length > 0) query.set('fields', fields.join(','));
    if (unwind !== '') query.set('unwind', unwind);
    if (clean) query.set('clean', '1');
    if (desc) query.set('desc', '1');
    return query;
}

/** A link to the items, as JSON, for whoever can reach the engine; signed as `itemsPublicUrl` is. */
export function exportUrl(publicUrl: string, choice: ItemsChoice): string {
    const url = new URL(publicUrl);
    for (const [name, value] of itemsQuery(choice)) url.searchParams.set(name, value);
    return url.href;
}

/**
 * Where the browser itself can download the items, however many they are: a signed URL, which needs no token.
 *
 * @param publicUrl - `itemsPublicUrl` of the dataset.
 * @returns A path, since the console is served where the API is, by whatever name that is reached.
 */
export function exportPath(publicUrl: string, format: ExportFormat, choice: ItemsChoice): string {
    const { pathname, searchParams } = new URL(exportUrl(publicUrl, choice));
    searchParams.set('format', format);
    searchParams.set('attachment', '1');
    return `${pathname}?${searchParams}`;
}
