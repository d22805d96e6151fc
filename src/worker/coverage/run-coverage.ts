import { once } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { TERMINATE_FD } from '../../protocol/frames.js';
import { TERMINATE_EXPRESSION, PROBE_EXPRESSION } from '../../protocol/messages.js';
import { CoverageCounters, fileUrlOf, isOwnScript, sourceMapCache } from './counters.js';
import type { CoverageSettings, Program } from '../../protocol/messages.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { ProbeListener } from '../usage/usage-probe.js';

/*
 * The coverage of a run, as Node itself would write it for a process. A thread that is ended in native code, or a process
 * that is killed, can write nothing any more; so there is a snapshot now and then, each in a file of its own, and whoever
 * reads them adds them up.
 */

const TICK_MILLIS = 1_000;
/** Each snapshot of a kind puts off the next one by so much more, so that there are not too many files of a long run. */
const BACKOFF_MILLIS = 250;
const MAX_INTERVAL_MILLIS = 60_000;
const RETRY_MILLIS = 10;

/** Before an Actor can put something else in its place. */
const now = performance.now.bind(performance);

/** The counters of a thread go on from one run to the next. */
let counters: CoverageCounters | undefined;
let current: RunCoverage | undefined;
let isWaitPatched = false;

/** Writes down which code of an Actor has run, while one run has this thread. */
export class RunCoverage {
    readonly #settings: CoverageSettings;
    readonly #program: Program;
    readonly #reporter: MessageSink;
    readonly #startedAt = Date.now();
    readonly #timer: NodeJS.Timeout;
    #snapshots = 0;
    /** How many of them came before a wait. */
    #waits = 0;
    #takenAt = -Infinity;
    #isWriting = false;

    /**
     * To be made before anything of the Actor is loaded, or after a run that was covered.
     *
     * @param reporter - Told when it cannot be written.
     */
    constructor(settings: CoverageSettings, program: Program, sink: MessageSink) {
        this.#settings = settings;
        this.#program = program;
        this.#reporter = sink;
        counters ??= new CoverageCounters();
        // What has run since the last run belongs to nobody.
        counters.take(() => false);
        this.#timer = setInterval(() => {
            counters?.discardConsole();
            this.snapshot();
        }, TICK_MILLIS).unref();
        current = this;
        patchAtomicsWait();
    }

    /** Writes what has run since the last time, unless that was only just now. May be called in the midst of anything. */
    snapshot(): void {
        this.#writeIfDue(this.#snapshots);
    }

    /** The same before this thread waits in native code, from where it may never come back. */
    snapshotBeforeWait(): void {
        if (this.#writeIfDue(this.#waits)) this.#waits += 1;
    }

    /**
     * Has a snapshot taken at each look, which comes also where this thread never gets to its timers. Neither a look nor
     * the end comes in the midst of a snapshot, which would be lost.
     */
    wrapListener({ probe: look, terminate: end }: ProbeListener): ProbeListener {
        return {
            probe: () => {
                if (this.#isWriting) return RETRY_MILLIS;
                this.snapshot();
                return look();
            },
            terminate: () => {
                if (!this.#isWriting) end();
            },
        };
    }

    /** Writes what is left, when nothing of the Actor runs any more. */
    finish(): void {
        clearInterval(this.#timer);
        if (current === this) current = undefined;
        this.#write();
    }

    #writeIfDue(written: number): boolean {
        const isDue = now() >= this.#takenAt + Math.min(written * BACKOFF_MILLIS, MAX_INTERVAL_MILLIS);
        if (isDue) this.#write();
        return isDue;
    }

    #write(): void {
        this.#isWriting = true;
        try {
            this.#writeNext();
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            const text = `The coverage of the run could not be written: ${reason}\n`;
            this.#reporter.post({ type: 'output', stream: 'stderr', text });
        } finally {
            this.#isWriting = false;
        }
    }

    #writeNext(): void {
        const { directory, runId } = this.#settings;
        this.#takenAt = now();
        const scripts = counters?.take((url) => isOwnScript(url, this.#program)) ?? [];
        if (scripts.length === 0) return;
        const report = {
            result: scripts.map((script) => ({ ...script, url: fileUrlOf(script.url) })),
            timestamp: Date.now(),
            'source-map-cache': sourceMapCache(scripts),
        };
        const path = join(directory, `coverage-${runId}-${this.#startedAt}-${this.#snapshots}.json`);
        this.#snapshots += 1;
        mkdirSync(directory, { recursive: true });
        // Whoever is killed meanwhile leaves nothing that is half.
        writeFileSync(`${path}.tmp`, JSON.stringify(report));
        renameSync(`${path}.tmp`, path);
    }
}

/** A thread that waits may never come back. */
function patchAtomicsWait(): void {
    if (isWaitPatched) return;
    isWaitPatched = true;
    const { wait } = Atomics;
    Atomics.wait = (...args: unknown[]) => {
        current?.snapshotBeforeWait();
        return Reflect.apply(wait, Atomics, args) as ReturnType<typeof wait>;
    };
}

/*
 * A process that is busy hears nothing of its host, nor do its timers fire. So it has a thread beside it that makes it look
 * at itself now and then, and end when the host says so: as the host does with the threads of its own process.
 */

const PROBE_MILLIS = 25;
const TERMINATE_RETRY_MILLIS = 10;

/** A program of its own: what a process starts with is one file, and this is for few. */
const PROBE_THREAD_SOURCE = `
    const { Session } = require('node:inspector');
    const { Socket } = require('node:net');
    const session = new Session();
    session.connectToMainThread();
    const evaluate = (expression) => session.post('Runtime.evaluate', { expression, silent: true, disableBreaks: true });
    setInterval(evaluate, ${PROBE_MILLIS}, ${JSON.stringify(PROBE_EXPRESSION)});
    const end = new Socket({ fd: ${TERMINATE_FD}, readable: true, writable: false });
    end.on('error', () => {});
    end.once('data', () => setInterval(evaluate, ${TERMINATE_RETRY_MILLIS}, ${JSON.stringify(TERMINATE_EXPRESSION)}));
    require('node:worker_threads').parentPort.postMessage('ready');
`;

/** Makes this process sample its usage from now on, and end when its host asks for that, even in the middle of a loop. */
export async function startProbeThread(): Promise<void> {
    const thread = new Worker(PROBE_THREAD_SOURCE, { eval: true, env: {}, execArgv: [] });
    await once(thread, 'message');
    thread.unref();
}
