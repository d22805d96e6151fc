import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Size of each crawl's copy of the site. */
export interface TestSiteOptions {
    /** Number of pages that finally respond with 200. */
    pages: number;
    /** Number of pages that respond with 404. Default: 0. */
    missing?: number;
    /** Number of pages that respond with 500. Default: 0. */
    broken?: number;
    /** Milliseconds before each response. Default: 0. */
    delayMillis?: number;
}

/**
 * A site on the loopback interface with a copy for each crawl, under its name: a tree of pages with cross links. Every tenth
 * page responds with 503 to the first request.
 */
export interface TestSite {
    /** Returns the root URL of a crawl's copy. */
    root(crawl: string): string;
    /** Returns all URLs that a crawl can find, by their final response. */
    all(crawl: string): { pages: string[]; missing: string[]; broken: string[] };
    /** Returns the number of requests for a URL. */
    hits(url: string): number;
    close(): Promise<void>;
}

const CHILDREN = 4;
const MISSING = 'missing/';
const BROKEN = 'broken/';

/** Opens a site. */
export async function openTestSite(options: TestSiteOptions): Promise<TestSite> {
    const { pages, missing = 0, broken = 0, delayMillis = 0 } = options;
    const hits = new Map<string, number>();
    const server = createServer(({ url = '/' }, response) => {
        const count = (hits.get(url) ?? 0) + 1;
        hits.set(url, count);
        const send = (): void => respond(url, count, options, response);
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

/** True if a page fails on the first request. */
export function isFlaky(url: string): boolean {
    return /\/\d*7$/.test(url) && !url.includes(MISSING) && !url.includes(BROKEN);
}

function respond(url: string, count: number, options: TestSiteOptions, response: ServerResponse): void {
    const [, crawl, ...rest] = url.split('/');
    const name = rest.join('/');
    const isPage = /^\d+$/.test(name) && Number(name) < options.pages;
    const status = name.startsWith(BROKEN) ? 500 : isPage ? (isFlaky(url) && count === 1 ? 503 : 200) : 404;
    const links = isPage ? createLinks(Number(name), options).map((link) => `/${crawl}/${link}`) : [];
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
        `<!doctype html><html><head><title>Page ${name}</title></head><body><p>${'Lorem ipsum. '.repeat(20)}</p>` +
            `${links.map((link) => `<a href="${link}">to ${link}</a>`).join('\n')}</body></html>`,
    );
}

function createLinks(page: number, { pages, missing = 0, broken = 0 }: TestSiteOptions): (string | number)[] {
    const children = Array.from({ length: CHILDREN }, (_, index) => page * CHILDREN + 1 + index);
    const across = [0, (page * 7 + 3) % pages, `${(page * 3 + 1) % pages}#part`];
    return [
        ...children.filter((child) => child < pages),
        ...across,
        ...(page < missing ? [`${MISSING}${page}`] : []),
        ...(page < broken ? [`${BROKEN}${page}`] : []),
    ];
}
