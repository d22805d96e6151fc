// The bare mechanism of every storage call of an Actor: posts a message to the host and waits for its answer.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

const { count, warmUp, message } = workerData;
const [port] = await once(parentPort, 'message');
let settle;
port.on('message', (answer) => settle(answer));

await roundTrips(warmUp);
const start = performance.now();
await roundTrips(count);
parentPort.postMessage({ millis: performance.now() - start, count: warmUp + count });
port.close();

async function roundTrips(times) {
    for (let id = 0; id < times; id += 1) {
        await new Promise((resolve) => {
            settle = resolve;
            port.postMessage({ type: 'call', id, message });
        });
    }
}
