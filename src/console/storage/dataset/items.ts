import { publicPath } from '../records/record.js';

export type CellFormat = 'text' | 'number' | 'date' | 'link' | 'boolean' | 'image' | 'array' | 'object';

interface Column {
    readonly field: string;
    readonly label: string;
    readonly format?: CellFormat;
}

/** A view of the items of a dataset, from its schema. */
export interface DatasetView {
    readonly name: string;
    readonly title: string;
    /** Fields in display order; empty for the order of the items. */
    readonly fields: readonly string[];
    /** Columns of the described fields. */
    readonly columns: ReadonlyMap<string, Column>;
}

/** A view in a dataset schema. The schema can be any JSON, so all properties may be missing. */
interface SchemaView {
    readonly title?: unknown;
    readonly transformation?: { readonly fields?: unknown };
    readonly display?: {
        readonly properties?: Record<string, { readonly label?: unknown; readonly format?: unknown }>;
    };
}

/** Returns the views of a dataset schema; none for an invalid schema. */
export function viewsOf(schema: unknown): DatasetView[] {
    const { views } = (schema ?? {}) as { views?: Record<string, SchemaView | null> | null };
    return Object.entries(views ?? {}).map(([name, view]) => {
        const columns = Object.entries(view?.display?.properties ?? {}).map(([field, property]): Column => {
            const format = textOf(property?.format) as CellFormat | undefined;
            return { field, label: textOf(property?.label) ?? field, ...(format && { format }) };
        });
        const chosen = view?.transformation?.fields;
        const fields = Array.isArray(chosen) ? chosen.filter((field) => textOf(field) !== undefined) : [];
        return {
            name,
            title: textOf(view?.title) ?? name,
            fields: fields.length > 0 ? fields : columns.map(({ field }) => field),
            columns: new Map(columns.map((column) => [column.field, column])),
        };
    });
}

function textOf(value: unknown): string | undefined {
    return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Maximum number of columns; other fields can be selected. */
const MAX_COLUMNS = 200;

/**
 * Returns the columns of a table of items: first the fields of the view, then the other fields of the items, in the order of their
 * first occurrence.
 */
export function columnsOf(items: readonly unknown[], view?: DatasetView): Column[] {
    const fields = new Set(view?.fields);
    for (const item of items) if (isRecord(item)) for (const field of Object.keys(item)) fields.add(field);
    const shown = [...fields].slice(0, MAX_COLUMNS);
    return shown.map((field) => view?.columns.get(field) ?? { field, label: field });
}

/** Returns the value of a column; undefined if the item has no such field. */
export function valueAt(item: unknown, { field }: Column): unknown {
    return isRecord(item) && Object.hasOwn(item, field) ? item[field] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

interface Cell {
    readonly kind: 'absent' | 'null' | 'text' | 'number' | 'boolean' | 'link' | 'image' | 'json';
    readonly text?: string;
    /** URL of a link (always HTTP), or the data URL of an image. Images from other hosts are not loaded. */
    readonly url?: string;
}

/** Maximum length of the text in a cell, so that tables of long texts render fast. */
const MAX_CHARS = 300;
const LINK = /^https?:\/\/[^\s]+$/i;
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/;

/** Formats a value for a cell, by the format of the view or by its type. */
export function formatCell(value: unknown, format?: CellFormat): Cell {
    if (value === undefined) return { kind: 'absent' };
    if (value === null) return { kind: 'null', text: 'null' };
    if (typeof value === 'object') return { kind: 'json', text: truncate(shortJson(value)) };
    if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) };
    if (typeof value === 'number') return { kind: 'number', text: format === 'date' ? dateText(value) : String(value) };
    return textCell(String(value), format);
}

function textCell(text: string, format: CellFormat | undefined): Cell {
    if (IMAGE.test(text)) return { kind: 'image', url: text };
    if (format !== 'text' && LINK.test(text) && URL.canParse(text))
        return { kind: 'link', text: truncate(text), url: text };
    if (format === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return { kind: 'number', text };
    return { kind: 'text', text: truncate(format === 'date' ? dateText(text) : text) };
}

function dateText(value: number | string): string {
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace('T', ' ').replace('.000Z', 'Z');
}

/** Returns the beginning of the JSON text; bounded work for a value of any size. */
function shortJson(value: object): string {
    let left = MAX_CHARS * 2;
    const text = JSON.stringify(value, (_, inner: unknown) => {
        left -= typeof inner === 'string' ? inner.length : 4;
        return left < 0 ? undefined : typeof inner === 'string' ? truncate(inner) : inner;
    });
    return text ?? '';
}

function truncate(text: string): string {
    return text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS)}…`;
}

const OPTION_NAMES = ['view', 'fields', 'clean', 'desc', 'unwind'] as const;

/**
 * The options of the items view, as query parameters of the console and the API: a view of the schema, selected fields, `clean`
 * (without hidden fields `#…` and empty items), newest first, and an array to unwind. An empty string sets nothing.
 */
export type ItemsOptions = Readonly<Record<(typeof OPTION_NAMES)[number], string>>;

/** Reads the options from the query of the page. */
export function readItemsOptions(query: URLSearchParams): ItemsOptions {
    return Object.fromEntries(OPTION_NAMES.map((name) => [name, query.get(name) ?? ''])) as ItemsOptions;
}

export const FORMATS = {
    json: 'JSON',
    jsonl: 'JSON Lines',
    csv: 'CSV',
    xlsx: 'Excel',
    xml: 'XML',
    html: 'HTML table',
    rss: 'RSS',
};

/** Returns a signed link to the items as JSON, which needs no token. */
export function exportUrl(publicUrl: string, options: Readonly<Record<string, string>>): string {
    const url = new URL(publicUrl);
    for (const [name, value] of Object.entries(options)) if (value !== '') url.searchParams.set(name, value);
    return url.href;
}

/**
 * Returns the path of a signed URL from which the browser can download the items without a token.
 *
 * @param publicUrl - `itemsPublicUrl` of the dataset. Only its path is used: the console and the API have the same origin.
 */
export function exportPath(publicUrl: string, format: string, options: ItemsOptions): string {
    return publicPath(exportUrl(publicUrl, { ...options, format, attachment: '1' }));
}
