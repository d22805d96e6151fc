import { Worker } from 'node:worker_threads';
import { clearTimeout, setTimeout } from 'node:timers';
import { ThreadInspector } from './thread-inspector.js';
import { ThreadLookout, type Watch } from './thread-lookout.js';
import { WatchTable } from './watch-table.js';

/*
 * One watch over the threads of all runs in this process, whatever engine they belong to. The host keeps it itself; for
 * times when it is too busy, there is a watchdog as soon as there is a run that lasts.
 */

/** Runs that are over by then do without a watchdog: its start would compete with them for the processor. */
const LASTING_MILLIS = 100;
const WATCHDOG_IDLE_MILLIS = 30_000;

const table = new WatchTable();
const lookout = new ThreadLookout({
    plan: (inMillis) => table.promise(ThreadInspector.isAllowed() ? inMillis : undefined),
    look(forMillis) {
        if (forMillis >= LASTING_MILLIS) keepWatchdog();
    },
});
let watchdog: { thread: Worker; idle: NodeJS.Timeout } | undefined;

/**
 * Makes a thread look at what it uses from now on, if its run lasts.
 *
 * @param isDebugged - Whether a debugger may have stopped it; then it does not look, but can be ended all the same.
 */
export function watchThread(threadId: number, isDebugged = false): Watch {
    const watch = lookout.watch(threadId, isDebugged);
    const strike = isDebugged ? undefined : table.add(threadId);
    return {
        endThread: () => watch.endThread(),
        stop() {
            watch.stop();
            strike?.();
        },
    };
}

function keepWatchdog(): void {
    if (watchdog !== undefined) {
        watchdog.idle.refresh();
        return;
    }
    const url = new URL('./watchdog.js', import.meta.url);
    const thread = new Worker(url, { workerData: table.shared, env: {}, execArgv: [] });
    thread.unref();
    // An app that was bundled without that file does without it.
    thread.on('error', () => {});
    const idle = setTimeout(dismissWatchdog, WATCHDOG_IDLE_MILLIS).unref();
    watchdog = { thread, idle };
}

function dismissWatchdog(): void {
    clearTimeout(watchdog?.idle);
    void watchdog?.thread.terminate();
    watchdog = undefined;
}
