import { extname, join } from 'node:path';
import type { SeenFiles } from './seen-files.js';

const SOURCE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx']);

const MAX_FILES = 200;

const MAX_ENTRIES = 2000;

const MAX_BYTES = 2 * 1024 ** 2;

const HARMLESS =
    'assert|async_hooks|buffer|crypto|events|fs|module|os|path|perf_hooks|process|querystring|readline|' +
    'stream|string_decoder|test|timers|url|util|v8|vm|worker_threads|zlib';

/** An import of anything but the Actor's own files, the SDK, and modules of Node that reach nothing outside. */
const IMPORT = new RegExp(
    `\\b(?:from|import|require)\\s*(?:\\(\\s*)?['"\`](?!\\.|/|file:|apify['"\`]|greenroom/actor['"\`]|` +
        `(?:node:)?(?:${HARMLESS})(?:/\\w+)?['"\`])`,
);

/** An `import` of one of the modules, the ESM way. */
export function importOf(modules: readonly string[]): RegExp {
    const names = modules.map((name) => name.replaceAll('/', '\\/')).join('|');
    return new RegExp(`\\b(?:from|import)\\s*(?:\\(\\s*)?(?:\\/\\*.*?\\*\\/\\s*)?['"\`](?:${names})['"\`]`);
}

/**
 * Whether any source file of an Actor has such words in it. Words in comments and types count, too: hooks that are not
 * needed cost little, while missing ones break the run. So a folder that is too large to be read through counts as
 * having them.
 */
export async function sourcesMatch(
    seen: SeenFiles,
    pattern: RegExp,
    entry: string,
    directory: string,
): Promise<boolean> {
    let left = { files: MAX_FILES, bytes: MAX_BYTES };
    for await (const file of sourceFiles(seen, entry, directory)) {
        left = { files: left.files - 1, bytes: left.bytes - (file === undefined ? 0 : seen.size(file)) };
        if (file === undefined || left.files < 0 || left.bytes < 0) return true;
        if (pattern.test((await seen.text(file)) ?? '')) return true;
    }
    return false;
}

/** The entry, then all other source files of the folder; undefined, at the end, when there are too many to look at. */
async function* sourceFiles(seen: SeenFiles, entry: string, directory: string): AsyncGenerator<string | undefined> {
    yield entry;
    const folders = [directory];
    let entries = 0;
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
        const list = await seen.list(folder);
        entries += list.length;
        if (entries > MAX_ENTRIES) return yield undefined;
        for (const item of list) {
            if (item.name.startsWith('.') || item.name === 'node_modules') continue;
            const path = join(folder, item.name);
            if (item.isDirectory()) folders.push(path);
            else if (SOURCE.has(extname(item.name)) && path !== entry) yield path;
        }
    }
}

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
