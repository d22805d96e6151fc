import { publicPath } from '../records/record.js';

export type CellFormat = 'text' | 'number' | 'date' | 'link' | 'boolean' | 'image' | 'array' | 'object';

interface Column {
    readonly field: string;
    readonly label: string;
    readonly format?: CellFormat;
}

/** One way of looking at the items of a dataset, as its schema gives it. */
export interface DatasetView {
    readonly name: string;
    readonly title: string;
    /** Fields in the order in which they are shown; empty for that of the items. */
    readonly fields: readonly string[];
    /** The columns of fields that it describes. */
    readonly columns: ReadonlyMap<string, Column>;
}

/** The schema of a dataset is any JSON: it may have none of this. */
interface SchemaView {
    readonly title?: unknown;
    readonly transformation?: { readonly fields?: unknown };
    readonly display?: {
        readonly properties?: Record<string, { readonly label?: unknown; readonly format?: unknown }>;
    };
}

/** The views of a dataset's schema; none for a schema that is none. */
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

/** As many as somebody can look at; the others are a choice of fields away. */
const MOST_COLUMNS = 200;

/**
 * The columns that show these items: first the fields of the view, then those that the items have besides, in the order in
 * which they are met with.
 */
export function columnsOf(items: readonly unknown[], view?: DatasetView): Column[] {
    const fields = new Set(view?.fields);
    for (const item of items) if (isRecord(item)) for (const field of Object.keys(item)) fields.add(field);
    const shown = [...fields].slice(0, MOST_COLUMNS);
    return shown.map((field) => view?.columns.get(field) ?? { field, label: field });
}

/** The value of a column; undefined where the item has none. */
export function valueAt(item: unknown, { field }: Column): unknown {
    return isRecord(item) && Object.hasOwn(item, field) ? item[field] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

interface Cell {
    readonly kind: 'absent' | 'null' | 'text' | 'number' | 'boolean' | 'link' | 'image' | 'json';
    readonly text?: string;
    /** Of a link, always HTTP; of an image, the very value, since nothing is fetched from elsewhere. */
    readonly url?: string;
}

/** A cell has no room for more, and a table of long texts has to be drawn all the same. */
const MOST_CHARS = 300;
const LINK = /^https?:\/\/[^\s]+$/i;
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/;

/** Says how a value is shown, where the view of the dataset wants it so or by what it is. */
export function cellOf(value: unknown, format?: CellFormat): Cell {
    if (value === undefined) return { kind: 'absent' };
    if (value === null) return { kind: 'null', text: 'null' };
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

const CHOICES = ['view', 'fields', 'clean', 'desc', 'unwind'] as const;

/**
 * How items are looked at, as the queries of the console and of the API have it: a view of the schema, only some fields,
 * without hidden fields (`#…`) and empty items, last items first, with an array taken apart. Empty texts choose nothing.
 */
export type ItemsChoice = Readonly<Record<(typeof CHOICES)[number], string>>;

/** Reads the choice from the address of the page. */
export function choiceOf(query: URLSearchParams): ItemsChoice {
    return Object.fromEntries(CHOICES.map((name) => [name, query.get(name) ?? ''])) as ItemsChoice;
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

/** A link to the items, as JSON, for whoever can reach the engine; signed as `itemsPublicUrl` is. */
export function exportUrl(publicUrl: string, choice: Readonly<Record<string, string>>): string {
    const url = new URL(publicUrl);
    for (const [name, value] of Object.entries(choice)) if (value !== '') url.searchParams.set(name, value);
    return url.href;
}

/**
 * Where the browser itself can download the items, however many they are: a signed URL, which needs no token.
 *
 * @param publicUrl - `itemsPublicUrl` of the dataset.
 * @returns A path, since the console is served where the API is, by whatever name that is reached.
 */
export function exportPath(publicUrl: string, format: string, choice: ItemsChoice): string {
    return publicPath(exportUrl(publicUrl, { ...choice, format, attachment: '1' }));
}
