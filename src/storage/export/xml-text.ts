const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// XML has no way at all to write these.
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text for between tags, or for a quoted attribute, of XML and HTML. */
export function escapeText(text: string): string {
    return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The nearest name that an XML element or attribute can have. */
export function toXmlName(name: string): string {
    const valid = name.replace(/[^\p{L}\p{N}_.-]/gu, '_');
    return /^[\p{L}_]/u.test(valid) ? valid : `_${valid}`;
}
