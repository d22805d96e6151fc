import { parentPort, workerData } from 'node:worker_threads';
import { WatchDuty, type WatchOrder } from './watch-duty.js';
import type { SharedWatchTable } from './watch-table.js';

/*
 * A thread of the engine's own that watches the threads of runs. It reaches them by way of the host's thread, whose JavaScript
 * is interrupted as theirs is, so that they are watched however busy the host is; only while that is in native code, or waits
 * in it, nobody can look.
 */

const duty = new WatchDuty(workerData as SharedWatchTable);
// Ends with its host, and not before.
parentPort?.on('message', (order: WatchOrder) => duty.take(order));
parentPort?.postMessage('watching');
