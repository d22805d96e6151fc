import type { RouteCall } from './route.js';

const LINKS = ['itemsPublicUrl', 'keysPublicUrl', 'recordPublicUrl', 'recordsPublicUrl', 'consoleUrl'];

/** A record with its links leading to where the request came in, which only who sent it knows how to reach. */
export function withLinks<Value extends object>(record: Value, { origin }: Pick<RouteCall, 'origin'>): Value {
    if (origin === undefined) return record;
    const fields = record as Record<string, unknown>;
    const links = LINKS.flatMap((name) => {
        const link = fields[name];
        return typeof link === 'string' && URL.canParse(link) ? [[name, moved(link, origin)]] : [];
    });
    return links.length === 0 ? record : { ...record, ...Object.fromEntries(links) };
}

/** As {@link withLinks}, for a page of records. */
export function pageWithLinks<Item extends object, Page extends { items: Item[] }>(
    page: Page,
    call: Pick<RouteCall, 'origin'>,
): Page {
    return call.origin === undefined ? page : { ...page, items: page.items.map((item) => withLinks(item, call)) };
}

function moved(link: string, origin: string): string {
    const { pathname, search } = new URL(link);
    return origin + pathname + search;
}
