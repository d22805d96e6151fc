import type { CellFormat } from './views.js';

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
