import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./programs/site.js', import.meta.url));

/** A site on loopback that another process serves. */
export interface Site {
    /** Returns the URL of a page. All pages are reachable from page 0. */
    url: (index: number) => string;
    close: () => Promise<void>;
}

/** Starts a site with the given number of pages. */
export async function startSite(pages: number): Promise<Site> {
    const child = fork(PROGRAM, [String(pages)], { execArgv: [] });
    const [port] = (await once(child, 'message')) as [number];
    return {
        url: (index) => `http://127.0.0.1:${port}/page/${index}`,
        async close() {
            const exit = once(child, 'exit');
            child.disconnect();
            await exit;
        },
    };
}
