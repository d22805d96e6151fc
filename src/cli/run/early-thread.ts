import { firstThreadTaken, startThread, type SpareKind } from '../../executor/thread-pools.js';
import { notedThread, noteThread } from '../known-actors.js';
import type { RunTarget } from './run-target.js';
import type { StageOptions } from './stage.js';

/** Another greenroom may have made the note. */
const WORKER_URL = String(new URL('./worker.js', import.meta.url));

/**
 * The thread of a run, started while the engine is still being loaded. Of which kind it has to be is noted by the run before;
 * where the Actor has changed meanwhile, the engine starts another one.
 */
export class EarlyThread {
    readonly #path: string | undefined;
    readonly #memory: number | undefined;
    #directory: string | undefined;
    #noted: SpareKind | undefined;

    constructor(target: RunTarget, { memory, build, isolation = 'thread', debug }: StageOptions) {
        const isUsual = isolation === 'thread' && build === undefined && debug === undefined;
        this.#path = isUsual && target.kind === 'path' ? target.path : undefined;
        this.#memory = memory;
    }

    /**
     * Starts it, if it is known what to start.
     *
     * @param directory - The storage directory.
     */
    start(directory: string): void {
        if (this.#path === undefined) return;
        this.#directory = directory;
        const noted = notedThread(directory, this.#path) as SpareKind | undefined;
        if (noted?.workerUrl !== WORKER_URL) return;
        this.#noted = { ...noted, ...(this.#memory !== undefined && { memoryMbytes: this.#memory }) };
        try {
            startThread(this.#noted);
        } catch {
            // Whatever is noted, the run goes without it.
        }
    }

    /** Notes for the next run which kind of thread this one has taken. */
    note(): void {
        if (this.#path === undefined || this.#directory === undefined) return;
        const taken = firstThreadTaken();
        if (JSON.stringify(taken) !== JSON.stringify(this.#noted)) noteThread(this.#directory, this.#path, taken);
    }
}
