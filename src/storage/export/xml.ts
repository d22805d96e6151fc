import type { Item } from '../../model/api/storage.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// XML has no way at all to write these.
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text for between tags, or for a quoted attribute, of XML and HTML. */
export function escapeText(text: string): string {
    return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The nearest name that an XML element or attribute can have. */
function toXmlName(name: string): string {
    const valid = name.replace(/[^\p{L}\p{N}_.-]/gu, '_');
    return /^[\p{L}_]/u.test(valid) ? valid : `_${valid}`;
}

/** The first line of an XML file. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

/**
 * A value as an element: arrays become repeated elements, null an empty one. Of an object, `@` holds the attributes, and
 * `#` the text, if it has no other fields.
 */
export function toElement(name: string, value: unknown): string {
    const tag = toXmlName(name);
    if (Array.isArray(value)) return value.map((one) => toElement(name, one)).join('');
    if (value === null || value === undefined) return `<${tag}/>`;
    if (typeof value !== 'object') return `<${tag}>${escapeText(String(value))}</${tag}>`;
    const { '@': attributes, '#': text, ...fields } = value as Item;
    const children = Object.entries(fields);
    const content =
        children.length > 0 ? children.map(([key, child]) => toElement(key, child)).join('') : escapeText(toText(text));
    const opening = tag + formatAttributes(attributes);
    return content === '' ? `<${opening}/>` : `<${opening}>${content}</${tag}>`;
}

function formatAttributes(attributes: unknown): string {
    if (typeof attributes !== 'object' || attributes === null) return '';
    // Two names can become the same valid one, but an element has each attribute once.
    const byName = new Map(Object.entries(attributes).map(([name, value]) => [toXmlName(name), toText(value)]));
    return [...byName].map(([name, value]) => ` ${name}="${escapeText(value)}"`).join('');
}

function toText(value: unknown): string {
    if (value === null || value === undefined) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
