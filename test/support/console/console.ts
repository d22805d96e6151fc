import { onTestFinished } from 'vitest';
import { makeEngine } from '../make-engine.js';
import { useBrowser, type WatchedPage } from './browser.js';
import type { Engine, EngineOptions } from 'greenroom';
import type { BrowserContextOptions } from 'playwright-core';

/** A console in a browser, over an engine that listens. */
export interface OpenConsole extends WatchedPage {
    engine: Engine;
    /** Where the engine is reached. */
    url: string;
    /** Goes to a place of the console, with the token. */
    visit(path: string): Promise<void>;
}

/** Options of a test console. */
export interface ConsoleOptions {
    engine?: EngineOptions;
    browser?: BrowserContextOptions;
}

/** Gives the tests of a file a browser, and each of them an engine and its console. */
export function useConsole(): (options?: ConsoleOptions) => Promise<OpenConsole> {
    const open = useBrowser();
    return async (options = {}) => {
        const engine = await makeEngine(options.engine);
        const { url } = await engine.listen();
        const watched = await open(options.browser);
        onTestFinished(() => engine.close({ force: true }));
        const visit = async (path: string): Promise<void> => {
            await watched.page.goto(`${url}${path}#token=${engine.token}`);
        };
        return { ...watched, engine, url, visit };
    };
}
