import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { procStat } from '../util/system.js';
import type { TerminatedThread } from './thread/thread-pool.js';

/*
 * Node lets a process end only when its threads have, and one that is in a call into the system for good never does. So
 * when the host ends, what runs have is ended first, and threads that are left are not waited for.
 */

/** A thread or process that an Actor has. */
export interface LiveWork {
    /** Ends it at once, with what it has started. */
    end(): void;
    /** The id of a thread, where the kernel tells of threads. */
    kernelId(): number | undefined;
}

/** How long the end of the host may take for threads that go on after they have been terminated. */
const PATIENCE_MILLIS = 2_000;
const LOOK_MILLIS = 5;

const atWork = new Set<LiveWork>();
/** Abandoned threads, with their kernel ids on Linux. */
const stuck = new Map<TerminatedThread, number | undefined>();
let fatal: { error: unknown } | undefined;

/**
 * Has a thread or process ended when the host ends, if it is still at work then.
 *
 * @returns To be called when it is not any more.
 */
export function killOnExit(work: LiveWork): () => void {
    atWork.add(work);
    watchExit();
    return () => {
        atWork.delete(work);
        watchExit();
    };
}

/** Leaves a thread alone that has been terminated and goes on: it keeps nothing alive, and nothing waits for it. */
export function abandonThread(terminated: TerminatedThread, kernelId: number | undefined): void {
    stuck.set(terminated, kernelId);
    watchExit();
    terminated.thread.once('exit', () => {
        stuck.delete(terminated);
        watchExit();
    });
    terminated.giveUp();
}

/** Listens only as long as there is something to do, so that an idle engine leaves nothing in the host. */
function watchExit(): void {
    // A thread of the host's cannot end the process: whoever started it has to wait for it.
    if (!isMainThread) return;
    const isNeeded = atWork.size > 0 || stuck.size > 0;
    const isThere = process.listeners('exit').includes(atExit);
    if (isNeeded && !isThere) process.on('exit', atExit).on('uncaughtExceptionMonitor', noteFatal);
    if (!isNeeded && isThere) process.off('exit', atExit).off('uncaughtExceptionMonitor', noteFatal);
}

/** Node tells of an error that ends the process only after all is over; whoever does not get so far has to do it. */
function noteFatal(error: unknown): void {
    fatal = { error };
    // Somebody has dealt with it if anything comes after this.
    queueMicrotask(() => {
        fatal = undefined;
    });
}

function atExit(exitCode: number): void {
    const ending = [...atWork];
    for (const work of ending) work.end();
    // Of one that the kernel does not tell of, only whether it was stuck before is known.
    const unknown = [...stuck.values()].filter((kernelId) => kernelId === undefined).length;
    const known = [...ending.map((work) => work.kernelId()), ...stuck.values()];
    const states = waitForEnds(known.filter((kernelId) => kernelId !== undefined));
    if (states.length + unknown === 0) return;
    const listeners = process.listeners('exit');
    for (const listener of listeners.slice(listeners.indexOf(atExit) + 1)) listener.call(process, exitCode);
    if (fatal !== undefined) writeSync(process.stderr.fd, `Uncaught ${inspect(fatal.error)}\n`);
    endProcess(exitCode, { areThreadsAsleep: states.every((state) => state !== 'R') });
}

/**
 * Waits for threads to end, but not for long; tells in which states those are that are left, as the kernel names them.
 * Nothing else can be done any more meanwhile.
 */
function waitForEnds(kernelIds: readonly number[]): string[] {
    const deadline = performance.now() + PATIENCE_MILLIS;
    const never = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
        const states = kernelIds.flatMap((kernelId) => threadStateOf(kernelId) ?? []);
        if (states.length === 0 || performance.now() > deadline) return states;
        Atomics.wait(never, 0, 0, LOOK_MILLIS);
    }
}

/** Members of Node that its types leave out, or that not every version has. */
interface Ways {
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
 * Ends the process at once, as `process.exit()` would if it did not wait for threads: as a shell that only exits (Node 22.15 and
 * later, not on Windows); by the C library's own `exit`, which the interface for WebAssembly calls, and which a thread that runs
 * meanwhile may make crash; or by a signal, since a wrong exit code is better than a process that stays for ever.
 */
function endProcess(exitCode: number, { areThreadsAsleep }: { areThreadsAsleep: boolean }): never {
    const ways = process as unknown as Ways;
    try {
        ways.execve?.('/bin/sh', ['sh', '-c', `exit ${exitCode}`], process.env);
    } catch {
        // Not on this platform.
    }
    if (areThreadsAsleep) leaveAsWebAssembly(ways, exitCode);
    process.kill(process.pid, 'SIGKILL');
    throw new Error('A process that has been killed does not go on.');
}

function leaveAsWebAssembly({ getBuiltinModule }: Ways, exitCode: number): void {
    try {
        const { WASI } = getBuiltinModule('node:wasi');
        const wasi = new WASI({ version: 'preview1', returnOnExit: false });
        wasi.initialize({ exports: { memory: new WebAssembly.Memory({ initial: 1 }) } });
        wasi.wasiImport.proc_exit(exitCode);
    } catch {
        // Not in this build of Node.
    }
}

/**
 * The state of a thread of this process, as Linux names it: `R` at work, `S` asleep.
 *
 * @returns Undefined for a thread that has ended, and where the kernel does not tell.
 */
export function threadStateOf(kernelId: number): string | undefined {
    return procStat(`self/task/${kernelId}`)?.[0];
}
