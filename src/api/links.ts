import type { ResponseHeaders } from './responses.js';
import type { ApiContext } from './context.js';

/** An origin without a username that the URL class would not normalize. */
const PLAIN_ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[a-z\d.:[\]-]+(?=[/?#]|$)/;
/** Characters that encoding does not change, as in all ids. */
const PLAIN_PART = /^[\w.~-]+$/;

const LINKS = ['itemsPublicUrl', 'keysPublicUrl', 'recordPublicUrl', 'recordsPublicUrl', 'consoleUrl'];

/** Returns a record whose links have the origin of the request, the address at which its sender reaches the engine. */
export function withLinks<Value extends object>(record: Value, { env, req }: ApiContext): Value {
    if (env.access === undefined) return record;
    const fields = record as Record<string, unknown>;
    const links = LINKS.flatMap((name) => {
        const link = fields[name];
        return typeof link === 'string' && URL.canParse(link) ? [[name, withOrigin(link, req.url)]] : [];
    });
    return links.length === 0 ? record : { ...record, ...Object.fromEntries(links) };
}

/** As {@link withLinks}, for a page of records. */
export function pageWithLinks<Item extends object, Page extends { items: Item[] }>(page: Page, c: ApiContext): Page {
    return c.env.access === undefined ? page : { ...page, items: page.items.map((item) => withLinks(item, c)) };
}

/**
 * Returns the `Location` header of a created resource.
 *
 * @param path - Its segments below `/v2`, which may have any characters.
 */
export function locationHeader({ req }: ApiContext, ...path: readonly string[]): ResponseHeaders {
    const parts = path.map((part) => (PLAIN_PART.test(part) ? part : encodeURIComponent(part)));
    return { location: [originOf(req.url), 'v2', ...parts].join('/') };
}

function withOrigin(link: string, requestUrl: string): string {
    const { pathname, search } = new URL(link);
    return originOf(requestUrl) + pathname + search;
}

/** Unlike `URL.origin`, not `null` for custom schemes. */
function originOf(url: string): string {
    const plain = PLAIN_ORIGIN.exec(url)?.[0];
    if (plain !== undefined) return plain;
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
}
