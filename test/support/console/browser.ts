import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeEach, onTestFinished } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

/** A page, and what its browser has had to say of it. */
export interface WatchedPage {
    page: Page;
    /** Errors that were thrown, and what the policy of the page has refused. */
    problems: string[];
}

/**
 * Gives the tests of a file one browser, in which each page is of a profile of its own. Where there is no Chromium, they are skipped.
 *
 * @example
 * const open = useBrowser();
 * const { page } = await open();
 */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<WatchedPage> {
    let launching: Promise<Browser> | undefined;
    beforeEach(({ skip }) => {
        skip(CHROMIUM === undefined, 'There is no Chromium on this machine: apt-get install chromium');
    });
    afterAll(async () => {
        await (await launching)?.close();
    });
    return async (options) => {
        launching ??= chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
        const context = await (await launching).newContext({ ...options, reducedMotion: 'reduce' });
        onTestFinished(() => context.close());
        const page = await context.newPage();
        const problems: string[] = [];
        page.on('pageerror', ({ message }) => problems.push(message));
        page.on('console', (message) => {
            // The browser also reports error responses, which a test may expect.
            const isOfAnswer = message.text().startsWith('Failed to load resource');
            if (message.type() === 'error' && !isOfAnswer) problems.push(message.text());
        });
        return { page, problems };
    };
}
