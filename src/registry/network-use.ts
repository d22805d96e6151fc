import type { SeenFiles } from './seen-files.js';
import { sourcesMatch } from './source-imports.js';

const HARMLESS =
    'assert|async_hooks|buffer|crypto|events|fs|module|os|path|perf_hooks|process|querystring|readline|' +
    'stream|string_decoder|test|timers|url|util|v8|vm|worker_threads|zlib';

/** An import of anything but the Actor's own files, the SDK, and modules of Node that reach nothing outside. */
const IMPORT = new RegExp(
    `\\b(?:from|import|require)\\s*(?:\\(\\s*)?['"\`](?!\\.|/|file:|apify['"\`]|greenroom/actor['"\`]|` +
        `(?:node:)?(?:${HARMLESS})(?:/\\w+)?['"\`])`,
);

/**
 * Whether an Actor may come by what opens connections or starts processes in a way that its thread does not notice in
 * time. Words in comments count too: being ready for nothing costs a few milliseconds.
 */
export async function mayReachOut(seen: SeenFiles, entry: string, directory: string): Promise<boolean> {
    return sourcesMatch(seen, IMPORT, entry, directory);
}

/** Whether any source file of an Actor speaks of a proxy; one that does not has no use for one. */
export async function mayUseProxy(seen: SeenFiles, entry: string, directory: string): Promise<boolean> {
    return sourcesMatch(seen, /proxy/i, entry, directory);
}
