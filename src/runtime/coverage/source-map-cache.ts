import Module from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { relative, sep } from 'node:path';
import type { CountedScript } from './counters.js';
import type { Program } from '../../protocol/messages.js';

/** What Node knows of a script that was made of another text, in the shape that tools for coverage read. */
export interface CachedSourceMap {
    /** Characters of each line of the script. */
    lineLengths: readonly number[];
    data: unknown;
    url: null;
}

interface SourceMapPayload {
    sourcesContent?: readonly unknown[];
}

/** What Node has but its types do not, or not on all versions. */
interface SourceMap {
    payload: SourceMapPayload;
    lineLengths?: readonly number[];
}

/** The source maps of scripts, by the URL of their file. */
export function sourceMapCache(scripts: readonly CountedScript[]): Record<string, CachedSourceMap> {
    const cache: Record<string, CachedSourceMap> = {};
    for (const { url } of scripts) {
        const map = Module.findSourceMap(url) as SourceMap | undefined;
        if (map === undefined) continue;
        const lineLengths = map.lineLengths ?? lineLengthsOf(url);
        cache[fileUrlOf(url)] = { lineLengths, data: withoutGaps(map.payload), url: null };
    }
    return cache;
}

/** Readers of coverage take a source that is given as nothing for an empty one, and would find it in its file. */
function withoutGaps({ sourcesContent, ...payload }: SourceMapPayload): SourceMapPayload {
    const isWhole = sourcesContent?.every((source) => typeof source === 'string') === true;
    return isWhole ? { ...payload, sourcesContent } : payload;
}

function lineLengthsOf(url: string): number[] {
    const lines = readFileSync(fileURLToPath(url), 'utf8').split(/\r?\n/);
    return lines.map(({ length }) => length);
}

const PACKAGES = 'node_modules';
/** The file that is at work here, with the whole of the runtime. */
const OWN_URL = import.meta.url;
const OWN_FOLDER = fileURLToPath(new URL('.', OWN_URL));

/** Whether a script belongs to the Actor, or to what it shares with others, and neither to a package nor to the engine. */
export function isOwnScript(url: string, { directory }: Pick<Program, 'directory'>): boolean {
    if (!url.startsWith('file:') || url === OWN_URL) return false;
    const path = fileURLToPath(url);
    const fromActor = relative(directory, path);
    const isInside = fromActor !== '' && !fromActor.startsWith('..');
    const parts = (isInside ? fromActor : path).split(sep);
    return !parts.includes(PACKAGES) && (isInside || !path.startsWith(OWN_FOLDER));
}

/** The URL of the file of a script: one that has been loaded more than once has something after it. */
export function fileUrlOf(url: string): string {
    return url.replace(/[?#].*$/s, '');
}
