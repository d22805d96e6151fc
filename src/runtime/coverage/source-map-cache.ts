import Module from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileUrlOf } from './own-scripts.js';
import type { CountedScript } from './counters.js';

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
