import type { Item } from '../../model/api/storage.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// XML cannot represent these characters.
// oxlint-disable-next-line no-control-regex -- the expression matches control characters
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Escapes text for XML and HTML, between tags or in a quoted attribute. */
export function escapeText(text: string): string {
    return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Returns the most similar name that is valid for an XML element or attribute. */
function toXmlName(name: string): string {
    const valid = name.replace(/[^\p{L}\p{N}_.-]/gu, '_');
    return /^[\p{L}_]/u.test(valid) ? valid : `_${valid}`;
}

/** First line of an XML file. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

/**
 * Returns a value as an XML element. An array becomes repeated elements, null an empty one. In an object, `@` has the attributes, and
 * `#` the text, which is used if there are no other fields.
 */
export function toElement(name: string, value: unknown): string {
    const parts: string[] = [];
    addElement(parts, name, value);
    return parts.join('');
}

/** Adds the parts of an element, which are joined once: joining them at each level would copy a deep element many times. */
function addElement(parts: string[], name: string, value: unknown): void {
    if (Array.isArray(value)) {
        for (const one of value) addElement(parts, name, one);
        return;
    }
    const tag = toXmlName(name);
    if (typeof value !== 'object' || value === null) {
        parts.push(
            value === null || value === undefined ? `<${tag}/>` : `<${tag}>${escapeText(String(value))}</${tag}>`,
        );
        return;
    }
    const { '@': attributes, '#': text, ...fields } = value as Item;
    const children = Object.entries(fields);
    const opening = tag + formatAttributes(attributes);
    const position = parts.push(`<${opening}>`);
    for (const [key, child] of children) addElement(parts, key, child);
    const content = children.length === 0 ? escapeText(toText(text)) : '';
    if (content === '' && parts.length === position) parts[position - 1] = `<${opening}/>`;
    else parts.push(`${content}</${tag}>`);
}

function formatAttributes(attributes: unknown): string {
    if (typeof attributes !== 'object' || attributes === null) return '';
    // Different names can become the same valid name, but an element may have each attribute only once.
    const byName = new Map(Object.entries(attributes).map(([name, value]) => [toXmlName(name), toText(value)]));
    return [...byName].map(([name, value]) => ` ${name}="${escapeText(value)}"`).join('');
}

function toText(value: unknown): string {
    if (value === null || value === undefined) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
