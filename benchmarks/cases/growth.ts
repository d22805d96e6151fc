import { createEngine, type Engine } from 'greenroom';
import { sampleInTurns, verify, type Case, type Result } from '../harness.js';
import { ITEM } from '../storage-case.js';
import { usedBytes } from '../used-bytes.js';

const FEW = 1000;
const MANY = 1_000_000;
/** Operations per sample, and number of samples. The median excludes the pauses of the garbage collector. */
const BATCH = 200;
const BATCHES = 40;
/** Maximum growth of the cost of an operation at the end of the entries, and anywhere among them. */
const APPEND_LIMIT = 1.2;
const ACCESS_LIMIT = 1.5;

/** A storage to fill, and the operation to measure on it. */
interface GrowingStorage {
    name: string;
    /** Maximum growth of the cost, as a factor. */
    limit: number;
    fill: (from: number, to: number) => Promise<void>;
    operate: (index: number) => Promise<unknown>;
    count: () => Promise<number | undefined>;
}

/** Measures how much more an operation costs with a thousand times as many entries. */
export const growth: Case = {
    name: 'growth',
    question: `What does an operation cost at ${MANY} entries, compared with ${FEW}?`,
    async *run() {
        for (const open of [openForPush, openForList, openForSet, openForKeyList, openForHandling])
            yield await compareSizes(open);
        yield await measureMemoryPerByte();
    },
};

/** Compares both sizes. They exist at the same time and are sampled in turns, so that other load affects both alike. */
async function compareSizes(open: (engine: Engine) => Promise<GrowingStorage>): Promise<Result> {
    const engine = await createEngine();
    const otherEngine = await createEngine();
    try {
        const few = await fillStorage(await open(engine), FEW);
        const many = await fillStorage(await open(otherEngine), MANY);
        const costs = await sampleInTurns(BATCHES, {
            few: () => measureCost(few, FEW),
            many: () => measureCost(many, MANY),
        });
        return {
            name: `growth of ${few.name}`,
            unit: '×',
            value: { median: costs.many.median / costs.few.median, spread: costs.many.spread + costs.few.spread },
            goal: { of: 'value', atMost: few.limit },
        };
    } finally {
        await Promise.all([engine.close(), otherEngine.close()]);
    }
}

async function fillStorage(storage: GrowingStorage, size: number): Promise<GrowingStorage> {
    await storage.fill(0, size);
    verify(`entries of ${storage.name}`, await storage.count(), size);
    return storage;
}

let sequence = 0;

async function measureCost({ operate }: GrowingStorage, size: number): Promise<number> {
    const start = performance.now();
    for (let index = 0; index < BATCH; index += 1) await operate((sequence++ * 7919) % size);
    return (performance.now() - start) / BATCH;
}

async function openForPush(engine: Engine): Promise<GrowingStorage> {
    const { dataset, fill, count } = await openDataset(engine);
    const operate = (index: number) => dataset.pushItems({ ...ITEM, index });
    return { name: 'a dataset: push', limit: APPEND_LIMIT, fill, count, operate };
}

async function openForList(engine: Engine): Promise<GrowingStorage> {
    const { dataset, fill, count } = await openDataset(engine);
    const operate = (offset: number) => dataset.listItems({ offset, limit: 10 });
    return { name: 'a dataset: list 10', limit: ACCESS_LIMIT, fill, count, operate };
}

async function openDataset(engine: Engine) {
    const { id } = await engine.client.datasets().getOrCreate('growing');
    const dataset = engine.client.dataset(id);
    const fill = async (from: number, to: number): Promise<void> => {
        for (let start = from; start < to; start += 1000) {
            const length = Math.min(1000, to - start);
            await dataset.pushItems(Array.from({ length }, (_, offset) => ({ ...ITEM, index: start + offset })));
        }
    };
    return { dataset, fill, count: async () => (await dataset.get())?.itemCount };
}

async function openForSet(engine: Engine): Promise<GrowingStorage> {
    const { store, fill, count } = await openStore(engine);
    const operate = (index: number) => store.setRecord({ key: `key-${index}`, value: ITEM });
    return { name: 'a key-value store: set', limit: ACCESS_LIMIT, fill, count, operate };
}

async function openForKeyList(engine: Engine): Promise<GrowingStorage> {
    const { store, fill, count } = await openStore(engine);
    const operate = (index: number) => store.listKeys({ exclusiveStartKey: `key-${index}`, limit: 10 });
    return { name: 'a key-value store: list 10', limit: ACCESS_LIMIT, fill, count, operate };
}

async function openStore(engine: Engine) {
    const { id } = await engine.client.keyValueStores().getOrCreate('growing');
    const store = engine.client.keyValueStore(id);
    let keys = 0;
    const fill = async (from: number, to: number): Promise<void> => {
        for (; from < to; from += 1) await store.setRecord({ key: `key-${from}`, value: from });
        keys = to;
    };
    const count = async (): Promise<number | undefined> => {
        const last = await store.recordExists(`key-${keys - 1}`);
        return last ? keys : undefined;
    };
    return { store, fill, count };
}

async function openForHandling(engine: Engine): Promise<GrowingStorage> {
    const { id } = await engine.client.requestQueues().getOrCreate('growing');
    const queue = engine.client.requestQueue(id, { clientKey: 'bench' });
    const fill = async (from: number, to: number): Promise<void> => {
        for (let start = from; start < to; start += 25) {
            const length = Math.min(25, to - start);
            await queue.batchAddRequests(
                Array.from({ length }, (_, offset) => ({ url: `https://shop.example/products/${start + offset}` })),
            );
        }
    };
    let extra = 0;
    const operate = async (): Promise<void> => {
        await queue.addRequest({ url: `https://shop.example/extra/${extra++}` });
        const [request] = (await queue.listAndLockHead({ limit: 1, lockSecs: 600 })).items;
        if (request === undefined) throw new Error('The head of the queue is empty.');
        const { id: requestId, uniqueKey, url } = request;
        await queue.updateRequest({ id: requestId, uniqueKey, url, handledAt: new Date().toISOString() });
    };
    return {
        name: 'a queue: add, fetch, handle',
        limit: ACCESS_LIMIT,
        fill,
        operate,
        count: async () => (await queue.get())?.totalRequestCount,
    };
}

/** Measures the memory of stored items, as a multiple of their JSON. */
async function measureMemoryPerByte(): Promise<Result> {
    const engine = await createEngine();
    try {
        const { fill, count } = await openDataset(engine);
        await fill(0, FEW);
        const before = usedBytes();
        await fill(FEW, MANY);
        const used = usedBytes() - before;
        verify('items stored', await count(), MANY);
        let json = 0;
        for (let index = FEW; index < MANY; index += 1) json += Buffer.byteLength(JSON.stringify({ ...ITEM, index }));
        return {
            name: 'memory of items, of their JSON',
            unit: '×',
            value: { median: used / json, spread: 0 },
            goal: { of: 'value', atMost: 1.5 },
        };
    } finally {
        await engine.close();
    }
}
