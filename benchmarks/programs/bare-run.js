// The minimum of a run in its own thread: imports the SDK, waits for the assignment, imports the Actor's module, posts three
// messages to the host, and exits.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

await import(workerData.sdk);
parentPort.postMessage('ready');
const [entry] = await once(parentPort, 'message');
const { work } = await import(entry);
work(parentPort);
process.exit(0);
