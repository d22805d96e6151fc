import { originOf } from './origin.js';
import type { RouteCall } from './route.js';

type LinkingCall = Pick<RouteCall, 'isFromOutside' | 'request'>;

const LINKS = ['itemsPublicUrl', 'keysPublicUrl', 'recordPublicUrl', 'recordsPublicUrl', 'consoleUrl'];

/** A record with its links leading to where the request came in, which only who sent it knows how to reach. */
export function withLinks<Value extends object>(record: Value, { isFromOutside, request }: LinkingCall): Value {
    if (!isFromOutside) return record;
    const fields = record as Record<string, unknown>;
    const links = LINKS.flatMap((name) => {
        const link = fields[name];
        return typeof link === 'string' && URL.canParse(link) ? [[name, moved(link, request.url)]] : [];
    });
    return links.length === 0 ? record : { ...record, ...Object.fromEntries(links) };
}

/** As {@link withLinks}, for a page of records. */
export function pageWithLinks<Item extends object, Page extends { items: Item[] }>(
    page: Page,
    call: LinkingCall,
): Page {
    return !call.isFromOutside ? page : { ...page, items: page.items.map((item) => withLinks(item, call)) };
}

function moved(link: string, requestUrl: string): string {
    const { pathname, search } = new URL(link);
    return originOf(requestUrl) + pathname + search;
}
