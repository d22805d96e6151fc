// Crawlee's own classes over its own memory storage, in the thread that both live in; or the SDK's `Actor` over them, which
// is what an Actor has in local mode.
import { parentPort, workerData } from 'node:worker_threads';
import { Actor } from 'apify-sdk';
import { MemoryStorage } from '@crawlee/memory-storage';
import { Configuration, Dataset, KeyValueStore, RequestQueue } from 'crawlee';

const { what, by, count, warmUp, directory, item } = workerData;
const storage = new MemoryStorage({
    persistStorage: directory !== undefined,
    localDataDirectory: directory ?? '/nowhere',
    writeMetadata: false,
});
if (by === 'actor') await Actor.init({ storage });
else Configuration.getGlobalConfig().useStorageClient(storage);
const { operate, counted } = await { pushData, setValue, queueConsume }[what]();

await operateAll(0, warmUp);
const start = performance.now();
await operateAll(warmUp, warmUp + count);
const millis = performance.now() - start;
parentPort.postMessage({ millis, count: await counted() });
if (by === 'actor') await Actor.exit({ exit: false });

async function operateAll(from, to) {
    for (let index = from; index < to; index += 1) await operate(index);
}

async function pushData() {
    const dataset = await Dataset.open();
    const pusher = by === 'actor' ? Actor : dataset;
    return {
        operate: (index) => pusher.pushData({ ...item, index }),
        counted: async () => (await dataset.getInfo()).itemCount,
    };
}

async function setValue() {
    const store = await KeyValueStore.open();
    const setter = by === 'actor' ? Actor : store;
    return {
        operate: (index) => setter.setValue(`key-${index}`, { ...item, index }),
        counted: async () => {
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
        counted: async () => (await queue.getInfo()).handledRequestCount,
    };
}
