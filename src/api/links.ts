import type { ResponseHeaders } from './responses.js';
import type { ApiContext } from './context.js';

/** An origin without a username, and without anything that the URL class would write in another way. */
const PLAIN_ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[a-z\d.:[\]-]+(?=[/?#]|$)/;
/** What encoding does not change, as in all ids. */
const PLAIN_PART = /^[\w.~-]+$/;

const LINKS = ['itemsPublicUrl', 'keysPublicUrl', 'recordPublicUrl', 'recordsPublicUrl', 'consoleUrl'];

/** A record whose links lead to where the request came in, since only its sender knows how to reach it. */
export function withLinks<Value extends object>(record: Value, { env, req }: ApiContext): Value {
    if (env.access === undefined) return record;
    const fields = record as Record<string, unknown>;
    const links = LINKS.flatMap((name) => {
        const link = fields[name];
        return typeof link === 'string' && URL.canParse(link) ? [[name, moved(link, req.url)]] : [];
    });
    return links.length === 0 ? record : { ...record, ...Object.fromEntries(links) };
}

/** As {@link withLinks}, for a page of records. */
export function pageWithLinks<Item extends object, Page extends { items: Item[] }>(page: Page, c: ApiContext): Page {
    return c.env.access === undefined ? page : { ...page, items: page.items.map((item) => withLinks(item, c)) };
}

/**
 * The header that says where the thing is that a request has made.
 *
 * @param path - Its parts below `/v2`, which may have any characters.
 */
export function locationHeader({ req }: ApiContext, ...path: readonly string[]): ResponseHeaders {
    const parts = path.map((part) => (PLAIN_PART.test(part) ? part : encodeURIComponent(part)));
    return { location: [originOf(req.url), 'v2', ...parts].join('/') };
}

function moved(link: string, requestUrl: string): string {
    const { pathname, search } = new URL(link);
    return originOf(requestUrl) + pathname + search;
}

/** Not `URL.origin`, which is `null` for schemes such as an app may have for itself. */
function originOf(url: string): string {
    const plain = PLAIN_ORIGIN.exec(url)?.[0];
    if (plain !== undefined) return plain;
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
}
