import Module from 'node:module';
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Profiler, Session } from 'node:inspector';
import type { Program } from '../../protocol/messages.js';

/**
 * V8's coverage counters of this thread. They count from their creation on, and completely only for scripts loaded
 * after it.
 */
export class CoverageCounters {
    readonly #session: Session;
    /** Every function reported so far, as not executed, by the id of its script. */
    readonly #known = new Map<string, Map<string, Profiler.FunctionCoverage>>();

    constructor() {
        this.#session = new (process.getBuiltinModule('node:inspector').Session)();
        this.#session.connect();
        this.#session.post('Profiler.enable');
        this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    }

    /**
     * Returns what has run since the last call, for the scripts that are wanted. V8 reports functions that have not run
     * only once; they are added here.
     */
    take(isWanted: (url: string) => boolean): Profiler.ScriptCoverage[] {
        let scripts: Profiler.ScriptCoverage[] = [];
        // A session of the same thread calls back before `post` returns.
        this.#session.post('Profiler.takePreciseCoverage', (_error, response) => {
            scripts = response.result.filter(({ url }) => isWanted(url));
        });
        for (const script of scripts) this.#complete(script);
        return scripts;
    }

    /** Releases console messages, which an inspector keeps for clients that connect later. */
    discardConsole(): void {
        this.#session.post('Runtime.discardConsoleEntries');
    }

    #complete({ scriptId, functions }: Profiler.ScriptCoverage): void {
        const seenFunctions = this.#known.get(scriptId) ?? new Map<string, Profiler.FunctionCoverage>();
        this.#known.set(scriptId, seenFunctions);
        const reportedKeys = new Set<string>();
        for (const counted of functions) {
            const [{ startOffset, endOffset }] = counted.ranges as [Profiler.CoverageRange];
            const key = `${startOffset}-${endOffset}`;
            reportedKeys.add(key);
            const ranges = [{ startOffset, endOffset, count: 0 }];
            seenFunctions.set(key, { functionName: counted.functionName, isBlockCoverage: false, ranges });
        }
        for (const [key, unrun] of seenFunctions) if (!reportedKeys.has(key)) functions.push(unrun);
    }
}

/** The source map of a script, in the format of coverage tools. */
interface CachedSourceMap {
    /** Number of characters of each line of the script. */
    lineLengths: readonly number[];
    data: unknown;
    url: null;
}

interface SourceMapPayload {
    sourcesContent?: readonly unknown[];
}

/** Members that Node's types omit, or that not every version has. */
interface SourceMap {
    payload: SourceMapPayload;
    lineLengths?: readonly number[];
}

/** Returns the source maps of scripts, by the URL of their file. */
export function sourceMapCache(scripts: readonly Profiler.ScriptCoverage[]): Record<string, CachedSourceMap> {
    const cache: Record<string, CachedSourceMap> = {};
    for (const { url } of scripts) {
        const map = Module.findSourceMap(url) as SourceMap | undefined;
        if (map === undefined) continue;
        const lineLengths = map.lineLengths ?? lineLengthsOf(url);
        cache[fileUrlOf(url)] = { lineLengths, data: withoutGaps(map.payload), url: null };
    }
    return cache;
}

/** Coverage tools take a missing source for an empty one, but would read it from its file if none were listed. */
function withoutGaps({ sourcesContent, ...payload }: SourceMapPayload): SourceMapPayload {
    const isWhole = sourcesContent?.every((source) => typeof source === 'string') === true;
    return isWhole ? { ...payload, sourcesContent } : payload;
}

function lineLengthsOf(url: string): number[] {
    const lines = readFileSync(fileURLToPath(url), 'utf8').split(/\r?\n/);
    return lines.map(({ length }) => length);
}

const PACKAGES = 'node_modules';
/** URL of the bundled worker file, which includes this module. */
const OWN_URL = import.meta.url;
const OWN_FOLDER = fileURLToPath(new URL('.', OWN_URL));

/** True for a script of the Actor or its workspace; false for packages and the engine. */
export function isOwnScript(url: string, { directory }: Pick<Program, 'directory'>): boolean {
    if (!url.startsWith('file:') || url === OWN_URL) return false;
    const path = fileURLToPath(url);
    const fromActor = relative(directory, path);
    const isInside = fromActor !== '' && !fromActor.startsWith('..');
    const parts = (isInside ? fromActor : path).split(sep);
    return !parts.includes(PACKAGES) && (isInside || !path.startsWith(OWN_FOLDER));
}

/** Returns the URL of a script's file: a script that was loaded more than once has a suffix. */
export function fileUrlOf(url: string): string {
    return url.replace(/[?#].*$/s, '');
}
