import { extname, join } from 'node:path';
import type { FileChangeDetector } from './file-change-detector.js';

/** The source files of an Actor, for searches by regular expression. */
export interface ActorSources {
    /** Absolute path of the entry module. */
    readonly entry: string;
    /**
     * True if any source file matches. Matches in comments and types count too: unnecessary hooks cost little, while missing
     * ones break the run. For the same reason, a folder too large to scan always matches.
     */
    matches(pattern: RegExp): boolean;
}

const SOURCE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx']);
const MAX_FILES = 200;
const MAX_ENTRIES = 2000;
const MAX_BYTES = 2 * 1024 ** 2;
const OFFLINE_MODULES =
    'assert|async_hooks|buffer|crypto|events|fs|module|os|path|perf_hooks|process|querystring|readline|' +
    'stream|string_decoder|test|timers|url|util|v8|vm|worker_threads|zlib';
/** An import of anything except the Actor's own files, the SDK, and Node modules without network access and child processes. */
const IMPORT = new RegExp(
    `\\b(?:from|import|require)\\s*(?:\\(\\s*)?['"\`](?!\\.|/|file:|apify['"\`]|greenroom/actor['"\`]|` +
        `(?:node:)?(?:${OFFLINE_MODULES})(?:/\\w+)?['"\`])`,
);

/** Reads the entry, then all other source files of the folder, up to the limits. */
export async function readSources(files: FileChangeDetector, entry: string, directory: string): Promise<ActorSources> {
    const texts: string[] = [];
    let bytes = 0;
    for await (const file of sourceFiles(files, entry, directory)) {
        bytes += file === undefined ? 0 : files.size(file);
        if (file === undefined || texts.length === MAX_FILES || bytes > MAX_BYTES) {
            return { entry, matches: () => true };
        }
        texts.push((await files.readText(file)) ?? '');
    }
    return { entry, matches: (pattern) => texts.some((text) => pattern.test(text)) };
}

/** Creates a pattern that matches an ESM import of one of the modules. */
export function createImportPattern(modules: readonly string[]): RegExp {
    const names = modules.map((name) => name.replaceAll('/', '\\/')).join('|');
    return new RegExp(`\\b(?:from|import)\\s*(?:\\(\\s*)?(?:\\/\\*.*?\\*\\/\\s*)?['"\`](?:${names})['"\`]`);
}

/**
 * True if an Actor may open connections or start processes through modules that its thread cannot intercept late. A false
 * positive costs a few milliseconds.
 */
export function usesNetwork(sources: ActorSources): boolean {
    return sources.matches(IMPORT);
}

/** Yields the paths of source files, then undefined if there are too many to scan. */
async function* sourceFiles(
    files: FileChangeDetector,
    entry: string,
    directory: string,
): AsyncGenerator<string | undefined> {
    yield entry;
    const folders = [directory];
    let entries = 0;
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
        const list = await files.listFolder(folder);
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
