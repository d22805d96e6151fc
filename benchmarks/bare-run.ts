import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { verify } from './harness.js';

const PROGRAM = new URL('./programs/bare-run.js', import.meta.url);
const ENTRY = new URL('./programs/bare-actor.js', import.meta.url).href;
const SDK = import.meta.resolve('greenroom/actor');

/** A thread that has imported the SDK, by default what the built-in one weighs, and waits for the Actor to run. */
export async function prewarmBareWorker(sdk: string = SDK): Promise<Worker> {
    const worker = new Worker(PROGRAM, { workerData: { sdk }, execArgv: [], env: {} });
    await once(worker, 'message');
    return worker;
}

/** Runs the bare Actor in such a thread until the thread is gone. */
export async function runBare(worker: Worker): Promise<void> {
    let messages = 0;
    worker.on('message', () => (messages += 1));
    worker.postMessage(ENTRY);
    const [exitCode] = (await once(worker, 'exit')) as [number];
    verify('exit code of the bare worker', exitCode, 0);
    verify('messages of the bare worker', messages, 3);
}
