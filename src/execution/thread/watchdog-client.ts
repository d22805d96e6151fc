import { Worker } from 'node:worker_threads';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { canInspect, MemoryWatchdog, type WatchedThread, type WatchdogCommand } from './memory-watchdog.js';

/*
 * One watchdog for the threads of all runs in this process, also of several engines. It runs in a thread of its own: where
 * the host's thread asks Node's inspector for all threads, their start or end can change the list meanwhile, and Node continues in
 * freed memory (`WorkerManager::SetAutoAttach`, seen on Node 20).
 */

/** Runs that are over by then need no watchdog: its start would compete with them for the processor. */
const LASTING_MILLIS = 25;
const ROUND_MILLIS = 1_000;
/** The watchdog ends after this many rounds in which no thread was at work. */
const MOST_IDLE_ROUNDS = 30;

export interface ThreadWatch {
    /** Ends the thread as soon as it is where it can be left. */
    endThread(): void;
    stop(): void;
}

interface Watchdog {
    take(command: WatchdogCommand): void;
    close(): void;
}

/** Threads at their runs. */
const atWork = new Set<WatchedThread>();
let watchdog: Watchdog | undefined;
let isAllowed = true;
let rounds: NodeJS.Timeout | undefined;
let idleRounds = 0;

/**
 * Makes a thread check how much memory it uses from now on, if its run lasts.
 *
 * @param isDebugged - True if a debugger may have stopped it; it makes no checks then, but can still be ended.
 */
export function watchThread(threadId: number, isDebugged = false): ThreadWatch {
    const entry: WatchedThread = { threadId, isDebugged, isToEnd: false };
    atWork.add(entry);
    let lasting: NodeJS.Timeout | undefined;
    if (watchdog !== undefined) brief(watchdog, entry);
    else if (!isDebugged) lasting = setTimeout(begin, LASTING_MILLIS).unref();
    return {
        endThread() {
            if (entry.isToEnd || !atWork.has(entry)) return;
            entry.isToEnd = true;
            if (watchdog === undefined) begin();
            else brief(watchdog, entry);
        },
        stop() {
            clearTimeout(lasting);
            if (atWork.delete(entry)) watchdog?.take({ type: 'stop', threadId });
        },
    };
}

function begin(): void {
    rounds ??= setInterval(lookAround, ROUND_MILLIS).unref();
    noteDebugger();
    watchdog ??= handOver(startWatchdog());
}

function startWatchdog(): Watchdog {
    try {
        return watchFromThread();
    } catch {
        // The system gives no more threads.
        return new MemoryWatchdog();
    }
}

/** Tells a new watchdog which threads are at work. */
function handOver(fresh: Watchdog): Watchdog {
    fresh.take({ type: 'allow', isAllowed });
    for (const entry of atWork) brief(fresh, entry);
    return fresh;
}

function brief(by: Watchdog, entry: WatchedThread): void {
    if (entry.isToEnd || !entry.isDebugged) by.take({ type: 'watch', ...entry });
}

/** Only the host can see that someone debugs it. */
function noteDebugger(): void {
    const before = isAllowed;
    isAllowed = canInspect();
    if (isAllowed !== before) watchdog?.take({ type: 'allow', isAllowed });
}

function lookAround(): void {
    noteDebugger();
    idleRounds = atWork.size > 0 ? 0 : idleRounds + 1;
    if (watchdog !== undefined && idleRounds < MOST_IDLE_ROUNDS) return;
    watchdog?.close();
    watchdog = undefined;
    clearInterval(rounds);
    rounds = undefined;
    idleRounds = 0;
}

function watchFromThread(): Watchdog {
    const thread = new Worker(new URL('./watchdog.js', import.meta.url), { env: {}, execArgv: [] });
    thread.unref();
    let hasBegun = false;
    const own: Watchdog = {
        take: (command) => thread.postMessage(command),
        close: () => void thread.terminate(),
    };
    // It says so when it has begun.
    thread.once('message', () => {
        hasBegun = true;
    });
    // Its exit comes after this.
    thread.once('error', () => {});
    thread.once('exit', () => {
        // An app may have been bundled without the file of that thread: this one keeps the watch then, rather than none.
        if (watchdog === own) watchdog = hasBegun ? undefined : handOver(new MemoryWatchdog());
    });
    return own;
}
