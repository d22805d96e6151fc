// The least that a run in a thread of its own can be: import what the built-in SDK weighs, wait for the word, import the
// Actor's own module, tell the host three things, end.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

await import(workerData.sdk);
parentPort.postMessage('ready');
const [entry] = await once(parentPort, 'message');
const { work } = await import(entry);
work(parentPort);
process.exit(0);
