import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { verify } from './harness.js';

const PROGRAM = new URL('./programs/bare-run.js', import.meta.url);
const ENTRY = new URL('./programs/bare-actor.js', import.meta.url).href;
const SDK = import.meta.resolve('greenroom/actor');

/** Starts a thread that imports the SDK (by default the built-in one) and waits for the URL of the module to run. */
export async function prewarmBareWorker(sdk: string = SDK): Promise<Worker> {
    const worker = new Worker(PROGRAM, { workerData: { sdk }, execArgv: [], env: {} });
    await once(worker, 'message');
    return worker;
}

/** Runs the bare Actor in a prewarmed thread and waits until the thread exits. */
export async function runBareWorker(worker: Worker): Promise<void> {
    let messages = 0;
    worker.on('message', () => (messages += 1));
    worker.postMessage(ENTRY);
    const [exitCode] = (await once(worker, 'exit')) as [number];
    verify('exit code of the bare worker', exitCode, 0);
    verify('messages of the bare worker', messages, 3);
}
