// Crawlee's memory storage, called in the thread that owns it, so that no call crosses a thread boundary.
import { parentPort, workerData } from 'node:worker_threads';
import { MemoryStorage } from '@crawlee/memory-storage';

const { operation, count, warmUp, directory, item } = workerData;
const storage = new MemoryStorage({
    persistStorage: directory !== undefined,
    localDataDirectory: directory ?? '/nowhere',
    writeMetadata: false,
});
const { operate, countOperations } = await { pushData, setValue, queueConsume }[operation]();

await operate(0, warmUp);
const start = performance.now();
await operate(warmUp, warmUp + count);
parentPort.postMessage({ millis: performance.now() - start, count: await countOperations() });

async function pushData() {
    const { id } = await storage.datasets().getOrCreate('bench');
    const dataset = storage.dataset(id);
    return {
        operate: async (from, to) => {
            for (let index = from; index < to; index += 1) await dataset.pushItems({ ...item, index });
        },
        countOperations: async () => (await dataset.get()).itemCount,
    };
}

async function setValue() {
    const { id } = await storage.keyValueStores().getOrCreate('bench');
    const store = storage.keyValueStore(id);
    return {
        operate: async (from, to) => {
            for (let index = from; index < to; index += 1) {
                const value = JSON.stringify({ ...item, index });
                await store.setRecord({ key: `key-${index}`, value, contentType: 'application/json' });
            }
        },
        countOperations: async () => {
            let keys = 0;
            let page;
            do {
                page = await store.listKeys({ exclusiveStartKey: page?.nextExclusiveStartKey });
                keys += page.items.length;
            } while (page.isTruncated);
            return keys;
        },
    };
}

async function queueConsume() {
    const { id } = await storage.requestQueues().getOrCreate('bench');
    const queue = storage.requestQueue(id);
    for (let index = 0; index < warmUp + count; index += 25) {
        const length = Math.min(25, warmUp + count - index);
        await queue.batchAddRequests(
            Array.from({ length }, (_, offset) => {
                const url = `https://shop.example/products/${index + offset}`;
                return { url, uniqueKey: url };
            }),
        );
    }
    let head = [];
    return {
        operate: async (from, to) => {
            for (let index = from; index < to; index += 1) {
                if (head.length === 0) head = (await queue.listAndLockHead({ limit: 25, lockSecs: 180 })).items;
                const request = await queue.getRequest(head.shift().id);
                await queue.updateRequest({ ...request, handledAt: new Date().toISOString() });
            }
        },
        countOperations: async () => (await queue.get()).handledRequestCount,
    };
}
