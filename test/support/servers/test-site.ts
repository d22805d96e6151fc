import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How large each crawl's copy of the site is. */
export interface SiteOptions {
    /** Those that answer, in the end, with 200. */
    pages: number;
    /** Those that always answer with 404. Default: 0. */
    missing?: number;
    /** Those that always answer with 500. Default: 0. */
    broken?: number;
    /** Before each answer. Default: 0. */
    delayMillis?: number;
}

/**
 * A site on the loopback interface, of which every crawl sees a copy of its own under its name: a tree of pages with links
 * across. Every tenth page answers 503 to the first request.
 */
export interface Site {
    /** The root of a crawl's copy. */
    root(crawl: string): string;
    /** All addresses that a crawl can find, by what they answer with in the end. */
    all(crawl: string): { pages: string[]; missing: string[]; broken: string[] };
    /** How often an address was asked for. */
    hits(url: string): number;
    close(): Promise<void>;
}

const CHILDREN = 4;
const MISSING = 'missing/';
const BROKEN = 'broken/';

/** Opens a site. */
export async function openSite(options: SiteOptions): Promise<Site> {
    const { pages, missing = 0, broken = 0, delayMillis = 0 } = options;
    const hits = new Map<string, number>();
    const server = createServer(({ url = '/' }, response) => {
        const count = (hits.get(url) ?? 0) + 1;
        hits.set(url, count);
        const send = (): void => answer(url, count, options, response);
        if (delayMillis === 0) send();
        else setTimeout(send, delayMillis);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const list = (crawl: string, kind: string, length: number): string[] =>
        Array.from({ length }, (_, number) => `${origin}/${crawl}/${kind}${number}`);
    return {
        root: (crawl) => `${origin}/${crawl}/0`,
        all: (crawl) => ({
            pages: list(crawl, '', pages),
            missing: list(crawl, MISSING, missing),
            broken: list(crawl, BROKEN, broken),
        }),
        hits: (url) => hits.get(new URL(url).pathname) ?? 0,
        async close() {
            server.closeAllConnections();
            server.close();
            await once(server, 'close');
        },
    };
}

/** Whether a page refuses the first request. */
export function isFlaky(url: string): boolean {
    return /\/\d*7$/.test(url) && !url.includes(MISSING) && !url.includes(BROKEN);
}

function answer(url: string, count: number, options: SiteOptions, response: ServerResponse): void {
    const [, crawl, ...rest] = url.split('/');
    const name = rest.join('/');
    const isPage = /^\d+$/.test(name) && Number(name) < options.pages;
    const status = name.startsWith(BROKEN) ? 500 : isPage ? (isFlaky(url) && count === 1 ? 503 : 200) : 404;
    const links = isPage ? linksOf(Number(name), options).map((link) => `/${crawl}/${link}`) : [];
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
        `<!doctype html><html><head><title>Page ${name}</title></head><body><p>${'Lorem ipsum. '.repeat(20)}</p>` +
            `${links.map((link) => `<a href="${link}">to ${link}</a>`).join('\n')}</body></html>`,
    );
}

function linksOf(page: number, { pages, missing = 0, broken = 0 }: SiteOptions): (string | number)[] {
    const children = Array.from({ length: CHILDREN }, (_, index) => page * CHILDREN + 1 + index);
    const across = [0, (page * 7 + 3) % pages, `${(page * 3 + 1) % pages}#part`];
    return [
        ...children.filter((child) => child < pages),
        ...across,
        ...(page < missing ? [`${MISSING}${page}`] : []),
        ...(page < broken ? [`${BROKEN}${page}`] : []),
    ];
}
