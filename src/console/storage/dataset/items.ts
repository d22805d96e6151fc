/** How a value of a view is to be shown. */
export type CellFormat = 'text' | 'number' | 'date' | 'link' | 'boolean' | 'image' | 'array' | 'object';

/** One way of looking at the items of a dataset, as its schema gives it. */
export interface DatasetView {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    /** Fields in the order in which they are shown; empty for that of the items. */
    readonly fields: readonly string[];
    /** What is known of a field. */
    readonly properties: Readonly<Record<string, { readonly label?: string; readonly format?: CellFormat }>>;
}

const CELL_FORMATS: readonly CellFormat[] = ['text', 'number', 'date', 'link', 'boolean', 'image', 'array', 'object'];

/** The views of a dataset's schema; none for a schema that is none. */
export function viewsOf(schema: unknown): DatasetView[] {
    return Object.entries(objectAt(schema, 'views')).map(([name, view]) => {
        const properties = objectAt(objectAt(view, 'display'), 'properties');
        return {
            name,
            title: textAt(view, 'title') ?? name,
            description: textAt(view, 'description') ?? '',
            fields: fieldsOf(view, properties),
            properties: Object.fromEntries(
                Object.entries(properties).map(([field, given]) => [field, readProperty(given)]),
            ),
        };
    });
}

function fieldsOf(view: unknown, properties: Record<string, unknown>): string[] {
    const fields = objectAt(view, 'transformation')['fields'];
    const texts = Array.isArray(fields) ? fields.filter((field): field is string => typeof field === 'string') : [];
    return texts.length > 0 ? texts : Object.keys(properties);
}

function readProperty(given: unknown): DatasetView['properties'][string] {
    const label = textAt(given, 'label');
    const format = CELL_FORMATS.find((known) => known === textAt(given, 'format'));
    return { ...(label !== undefined && { label }), ...(format !== undefined && { format }) };
}

function textAt(value: unknown, key: string): string | undefined {
    const text = isObject(value) ? value[key] : undefined;
    return typeof text === 'string' && text !== '' ? text : undefined;
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
    const inner = isObject(value) ? value[key] : undefined;
    return isObject(inner) ? inner : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A column of a table of items. */
export interface Column {
    readonly field: string;
    readonly label: string;
    readonly format?: CellFormat;
}

/** As many as somebody can look at; the others are a choice of fields away. */
const MOST_COLUMNS = 200;

/**
 * The columns that show these items: first the fields of the view, then those that the items have besides, in the order in
 * which they are met with.
 */
export function columnsOf(items: readonly unknown[], view?: DatasetView): Column[] {
    const fields = new Set(view?.fields);
    for (const item of items) if (isRecord(item)) for (const field of Object.keys(item)) fields.add(field);
    return [...fields].slice(0, MOST_COLUMNS).map((field) => {
        const property =
            view !== undefined && Object.hasOwn(view.properties, field) ? view.properties[field] : undefined;
        const { label = field, format } = property ?? {};
        return { field, label, ...(format !== undefined && { format }) };
    });
}

/** The value of a column; undefined where the item has none. */
export function valueAt(item: unknown, { field }: Column): unknown {
    return isRecord(item) && Object.hasOwn(item, field) ? item[field] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

/** How one value is shown in a table. */
export type Cell =
    /** There is no such field. */
    | { readonly kind: 'absent' }
    | { readonly kind: 'null' }
    | { readonly kind: 'text' | 'number' | 'boolean'; readonly text: string }
    /** Opened in a page of its own; always HTTP. */
    | { readonly kind: 'link'; readonly text: string; readonly url: string }
    /** Of the very value, since nothing is fetched from elsewhere. */
    | { readonly kind: 'image'; readonly url: string }
    /** An array or object, as short JSON. */
    | { readonly kind: 'json'; readonly text: string };

/** A cell has no room for more, and a table of long texts has to be drawn all the same. */
const MOST_CHARS = 300;
const LINK = /^https?:\/\/[^\s]+$/i;
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/;

/** Says how a value is shown, where the view of the dataset wants it so or by what it is. */
export function cellOf(value: unknown, format?: CellFormat): Cell {
    if (value === undefined) return { kind: 'absent' };
    if (value === null) return { kind: 'null' };
    if (typeof value === 'object') return { kind: 'json', text: cut(shortJson(value)) };
    if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) };
    if (typeof value === 'number') return { kind: 'number', text: format === 'date' ? dateText(value) : String(value) };
    return textCell(String(value), format);
}

function textCell(text: string, format: CellFormat | undefined): Cell {
    if (IMAGE.test(text)) return { kind: 'image', url: text };
    if (format !== 'text' && LINK.test(text) && URL.canParse(text)) return { kind: 'link', text: cut(text), url: text };
    if (format === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return { kind: 'number', text };
    return { kind: 'text', text: cut(format === 'date' ? dateText(text) : text) };
}

function dateText(value: number | string): string {
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace('T', ' ').replace('.000Z', 'Z');
}

/** Stops once there is enough, however large the value is. */
function shortJson(value: object): string {
    let left = MOST_CHARS * 2;
    const text = JSON.stringify(value, (_, inner: unknown) => {
        left -= typeof inner === 'string' ? inner.length : 4;
        return left < 0 ? undefined : typeof inner === 'string' ? cut(inner) : inner;
    });
    return text ?? '';
}

function cut(text: string): string {
    return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS)}…`;
}

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
