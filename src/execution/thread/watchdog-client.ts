import { isMainThread, Worker } from 'node:worker_threads';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import {
    canInspect,
    createConnectionState,
    MemoryWatchdog,
    waitForDisconnect,
    type WatchdogCommand,
    type WatchedThread,
} from './memory-watchdog.js';

/*
 * One watchdog for the threads of all runs in this process, even of several engines. It runs in its own thread: if the host's
 * thread asks Node's inspector for all threads, a starting or ending thread can change the list meanwhile, and Node accesses
 * freed memory (`WorkerManager::SetAutoAttach`, seen on Node 20).
 */

/** Delay before the watchdog starts. Shorter runs do not need it, and its start would compete with them for the CPU. */
const START_DELAY_MILLIS = 25;
const POLL_MILLIS = 1_000;
/** The watchdog stops after this many polls without a watched thread. */
const MAX_IDLE_POLLS = 30;

export interface ThreadWatch {
    /** Stops the thread at the next safe point. */
    stopThread(): void;
    stop(): void;
}

interface Watchdog {
    handle(command: WatchdogCommand): void;
    close(): void;
}

/** Threads that execute a run. */
const watchedThreads = new Set<WatchedThread>();
let watchdog: Watchdog | undefined;
let isAllowed = true;
let pollTimer: NodeJS.Timeout | undefined;
let idlePolls = 0;

/**
 * Watches the memory usage of a thread, if its run lasts longer than the start delay.
 *
 * @param isDebugged - True if a debugger may pause the thread: its memory is not checked then, but it can still be stopped.
 */
export function watchThread(threadId: number, isDebugged = false): ThreadWatch {
    const entry: WatchedThread = { threadId, isDebugged, shouldStop: false };
    watchedThreads.add(entry);
    let startTimer: NodeJS.Timeout | undefined;
    if (watchdog !== undefined) sendWatchCommand(watchdog, entry);
    else if (!isDebugged) startTimer = setTimeout(ensureWatchdog, START_DELAY_MILLIS).unref();
    return {
        stopThread() {
            if (entry.shouldStop || !watchedThreads.has(entry)) return;
            entry.shouldStop = true;
            if (watchdog === undefined) ensureWatchdog();
            else sendWatchCommand(watchdog, entry);
        },
        stop() {
            clearTimeout(startTimer);
            if (watchedThreads.delete(entry)) watchdog?.handle({ type: 'stop', threadId });
        },
    };
}

function ensureWatchdog(): void {
    pollTimer ??= setInterval(pollHost, POLL_MILLIS).unref();
    checkDebugger();
    watchdog ??= initializeWatchdog(createWatchdog());
}

function createWatchdog(): Watchdog {
    try {
        return startWatchdogThread();
    } catch {
        // The system cannot create more threads.
        return new MemoryWatchdog();
    }
}

/** Passes all watched threads to a new watchdog. */
function initializeWatchdog(fresh: Watchdog): Watchdog {
    fresh.handle({ type: 'allow', isAllowed });
    for (const entry of watchedThreads) sendWatchCommand(fresh, entry);
    return fresh;
}

function sendWatchCommand(target: Watchdog, entry: WatchedThread): void {
    if (entry.shouldStop || !entry.isDebugged) target.handle({ type: 'watch', ...entry });
}

/** Checks for a debugger. Only the host's thread can detect it. */
function checkDebugger(): void {
    const before = isAllowed;
    isAllowed = canInspect();
    if (isAllowed !== before) watchdog?.handle({ type: 'allow', isAllowed });
}

function pollHost(): void {
    checkDebugger();
    idlePolls = watchedThreads.size > 0 ? 0 : idlePolls + 1;
    if (watchdog !== undefined && idlePolls < MAX_IDLE_POLLS) return;
    watchdog?.close();
    watchdog = undefined;
    clearInterval(pollTimer);
    pollTimer = undefined;
    idlePolls = 0;
}

function startWatchdogThread(): Watchdog {
    const state = createConnectionState();
    const options = { env: {}, execArgv: [], workerData: state };
    const thread = new Worker(new URL('./watchdog.js', import.meta.url), options);
    thread.unref();
    // While another thread is connected, Node prints "Waiting for the debugger to disconnect..." when the process exits.
    const disconnect = (): void => waitForDisconnect(state, () => own.handle({ type: 'allow', isAllowed: false }));
    if (isMainThread) process.on('exit', disconnect);
    let hasStarted = false;
    const own: Watchdog = {
        handle: (command) => thread.postMessage(command),
        close: () => void thread.terminate(),
    };
    // The thread sends a message when it has started.
    thread.once('message', () => {
        hasStarted = true;
    });
    // The exit event follows.
    thread.once('error', () => {});
    thread.once('exit', () => {
        process.off('exit', disconnect);
        // If the file of the thread is missing in a bundled app, the watchdog runs in this thread.
        if (watchdog === own) watchdog = hasStarted ? undefined : initializeWatchdog(new MemoryWatchdog());
    });
    return own;
}
