import { setInterval } from 'node:timers';
import { parentPort, workerData } from 'node:worker_threads';
import { ThreadLookout, type Watch } from './thread-lookout.js';
import { WatchTable, type SharedWatchTable } from './watch-table.js';

/*
 * A thread of the engine's own that takes over where the host, whose task it is, does not come to look at the threads of
 * runs, because its event loop is busy. It reaches them by way of the host's thread, whose JavaScript is interrupted as
 * theirs is; only while that one is in native code, or waits in it, nobody can look.
 */

const TICK_MILLIS = 50;
/** The host is busy if it is so late. */
const PATIENCE_MILLIS = 200;

const table = new WatchTable(workerData as SharedWatchTable);
const lookout = new ThreadLookout();
const watched = new Map<number, Watch>();

setInterval(() => {
    if (table.latenessMillis() < PATIENCE_MILLIS) handBack();
    else takeOver(new Set(table.threadIds()));
}, TICK_MILLIS);
// Ends with its host, and not before.
parentPort?.on('message', () => {});

function takeOver(threadIds: ReadonlySet<number>): void {
    for (const threadId of threadIds) if (!watched.has(threadId)) watched.set(threadId, lookout.watch(threadId));
    for (const [threadId, watch] of watched) {
        if (threadIds.has(threadId)) continue;
        watch.stop();
        watched.delete(threadId);
    }
}

/** A host that ends while somebody is connected to its inspector says so, and may wait. */
function handBack(): void {
    watched.clear();
    lookout.close();
}
