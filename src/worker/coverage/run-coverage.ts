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
 * Coverage of a run, in the format that Node writes for a process. A thread that is terminated in native code, or a
 * process that is killed, cannot write anything; so snapshots are taken at intervals, each in its own file, and the
 * reader adds them up.
 */

const TICK_MILLIS = 1_000;
/**
 * Milliseconds by which each snapshot delays the next one of its kind, so that a long run does not write too many
 * files.
 */
const BACKOFF_MILLIS = 250;
const MAX_INTERVAL_MILLIS = 60_000;
const RETRY_MILLIS = 10;

/** Saved before an Actor can replace it. */
const now = performance.now.bind(performance);

/** The counters of a thread continue from one run to the next. */
let counters: CoverageCounters | undefined;
let current: RunCoverage | undefined;
let isWaitPatched = false;

/** Records which code of an Actor runs, for the duration of one run in this thread. */
export class RunCoverage {
    readonly #settings: CoverageSettings;
    readonly #program: Program;
    readonly #reporter: MessageSink;
    readonly #startedAt = Date.now();
    readonly #timer: NodeJS.Timeout;
    #snapshots = 0;
    /** Number of snapshots taken before a wait. */
    #waits = 0;
    #takenAt = -Infinity;
    #isWriting = false;

    /**
     * Must be created before any code of the Actor is loaded, or after another run with coverage.
     *
     * @param sink - Receives the error if coverage cannot be written.
     */
    constructor(settings: CoverageSettings, program: Program, sink: MessageSink) {
        this.#settings = settings;
        this.#program = program;
        this.#reporter = sink;
        counters ??= new CoverageCounters();
        // Code that ran between the runs belongs to neither.
        counters.take(() => false);
        this.#timer = setInterval(() => {
            counters?.discardConsole();
            this.snapshot();
        }, TICK_MILLIS).unref();
        current = this;
        patchAtomicsWait();
    }

    /** Writes what has run since the last snapshot, unless that was recent. May interrupt anything. */
    snapshot(): void {
        this.#writeIfDue(this.#snapshots);
    }

    /** Takes a snapshot before this thread blocks in native code, where it may be terminated. */
    snapshotBeforeWait(): void {
        if (this.#writeIfDue(this.#waits)) this.#waits += 1;
    }

    /**
     * Wraps a probe listener to take a snapshot at each probe, which comes even if the thread never reaches its timers.
     * Probes and termination wait for a snapshot in progress, which would be lost otherwise.
     */
    wrapListener({ probe, terminate }: ProbeListener): ProbeListener {
        return {
            probe: () => {
                if (this.#isWriting) return RETRY_MILLIS;
                this.snapshot();
                return probe();
            },
            terminate: () => {
                if (!this.#isWriting) terminate();
            },
        };
    }

    /** Writes the rest when none of the Actor's code runs any more. */
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
        // A kill during the write leaves no partial report.
        writeFileSync(`${path}.tmp`, JSON.stringify(report));
        renameSync(`${path}.tmp`, path);
    }
}

/** Takes a snapshot before `Atomics.wait`, from which the thread may never return. */
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
 * A busy process receives no messages and its timers do not fire. A helper thread therefore probes it at intervals and
 * ends it when the host asks for that, as the host does with its own threads.
 */

const PROBE_MILLIS = 25;
const TERMINATE_RETRY_MILLIS = 10;

/** A separate program, since a process loads a single file and only few processes need this. */
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

/** Saved before the class is replaced, because this thread does not belong to the Actor. */
const OwnWorker = Worker;

/**
 * Starts a helper thread that probes this process and ends it when the host asks for that, even in the middle of a
 * loop.
 */
export async function startProbeThread(): Promise<void> {
    const thread = new OwnWorker(PROBE_THREAD_SOURCE, { eval: true, env: {}, execArgv: [] });
    await once(thread, 'message');
    thread.unref();
}
