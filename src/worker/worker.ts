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
import { installWorkingDirectory } from './boot/working-directory.js';
import { exposeSdk } from './sdk/sdk.js';
import type { Assignment, PrewarmTasks, ThreadAssignment } from '../protocol/messages.js';

/*
 * Entry of spare threads and of the process of an Actor. A spare does all the work that does not depend on the run
 * before it is assigned one. Threads and processes share this file, so that a thread reads and compiles no other.
 */

const RETRY_SIGNAL = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
/** Retrying without a pause would take the processor from the host, which must empty the pipe. */
const RETRY_MILLIS = 0.2;

/** A worker that a run is waiting for gets its assignment earlier than this, and skips the warm-up. */
const WARM_UP_DELAY_MILLIS = 5;

// Tinypool puts its own data before ours; Piscina does not.
const prewarmTasks = (Array.isArray(workerData) ? workerData[1] : workerData) as PrewarmTasks | undefined;
const isReady = isMainThread ? undefined : await prewarmWorker(prewarmTasks ?? {});
if (isMainThread) await serveProcess();

/** Runs one Actor in this thread. The thread ends with the run, so that the promise never settles. */
export default async function runAssignment({ port, outputCounter, ...assignment }: ThreadAssignment): Promise<never> {
    await isReady?.();
    boot(assignment, port, 'thread', new OutputBackpressure(outputCounter));
    return new Promise(() => {});
}

/** Runs one Actor in this thread; settles when the thread is free for the next run. */
export async function runInReusedThread(assignment: ThreadAssignment): Promise<void> {
    await isReady?.();
    await bootReused(assignment);
}

/**
 * Prepares a spare thread or process: imports the Actor's dependencies, installs the loader hooks and, if no run needs
 * it at once, warms up.
 *
 * @returns A function to await before a run begins, which cancels the warm-up or waits for its end.
 */
async function prewarmWorker({
    preload = [],
    compileCache,
    ownSdk,
    hooks = false,
}: PrewarmTasks): Promise<() => Promise<void>> {
    exposeSdk();
    if (!isMainThread) installWorkingDirectory();
    if (hooks) registerSdkHooks();
    // Needed by the guards of the run.
    for (const name of ['node:net', 'node:child_process']) process.getBuiltinModule(name);
    const { enableCompileCache, flushCompileCache } = Module as unknown as CompileCache;
    if (compileCache !== undefined) enableCompileCache?.(compileCache);
    // A module that cannot be imported fails in the run too, where the error is reported.
    for (const url of preload) await import(url).catch(() => {});
    let warmingUp: Promise<void> | undefined;
    const timer = setTimeout(() => {
        // Without this, only a regular exit of the thread would write the compile cache.
        warmingUp = warmUp(ownSdk).then(() => flushCompileCache?.());
    }, WARM_UP_DELAY_MILLIS);
    return async () => {
        clearTimeout(timer);
        await warmingUp;
    };
}

/** Available in Node 22 and later. */
interface CompileCache {
    enableCompileCache?(directory: string): unknown;
    flushCompileCache?(): void;
}

/** Makes this process the worker of one Actor: the host sends first the prewarm tasks, then the assignment. */
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
    // Neither the process nor its children may outlive the host.
    port.on('close', () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'));
    const isReadyForRun = await prewarmWorker((await next()) as PrewarmTasks);
    const assignment = (await next()) as Assignment;
    await isReadyForRun();
    port.off('message', collect);
    // The pipe itself provides backpressure.
    boot(assignment, port, 'process');
    for (const message of messages) port.emit('message', message);
}

/**
 * Opens the Actor's end of the channel of a process. It writes synchronously, so that everything written reaches the
 * host however the process ends and however busy its event loop is.
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
                // The pipe is full. Messages must stay in order, so block until there is room. If the host is gone, the
                // end of the other pipe ends the process.
                if ((error as NodeJS.ErrnoException).code === 'EAGAIN') Atomics.wait(RETRY_SIGNAL, 0, 0, RETRY_MILLIS);
                else isOpen = false;
            }
        }
    });
}
