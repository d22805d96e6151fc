import type { ComponentChildren } from 'preact';

/** The HTML that authors of schemas use in descriptions. */
const PART =
    /<a\s[^>]*href=["']([^"']+)["'][^>]*>(.*?)<\/a>|<code>(.*?)<\/code>|<(?:b|strong)>(.*?)<\/(?:b|strong)>|<br\s*\/?>|`([^`]+)`/gis;

/**
 * A description, with the links, code and bold text of its author. Nothing else of it is markup, and all elements are made here:
 * no text of others becomes a part of the page as it is.
 */
export function FieldText({ text }: { text: string }) {
    const parts: ComponentChildren[] = [];
    let start = 0;
    for (const match of text.matchAll(PART)) {
        parts.push(plain(text.slice(start, match.index)), marked(match));
        start = match.index + match[0].length;
    }
    return (
        <p>
            {parts}
            {plain(text.slice(start))}
        </p>
    );
}

function marked([, href, linked, code, bold, quoted]: RegExpMatchArray): ComponentChildren {
    if (href !== undefined && linked !== undefined) {
        if (!/^https?:\/\//i.test(href)) return plain(linked);
        return (
            <a href={href} target="_blank" rel="noreferrer noopener">
                {plain(linked)}
            </a>
        );
    }
    if (code !== undefined || quoted !== undefined) return <code>{plain(code ?? quoted ?? '')}</code>;
    return bold === undefined ? <br /> : <strong>{plain(bold)}</strong>;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00A0' };

/** Returns the text without other tags, and with the usual entities resolved. */
function plain(text: string): string {
    return text
        .replace(/<\/?[a-z][^<>]*>/gi, '')
        .replace(/&(\w+|#39);/g, (whole, name) => ENTITIES[String(name)] ?? whole);
}
