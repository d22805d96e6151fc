// Repeatedly posts an item and waits for the answer, for `millis` milliseconds.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

const { millis, item } = workerData;
const [port] = await once(parentPort, 'message');
const end = performance.now() + millis;
let count = 0;
while (performance.now() < end) {
    const answered = once(port, 'message');
    port.postMessage({ type: 'call', id: ++count, item });
    await answered;
}
port.close();
parentPort.postMessage({ count });
