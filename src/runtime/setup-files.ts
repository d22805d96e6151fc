import { fileURLToPath } from 'node:url';
import { EngineError } from '../errors/engine-error.js';
import { loadModule } from './program.js';
import type { Loader } from '../protocol/messages.js';

const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * Imports the setup files of a run, one after the other; what they do is there when the Actor is loaded.
 *
 * @param urls - `file:` URLs. Those in TypeScript are loaded as the Actor is; others need no help.
 * @throws EngineError `actor-failed-to-start`, with the file, when one throws or cannot be loaded.
 */
export async function importSetupFiles(urls: readonly string[] = [], loader: Loader): Promise<void> {
    for (const url of urls) {
        try {
            await loadModule(TYPESCRIPT.test(new URL(url).pathname) ? loader : { type: 'native' }, url);
        } catch (cause) {
            const path = fileURLToPath(url);
            const message = `The setup file ${path} failed, so that the Actor was not started: ${reasonOf(cause)}`;
            throw new EngineError('actor-failed-to-start', message, { details: { path }, cause });
        }
    }
}

function reasonOf(cause: unknown): string {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
