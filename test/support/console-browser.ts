import { existsSync } from 'node:fs';
import { createEngine, type Engine, type EngineOptions, type Listener } from 'greenroom';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const TOKEN = 'the-token-of-the-console';
const PATIENCE_MILLIS = 15_000;

/** What the browser says when a page does what its policy forbids, or when its script fails. */
const VIOLATION = /Content Security Policy|Refused to/i;

/**
 * An engine with its console, and a browser, for all tests of a file; skipped with a reason where there is no Chromium. To be
 * made at the top of the file. A test fails when a script of a page it has opened fails, or a page breaks its own policy.
 */
export class ConsoleBrowser {
    readonly troubles: string[] = [];
    #engine: Engine | undefined;
    #listener: Listener | undefined;
    #browser: Browser | undefined;
    #pages: Page[] = [];

    constructor(options: EngineOptions = {}) {
        beforeAll(async () => {
            if (CHROMIUM === undefined) return;
            this.#engine = await createEngine({ token: TOKEN, username: 'jane', ...options });
            this.#listener = await this.#engine.listen();
            this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
        });
        beforeEach(({ skip }) => {
            skip(CHROMIUM === undefined, 'There is no Chromium on this machine: apt-get install chromium');
            this.troubles.length = 0;
        });
        afterEach(async () => {
            await Promise.all(this.#pages.map((page) => page.context().close()));
            this.#pages = [];
            if (this.troubles.length > 0) throw new Error(`The browser complains:\n${this.troubles.join('\n')}`);
        });
        afterAll(async () => {
            await this.#browser?.close();
            await this.#engine?.close({ force: true });
        });
    }

    get engine(): Engine {
        return this.#engine!;
    }

    get url(): string {
        return this.#listener!.url;
    }

    /** Stops listening, as an engine that is gone; what it returns listens at the same place again. */
    async stopListening(): Promise<() => Promise<void>> {
        const { port } = this.#listener!;
        await this.#listener!.close();
        return async () => {
            this.#listener = await this.engine.listen({ port });
        };
    }

    /** Opens a place of the console in a window of its own, as somebody who has the token. */
    async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
        const context = await this.#browser!.newContext({ viewport: { width: 1280, height: 850 }, ...options });
        const page = await context.newPage();
        this.#pages.push(page);
        page.on('pageerror', ({ message }) => this.troubles.push(message));
        page.on('dialog', (dialog) => {
            this.troubles.push(`A dialog says: ${dialog.message()}`);
            void dialog.dismiss();
        });
        page.on('console', (message) => {
            const text = message.text();
            // What is refused to a record that is shown in a frame is as it should be.
            if (VIOLATION.test(text) && !text.includes('/records/')) this.troubles.push(text);
        });
        await page.goto(`${this.url}${path}${path.includes('#') ? '' : `#token=${TOKEN}`}`);
        return page;
    }
}

/** Waits until something is seen. */
export async function seen(locator: Locator): Promise<void> {
    await locator.first().waitFor({ state: 'visible', timeout: PATIENCE_MILLIS });
}

/** Waits until something is not there any more. */
export async function gone(locator: Locator): Promise<void> {
    await locator.first().waitFor({ state: 'detached', timeout: PATIENCE_MILLIS });
}

/** Waits until the text of something is, or has in it, what it should. */
export async function says(locator: Locator, wanted: string | RegExp): Promise<void> {
    const isRight = (text: string): boolean => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
    await vi.waitFor(
        async () => {
            const text = (await locator.first().textContent({ timeout: PATIENCE_MILLIS })) ?? '';
            if (!isRight(text)) throw new Error(`It says ${JSON.stringify(text)} and not ${String(wanted)}.`);
        },
        { timeout: PATIENCE_MILLIS, interval: 50 },
    );
}
