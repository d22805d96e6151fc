import { createEngine, type Engine, type EngineOptions, type Listener } from 'greenroom';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { useBrowser } from './browser.js';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';

const PATIENCE_MILLIS = 15_000;

/** Expected messages: blocked actions of a framed record, and failed requests without a listener. */
const INNOCENT = /\/records\/|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET/;

/**
 * One engine with its console for all tests of a file, which keep apart by what they make. To be made at the top of the file. A
 * test fails when a script of a page it has opened fails, or a page breaks its own policy.
 */
export class ConsoleBrowser {
    readonly #openPage = useBrowser();
    #problems: string[][] = [];
    #engine: Engine | undefined;
    #listener: Listener | undefined;

    constructor(options: EngineOptions = {}) {
        beforeAll(async () => {
            this.#engine = await createEngine({ username: 'jane', ...options });
            this.#listener = await this.#engine.listen();
        });
        afterEach(() => {
            const problems = this.#problems.flat().filter((text) => !INNOCENT.test(text));
            this.#problems = [];
            if (problems.length > 0) throw new Error(`The browser complains:\n${problems.join('\n')}`);
        });
        afterAll(() => this.#engine?.close({ force: true }));
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

    /** Opens a page of the console in a separate profile, with the token. */
    async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
        const { page, problems } = await this.#openPage({ viewport: { width: 1280, height: 850 }, ...options });
        this.#problems.push(problems);
        page.on('dialog', (dialog) => {
            problems.push(`A dialog says: ${dialog.message()}`);
            void dialog.dismiss();
        });
        await page.goto(`${this.url}${path}#token=${this.engine.token}`);
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
