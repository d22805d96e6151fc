import { writeSync } from 'node:fs';
import Module from 'node:module';
import { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { isMainThread, workerData } from 'node:worker_threads';
import { boot, bootReused } from './boot/boot.js';
import { OutputBackpressure } from '../protocol/flow-control.js';
import { ACTOR_TO_HOST_FD, HOST_TO_ACTOR_FD } from '../protocol/frames.js';
import { PipePort } from '../protocol/pipe-port.js';
import { warmUp } from './boot/warm-up.js';
import { registerSdkHooks } from './boot/sdk-hooks.js';
import { sdk, SDK_SYMBOL } from './sdk/sdk.js';
import type { Assignment, PrewarmTasks, ThreadAssignment } from '../protocol/messages.js';

/*
 * The file that a spare thread imports, and that the process of an Actor starts with. By the time it is handed a run it has done all
 * that can be done before. Threads and processes share one file, so that a thread reads and compiles no other.
 */

const RETRY_SIGNAL = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
/** To try again without a rest would take the processor from the host, which is to make room. */
const RETRY_MILLIS = 0.2;

/** One that is waited for is handed its run before this; it has no time to rehearse. */
const WARM_UP_DELAY_MILLIS = 5;

// Tinypool puts its own data before ours; Piscina does not.
const prewarmTasks = (Array.isArray(workerData) ? workerData[1] : workerData) as PrewarmTasks | undefined;
const isReady = isMainThread ? undefined : await prewarmWorker(prewarmTasks ?? {});
if (isMainThread) await serveProcess();

/** Turns this thread into the thread of one run; it ends with the run, so that the promise never settles. */
export default async function runAssignment({ port, outputCounter, ...assignment }: ThreadAssignment): Promise<never> {
    await isReady?.();
    boot(assignment, port, 'thread', new OutputBackpressure(outputCounter));
    return new Promise(() => {});
}

/** Turns this thread into the thread of one run, and settles when it is free for the next one. */
export async function runInReusedThread(assignment: ThreadAssignment): Promise<void> {
    await isReady?.();
    await bootReused(assignment);
}

/**
 * Gets a spare thread or process ready: imports the Actor's dependencies, installs the loader hooks, and then, if nobody
 * needs it at once, rehearses a run. Only the run itself is left to do when one comes.
 *
 * @returns To be awaited before a run begins: what is being rehearsed has to be over before it counts.
 */
async function prewarmWorker({
    preload = [],
    compileCache,
    ownSdk,
    hooks = false,
}: PrewarmTasks): Promise<() => Promise<void>> {
    Object.defineProperty(globalThis, SDK_SYMBOL, { value: sdk });
    if (hooks) registerSdkHooks();
    // For the guards of the run.
    for (const name of ['node:net', 'node:child_process']) process.getBuiltinModule(name);
    const { enableCompileCache, flushCompileCache } = Module as unknown as CompileCache;
    if (compileCache !== undefined) enableCompileCache?.(compileCache);
    // A module that cannot be imported will fail in the run too, which says so to whom it concerns.
    for (const url of preload) await import(url).catch(() => {});
    let warmingUp: Promise<void> | undefined;
    const timer = setTimeout(() => {
        // Without this, what has been compiled would be written by a thread's regular end only.
        warmingUp = warmUp(ownSdk).then(() => flushCompileCache?.());
    }, WARM_UP_DELAY_MILLIS);
    return async () => {
        clearTimeout(timer);
        await warmingUp;
    };
}

/** What Node has from version 22 on. */
interface CompileCache {
    enableCompileCache?(directory: string): unknown;
    flushCompileCache?(): void;
}

/** Makes this process that of one Actor: its host says first what to get ready for, then what to run. */
async function serveProcess(): Promise<void> {
    const port = openPort();
    const messages: unknown[] = [];
    let wake: () => void = () => {};
    const collect = (message: unknown): void => {
        messages.push(message);
        wake();
    };
    const next = async (): Promise<unknown> => {
        if (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return messages.shift();
    };
    port.on('message', collect);
    // The process must not outlive its host, nor must what it has started.
    port.on('close', () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'));
    const isReadyForRun = await prewarmWorker((await next()) as PrewarmTasks);
    const assignment = (await next()) as Assignment;
    await isReadyForRun();
    port.off('message', collect);
    // Its pipe is gate enough.
    boot(assignment, port, 'process');
    for (const message of messages) port.emit('message', message);
}

/**
 * Opens the Actor's end of the channel of a process. It writes synchronously: what has been written is with the host, however
 * the process ends and whatever its event loop is busy with.
 */
function openPort(): PipePort {
    const incoming = new Socket({ fd: HOST_TO_ACTOR_FD, readable: true, writable: false });
    let isOpen = true;
    incoming.on('close', () => {
        isOpen = false;
    });
    return new PipePort(incoming, (frame) => {
        let written = 0;
        while (isOpen && written < frame.length) {
            try {
                written += writeSync(ACTOR_TO_HOST_FD, frame, written);
            } catch (error) {
                // Full for the moment: as the order must stay, there is nothing else to do. Without a host, the other pipe ends
                // the process.
                if ((error as NodeJS.ErrnoException).code === 'EAGAIN') Atomics.wait(RETRY_SIGNAL, 0, 0, RETRY_MILLIS);
                else isOpen = false;
            }
        }
    });
}
