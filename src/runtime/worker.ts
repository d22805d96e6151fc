import { workerData } from 'node:worker_threads';
import { boot } from './boot.js';
import { sharedGate } from './output.js';
import { runInTurn as takeTurn } from './run-in-turn.js';
import { prepareSpare } from './spare.js';
import type { SpareTasks, ThreadAssignment } from '../protocol/messages.js';

/*
 * What a spare thread imports. By the time it is handed a run it has done all that can be done before.
 */

// Tinypool puts its own data before ours; Piscina does not.
const tasks = (Array.isArray(workerData) ? workerData[1] : workerData) as SpareTasks | undefined;
const isReady = await prepareSpare(tasks ?? {});

/** Turns this thread into the thread of one run; it ends with the run, so that the promise never settles. */
export default async function runAssignment({ port, outputUnderWay, ...assignment }: ThreadAssignment): Promise<never> {
    await isReady();
    boot(assignment, port, 'thread', sharedGate(outputUnderWay));
    return new Promise(() => {});
}

/** Turns this thread into the thread of one run, and settles when it is free for the next one. */
export async function runInTurn(assignment: ThreadAssignment): Promise<void> {
    await isReady();
    await takeTurn(assignment);
}
