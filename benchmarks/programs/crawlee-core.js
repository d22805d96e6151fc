// Crawlee's classes with its memory storage, all in one thread; or the SDK's `Actor` on top of them, as in local mode.
import { parentPort, workerData } from 'node:worker_threads';
import { Actor } from 'apify-sdk';
import { MemoryStorage } from '@crawlee/memory-storage';
import { Configuration, Dataset, KeyValueStore, RequestQueue } from 'crawlee';

const { operation, api, count, warmUp, directory, item } = workerData;
const storage = new MemoryStorage({
    persistStorage: directory !== undefined,
    localDataDirectory: directory ?? '/nowhere',
    writeMetadata: false,
});
if (api === 'actor') await Actor.init({ storage });
else Configuration.getGlobalConfig().useStorageClient(storage);
const { operate, countOperations } = await { pushData, setValue, queueConsume }[operation]();

await operateAll(0, warmUp);
const start = performance.now();
await operateAll(warmUp, warmUp + count);
const millis = performance.now() - start;
parentPort.postMessage({ millis, count: await countOperations() });
if (api === 'actor') await Actor.exit({ exit: false });

async function operateAll(from, to) {
    for (let index = from; index < to; index += 1) await operate(index);
}

async function pushData() {
    const dataset = await Dataset.open();
    const target = api === 'actor' ? Actor : dataset;
    return {
        operate: (index) => target.pushData({ ...item, index }),
        countOperations: async () => (await dataset.getInfo()).itemCount,
    };
}

async function setValue() {
    const store = await KeyValueStore.open();
    const target = api === 'actor' ? Actor : store;
    return {
        operate: (index) => target.setValue(`key-${index}`, { ...item, index }),
        countOperations: async () => {
            let keys = 0;
            await store.forEachKey(() => void (keys += 1));
            return keys;
        },
    };
}

async function queueConsume() {
    const queue = await RequestQueue.open();
    const urls = Array.from({ length: warmUp + count }, (_, index) => ({
        url: `https://shop.example/products/${index}`,
    }));
    await queue.addRequests(urls);
    return {
        operate: async () => queue.markRequestHandled(await queue.fetchNextRequest()),
        countOperations: async () => (await queue.getInfo()).handledRequestCount,
    };
}
