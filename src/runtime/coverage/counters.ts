import type Inspector from 'node:inspector';

/** How often a piece of a script has run; offsets are those of its text. */
export interface CountedRange {
    startOffset: number;
    endOffset: number;
    count: number;
}

export interface CountedFunction {
    functionName: string;
    isBlockCoverage: boolean;
    ranges: CountedRange[];
}

export interface CountedScript {
    scriptId: string;
    url: string;
    functions: CountedFunction[];
}

/**
 * V8's counters of this thread. They count from when they are made on, and all of it only for scripts that are loaded
 * after that.
 */
export class Counters {
    readonly #session: Inspector.Session;
    /** Each function that has ever been told of, as one that has not run, by the id of its script. */
    readonly #known = new Map<string, Map<string, CountedFunction>>();

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
    take(isWanted: (url: string) => boolean): CountedScript[] {
        let scripts: CountedScript[] = [];
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

    #complete({ scriptId, functions }: CountedScript): void {
        const known = this.#known.get(scriptId) ?? new Map<string, CountedFunction>();
        this.#known.set(scriptId, known);
        const told = new Set<string>();
        for (const counted of functions) {
            const [{ startOffset, endOffset }] = counted.ranges as [CountedRange];
            const key = `${startOffset}-${endOffset}`;
            told.add(key);
            const ranges = [{ startOffset, endOffset, count: 0 }];
            known.set(key, { functionName: counted.functionName, isBlockCoverage: false, ranges });
        }
        for (const [key, idle] of known) if (!told.has(key)) functions.push(idle);
    }
}
