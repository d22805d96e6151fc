import type { JSX } from '../preact.js';

/** What authors of schemas write: text, with some HTML in it. */
const PART =
    /<a\s[^>]*href=["']([^"']+)["'][^>]*>(.*?)<\/a>|<code>(.*?)<\/code>|<(?:b|strong)>(.*?)<\/(?:b|strong)>|<br\s*\/?>|`([^`]+)`/gis;

/**
 * A description, with links, code and bold text as its author has marked them. Nothing else of it is markup, and all of it is made
 * here: no text of others becomes a part of the page as it is.
 */
export function FieldText({ text }: { text: string }): JSX.Element {
    const parts: (JSX.Element | string)[] = [];
    let start = 0;
    for (const match of text.matchAll(PART)) {
        parts.push(plain(text.slice(start, match.index)), <Marked match={match} key={match.index} />);
        start = match.index + match[0].length;
    }
    parts.push(plain(text.slice(start)));
    return <p>{parts}</p>;
}

function Marked({ match }: { match: RegExpExecArray | RegExpMatchArray }): JSX.Element {
    const [, href, linked, code, bold, quoted] = match;
    if (href !== undefined && linked !== undefined) {
        if (!/^https?:\/\//i.test(href)) return <>{plain(linked)}</>;
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

/** Without other tags, and with the usual entities as what they stand for. */
function plain(text: string): string {
    return text
        .replace(/<\/?[a-z][^<>]*>/gi, '')
        .replace(/&(\w+|#39);/g, (whole, name) => ENTITIES[String(name)] ?? whole);
}
