import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { END_EXPRESSION, LOOK_EXPRESSION } from '../../protocol/messages.js';
import { END_FD } from '../../protocol/frames.js';

/*
 * A process that is busy hears nothing of its host, nor do its timers fire. So it has a thread beside it that makes it look
 * at itself now and then, and end when the host says so: as the host does with the threads of its own process.
 */

const LOOK_MILLIS = 25;
const END_AGAIN_MILLIS = 10;

/** A program of its own: what a process starts with is one file, and this is for few. */
const KEEPER = `
    const { Session } = require('node:inspector');
    const { Socket } = require('node:net');
    const session = new Session();
    session.connectToMainThread();
    const evaluate = (expression) => session.post('Runtime.evaluate', { expression, silent: true, disableBreaks: true });
    setInterval(evaluate, ${LOOK_MILLIS}, ${JSON.stringify(LOOK_EXPRESSION)});
    const end = new Socket({ fd: ${END_FD}, readable: true, writable: false });
    end.on('error', () => {});
    end.once('data', () => setInterval(evaluate, ${END_AGAIN_MILLIS}, ${JSON.stringify(END_EXPRESSION)}));
    require('node:worker_threads').parentPort.postMessage('ready');
`;

/** Has this process look at itself from now on, and end when its host says so, whatever it is busy with. */
export async function keepProcess(): Promise<void> {
    const keeper = new Worker(KEEPER, { eval: true, env: {}, execArgv: [] });
    await once(keeper, 'message');
    keeper.unref();
}
