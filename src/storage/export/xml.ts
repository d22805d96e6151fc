import type { Item } from '../../model/storage.js';
import { escapeText, toXmlName } from './xml-text.js';

/** The first line of an XML file. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

/** All items as elements inside one root element. */
export async function* writeXml(batches: AsyncIterable<Item[]>, root: string, row: string): AsyncGenerator<string> {
    yield `${XML_DECLARATION}<${root}>\n`;
    for await (const items of batches) yield items.map((item) => `${element(row, item)}\n`).join('');
    yield `</${root}>\n`;
}

/**
 * A value as an element: arrays become repeated elements, null an empty one. Of an object, `@` holds the attributes, and
 * `#` the text, if it has no other fields.
 */
export function element(name: string, value: unknown): string {
    const tag = toXmlName(name);
    if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
    if (value === null || value === undefined) return `<${tag}/>`;
    if (typeof value !== 'object') return `<${tag}>${escapeText(String(value))}</${tag}>`;
    const { '@': attributes, '#': text, ...fields } = value as Item;
    const children = Object.entries(fields);
    const content =
        children.length > 0 ? children.map(([key, child]) => element(key, child)).join('') : escapeText(plain(text));
    const opening = tag + attributesText(attributes);
    return content === '' ? `<${opening}/>` : `<${opening}>${content}</${tag}>`;
}

function attributesText(attributes: unknown): string {
    if (typeof attributes !== 'object' || attributes === null) return '';
    // Two names can become the same valid one, but an element has each attribute once.
    const byName = new Map(Object.entries(attributes).map(([name, value]) => [toXmlName(name), plain(value)]));
    return [...byName].map(([name, value]) => ` ${name}="${escapeText(value)}"`).join('');
}

function plain(value: unknown): string {
    if (value === null || value === undefined) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
