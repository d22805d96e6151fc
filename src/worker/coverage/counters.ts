import Module from 'node:module';
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Profiler, Session } from 'node:inspector';
import type { Program } from '../../protocol/messages.js';

/**
 * V8's counters of this thread. They count from when they are made on, and all of it only for scripts that are loaded
 * after that.
 */
export class CoverageCounters {
    readonly #session: Session;
    /** Each function that has ever been told of, as one that has not run, by the id of its script. */
    readonly #known = new Map<string, Map<string, Profiler.FunctionCoverage>>();

    constructor() {
        this.#session = new (process.getBuiltinModule('node:inspector').Session)();
        this.#session.connect();
        this.#session.post('Profiler.enable');
        this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    }

    /**
     * What has run since it was taken last, of the scripts that are wanted. V8 leaves out functions that have not, once
     * it has told of them; here they are all there.
     */
    take(isWanted: (url: string) => boolean): Profiler.ScriptCoverage[] {
        let scripts: Profiler.ScriptCoverage[] = [];
        // A session of the thread itself answers before `post` returns.
        this.#session.post('Profiler.takePreciseCoverage', (_error, answer) => {
            scripts = answer.result.filter(({ url }) => isWanted(url));
        });
        for (const script of scripts) this.#complete(script);
        return scripts;
    }

    /** Lets go of what has been written to the console, which an inspector keeps for who may come to see it. */
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

/** The source map of a script, in the shape that coverage tools read. */
interface CachedSourceMap {
    /** Characters of each line of the script. */
    lineLengths: readonly number[];
    data: unknown;
    url: null;
}

interface SourceMapPayload {
    sourcesContent?: readonly unknown[];
}

/** Members of Node that its types leave out, or that not every version has. */
interface SourceMap {
    payload: SourceMapPayload;
    lineLengths?: readonly number[];
}

/** The source maps of scripts, by the URL of their file. */
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

/** True for a script of the Actor or of its workspace; false for packages and the engine. */
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
