import { Worker } from 'node:worker_threads';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { ThreadInspector } from './thread-inspector.js';
import { WatchDuty, type WatchOrder } from './watch-duty.js';
import { WatchTable, type ThreadTurn } from './watch-table.js';
import type { Watch } from './thread-lookout.js';

/*
 * One watch over the threads of all runs in this process, whatever engine they belong to. A thread of its own keeps it, and not
 * the host's: Node's inspector goes through the list of all threads when somebody comes who wants to see them, and tells of each
 * at once, by JavaScript if it is asked in the host's own thread. That JavaScript can be interrupted by the news of a thread that
 * starts or ends, which changes the list; Node goes on in what is no longer there, and the process is gone
 * (`WorkerManager::SetAutoAttach`, seen on Node 20). Whoever asks from another thread is told later, and nothing comes in between.
 */

/** Runs that are over by then do without a watch: its start would compete with them for the processor. */
const LASTING_MILLIS = 25;
const ROUND_MILLIS = 1_000;
/** The watch goes when there has been nothing to do for so many rounds. */
const MOST_IDLE_ROUNDS = 30;

/** Whoever keeps the watch. */
interface Watchman {
    take(order: WatchOrder): void;
    leave(): void;
}

const table = new WatchTable();
let watchman: Watchman | undefined;
let beginning: NodeJS.Timeout | undefined;
let rounds: NodeJS.Timeout | undefined;
let idleRounds = 0;

/**
 * Makes a thread look at what it uses from now on, if its run lasts.
 *
 * @param isDebugged - Whether a debugger may have stopped it; then it does not look, but can be ended all the same.
 */
export function watchThread(threadId: number, isDebugged = false): Watch {
    const strike = isDebugged ? undefined : table.add(threadId);
    if (!isDebugged && watchman === undefined) beginning ??= beginIfLasting(table.threads());
    let isToEnd = false;
    return {
        endThread() {
            if (isToEnd) return;
            isToEnd = true;
            begin().take({ type: 'end', threadId, isDebugged });
        },
        stop() {
            strike?.();
            if (isToEnd) watchman?.take({ type: 'stop', threadId });
            isToEnd = false;
        },
    };
}

/** @param before - Those that are at work now. */
function beginIfLasting(before: readonly ThreadTurn[]): NodeJS.Timeout {
    return setTimeout(() => {
        beginning = undefined;
        const threads = table.threads();
        const isLasting = ({ threadId, turn }: ThreadTurn): boolean =>
            before.some((known) => known.threadId === threadId && known.turn === turn);
        if (threads.some(isLasting)) begin();
        else if (threads.length > 0) beginning = beginIfLasting(threads);
    }, LASTING_MILLIS).unref();
}

function begin(): Watchman {
    clearTimeout(beginning);
    beginning = undefined;
    table.isAllowed = ThreadInspector.isAllowed();
    watchman ??= createWatchman();
    rounds ??= setInterval(lookAround, ROUND_MILLIS).unref();
    return watchman;
}

/** Sees to what only the host can see: whether somebody debugs it, and that there is nothing more to do. */
function lookAround(): void {
    table.isAllowed = ThreadInspector.isAllowed();
    idleRounds = table.threads().length > 0 ? 0 : idleRounds + 1;
    if (watchman !== undefined && idleRounds < MOST_IDLE_ROUNDS) return;
    watchman?.leave();
    watchman = undefined;
    clearInterval(rounds);
    rounds = undefined;
    idleRounds = 0;
}

function createWatchman(): Watchman {
    try {
        return watchFromThread();
    } catch {
        // The system gives no more threads.
        return watchFromHere([]);
    }
}

function watchFromThread(): Watchman {
    const url = new URL('./watchdog.js', import.meta.url);
    const thread = new Worker(url, { workerData: table.shared, env: {}, execArgv: [] });
    thread.unref();
    let waiting: WatchOrder[] | undefined = [];
    const own: Watchman = {
        take(order) {
            waiting?.push(order);
            thread.postMessage(order);
        },
        leave: () => void thread.terminate(),
    };
    // It says so when it has begun.
    thread.once('message', () => {
        waiting = undefined;
    });
    // Its exit comes after this.
    thread.once('error', () => {});
    thread.once('exit', () => {
        if (watchman === own) watchman = waiting && watchFromHere(waiting);
    });
    return own;
}

/** For an app that was bundled without the file of that thread: rather this than none at all. */
function watchFromHere(waiting: readonly WatchOrder[]): Watchman {
    const duty = new WatchDuty(table.shared);
    for (const order of waiting) duty.take(order);
    return { take: (order) => duty.take(order), leave: () => duty.close() };
}
