import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { readProcStat } from '../util/system.js';
import type { TerminatedThread } from './thread/thread-pool.js';

/*
 * Node waits for all threads before the process exits, but a thread blocked in a system call may never end. So when the host
 * exits, this hook terminates the threads and processes of runs, and does not wait for threads that remain.
 */

/** A thread or process that executes a run. */
export interface LiveWork {
    /** Terminates it immediately, with its child processes. */
    terminate(): void;
    /** Returns the kernel's id of the thread, on Linux. */
    kernelId(): number | undefined;
}

/** Milliseconds that the exit of the host may take for threads that keep running after termination. */
const MAX_WAIT_MILLIS = 2_000;
const POLL_MILLIS = 5;

const liveWork = new Set<LiveWork>();
/** Abandoned threads, with their kernel ids on Linux. */
const stuck = new Map<TerminatedThread, number | undefined>();
let fatalError: { error: unknown } | undefined;

/**
 * Registers a thread or process to be terminated when the host exits.
 *
 * @returns A function that removes the registration.
 */
export function killOnExit(work: LiveWork): () => void {
    liveWork.add(work);
    updateExitListener();
    return () => {
        liveWork.delete(work);
        updateExitListener();
    };
}

/** Abandons a thread that keeps running after termination, so that it does not keep the process alive. */
export function abandonThread(terminated: TerminatedThread, kernelId: number | undefined): void {
    stuck.set(terminated, kernelId);
    updateExitListener();
    terminated.thread.once('exit', () => {
        stuck.delete(terminated);
        updateExitListener();
    });
    terminated.abandon();
}

/** Adds or removes the listeners, so that an idle engine leaves none in the host. */
function updateExitListener(): void {
    // A worker thread of the host cannot end the process; its parent must wait for it.
    if (!isMainThread) return;
    const isNeeded = liveWork.size > 0 || stuck.size > 0;
    const isListening = process.listeners('exit').includes(atExit);
    if (isNeeded && !isListening) process.on('exit', atExit).on('uncaughtExceptionMonitor', recordFatalError);
    if (!isNeeded && isListening) process.off('exit', atExit).off('uncaughtExceptionMonitor', recordFatalError);
}

/** Records an error that ends the process. Node prints it after the exit listeners, which a forced exit does not reach. */
function recordFatalError(error: unknown): void {
    fatalError = { error };
    // If a microtask still runs, a listener has handled the error.
    queueMicrotask(() => {
        fatalError = undefined;
    });
}

function atExit(exitCode: number): void {
    const terminating = [...liveWork];
    for (const work of terminating) work.terminate();
    // Without a kernel id, the state of a stuck thread is unknown.
    const unknown = [...stuck.values()].filter((kernelId) => kernelId === undefined).length;
    const known = [...terminating.map((work) => work.kernelId()), ...stuck.values()];
    const states = waitForThreads(known.filter((kernelId) => kernelId !== undefined));
    if (states.length + unknown === 0) return;
    const listeners = process.listeners('exit');
    for (const listener of listeners.slice(listeners.indexOf(atExit) + 1)) listener.call(process, exitCode);
    if (fatalError !== undefined) writeSync(process.stderr.fd, `Uncaught ${inspect(fatalError.error)}\n`);
    forceExit(exitCode, { areThreadsAsleep: states.every((state) => state !== 'R') });
}

/**
 * Waits synchronously for threads to end, up to the maximum time. Returns the kernel's states of the remaining threads.
 */
function waitForThreads(kernelIds: readonly number[]): string[] {
    const deadline = performance.now() + MAX_WAIT_MILLIS;
    const never = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
        const states = kernelIds.flatMap((kernelId) => threadStateOf(kernelId) ?? []);
        if (states.length === 0 || performance.now() > deadline) return states;
        Atomics.wait(never, 0, 0, POLL_MILLIS);
    }
}

/** Members of `process` that are missing in its types or in some versions of Node. */
interface ProcessInternals {
    execve?(file: string, args: readonly string[], env: NodeJS.ProcessEnv): void;
    getBuiltinModule(this: void, id: 'node:wasi'): WasiModule;
}

interface WasiModule {
    WASI: new (options: { version: 'preview1'; returnOnExit: boolean }) => {
        wasiImport: { proc_exit(exitCode: number): void };
        initialize(instance: { exports: Record<string, unknown> }): void;
    };
}

/**
 * Ends the process without waiting for threads. Tries, in this order: replacing the process by a shell that exits (Node 22.15
 * and later, not on Windows); the C library's `exit`, called through WASI, which may crash if a thread runs meanwhile; a
 * signal, because a wrong exit code is better than a process that never ends.
 */
function forceExit(exitCode: number, { areThreadsAsleep }: { areThreadsAsleep: boolean }): never {
    const internals = process as unknown as ProcessInternals;
    try {
        internals.execve?.('/bin/sh', ['sh', '-c', `exit ${exitCode}`], process.env);
    } catch {
        // Not supported on this platform.
    }
    if (areThreadsAsleep) exitViaWasi(internals, exitCode);
    process.kill(process.pid, 'SIGKILL');
    throw new Error('The process continues after SIGKILL.');
}

function exitViaWasi({ getBuiltinModule }: ProcessInternals, exitCode: number): void {
    try {
        const { WASI } = getBuiltinModule('node:wasi');
        const wasi = new WASI({ version: 'preview1', returnOnExit: false });
        wasi.initialize({ exports: { memory: new WebAssembly.Memory({ initial: 1 }) } });
        wasi.wasiImport.proc_exit(exitCode);
    } catch {
        // Not supported by this build of Node.
    }
}

/**
 * Returns the state of a thread of this process, as named by Linux: `R` running, `S` sleeping.
 *
 * @returns Undefined if the thread has ended, and on other systems.
 */
export function threadStateOf(kernelId: number): string | undefined {
    return readProcStat(`self/task/${kernelId}`)?.[0];
}
