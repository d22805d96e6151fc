import { MemoryStorage } from '@crawlee/memory-storage';
import { ManualClock } from 'greenroom/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSeeds, seededRandom } from '../support/arbitraries/random.js';
import { makeEngine } from '../support/make-engine.js';
import type { DatasetClient, KeyValueStoreClient, RequestQueueClient } from '@crawlee/types';

/** Storages as Crawlee uses them. */
interface Storages {
    dataset: DatasetClient;
    keyValueStore: KeyValueStoreClient;
    requestQueue: RequestQueueClient;
    /** Requests with a lock, by their `uniqueKey`. */
    locks: Map<string, number>;
}

type Random = () => number;
type Step = (storages: Storages, random: Random) => unknown;

const START = new Date('2030-01-01T00:00:00.000Z');
const STEPS = 300;

const pick = <T>(all: readonly T[], random: Random): T => all[Math.floor(random() * all.length)]!;
/** The memory storage sorts keys by language, the API by code units: these have one order. */
const pickKey = (random: Random): string => pick(['10', '9', 'a', 'ab', 'b', 'c', 'i', 'i2'], random);
/** The memory storage ignores an offset in descending order, unlike the API. */
const pickList = (random: Random): { limit?: number; offset?: number; desc?: boolean } => ({
    ...(random() < 0.5 && { limit: 1 + Math.floor(random() * 5) }),
    ...pick([{}, { offset: Math.floor(random() * 5) }, { desc: true }], random),
});
const pickKeys = (random: Random): { limit?: number; prefix?: string } => ({
    ...(random() < 0.5 && { limit: 1 + Math.floor(random() * 3) }),
    ...(random() < 0.3 && { prefix: pick(['a', 'i', 'x'], random) }),
});
const pickRequest = (random: Random): { url: string; uniqueKey: string } => {
    const uniqueKey = String(Math.floor(random() * 20));
    return { uniqueKey, url: `https://example.com/${uniqueKey}` };
};

/** Calls whose results do not contain ids and times. */
const STEPS_OF: Readonly<Record<string, Step>> = {
    push: ({ dataset }, random) =>
        dataset.pushItems(
            pick([[{ n: random() }, { n: random() }], { n: 1 }, '{"n":2}', ['{"n":3}', '{}'], []], random),
        ),
    items: async ({ dataset }, random) => {
        const { items, count, total, offset } = await dataset.listItems(pickList(random));
        return { items, count, total, offset };
    },
    allItems: ({ dataset }, random) => collect(dataset.listItems(pickList(random))),
    itemEntries: async ({ dataset }, random) => (await dataset.listEntries!(pickList(random))).items,
    allItemEntries: ({ dataset }, random) => collect(dataset.listEntries!(pickList(random))),
    set: ({ keyValueStore }, random) =>
        keyValueStore.setRecord({
            key: pickKey(random),
            ...pick<{ value: unknown; contentType?: string }>(
                [
                    { value: { a: [1, null] } },
                    { value: 'text' },
                    { value: 12 },
                    { value: null },
                    { value: Buffer.from([1, 2, 3]) },
                    { value: '{"b":1}', contentType: 'application/json; charset=utf-8' },
                    { value: '<p>', contentType: 'text/html' },
                ],
                random,
            ),
        }),
    get: ({ keyValueStore }, random) => keyValueStore.getRecord(pickKey(random)),
    buffer: async ({ keyValueStore }, random) =>
        (await keyValueStore.getRecord(pickKey(random), { buffer: true }))?.value,
    exists: ({ keyValueStore }, random) => keyValueStore.recordExists(pickKey(random)),
    remove: ({ keyValueStore }, random) => keyValueStore.deleteRecord(pickKey(random)),
    keys: async ({ keyValueStore }, random) => {
        const { items, count, isTruncated } = await keyValueStore.keys!(pickKeys(random));
        return { keys: items.map(({ key, size }) => [key, size]), count, isTruncated };
    },
    allKeys: ({ keyValueStore }, random) => collect(keyValueStore.keys!(pickKeys(random))),
    values: ({ keyValueStore }, random) => keyValueStore.values!(pickKeys(random)),
    allValues: ({ keyValueStore }, random) => collect(keyValueStore.values!(pickKeys(random))),
    entries: ({ keyValueStore }, random) => keyValueStore.entries!(pickKeys(random)),
    allEntries: ({ keyValueStore }, random) => collect(keyValueStore.entries!(pickKeys(random))),
    add: ({ requestQueue }, random) =>
        requestQueue.addRequest(pickRequest(random), pick([{}, { forefront: true }, { forefront: false }], random)),
    batch: ({ requestQueue }, random) =>
        requestQueue.batchAddRequests([pickRequest(random), pickRequest(random), pickRequest(random)], {
            forefront: random() < 0.3,
        }),
    request: async ({ requestQueue }, random) => requestQueue.getRequest(await idOf(requestQueue, random)),
    handle: async ({ requestQueue, locks }, random) => {
        const request = pickRequest(random);
        const id = await idOf(requestQueue, request);
        locks.delete(request.uniqueKey);
        return requestQueue.updateRequest({ ...request, id, handledAt: START.toISOString() });
    },
    reclaim: async ({ requestQueue, locks }, random) => {
        const request = pickRequest(random);
        const id = await idOf(requestQueue, request);
        locks.delete(request.uniqueKey);
        return requestQueue.updateRequest({ ...request, id, retryCount: 1 }, { forefront: true });
    },
    lock: async ({ requestQueue, locks }, random) => {
        const [limit, lockSecs] = [1 + Math.floor(random() * 6), 5 + Math.floor(random() * 3) * 10];
        const { items } = await requestQueue.listAndLockHead({ limit, lockSecs });
        for (const { uniqueKey } of items) locks.set(uniqueKey, Date.now() + lockSecs * 1000);
        return items.map(({ url }) => url);
    },
    prolong: async ({ requestQueue, locks }, random) => {
        const key = pickLocked(locks, random);
        if (key === undefined) return undefined;
        const id = await idOf(requestQueue, { uniqueKey: key, url: 'https://example.com' });
        const { lockExpiresAt } = await requestQueue.prolongRequestLock(id, { lockSecs: 10 });
        locks.set(key, lockExpiresAt.getTime());
        return lockExpiresAt;
    },
    unlock: async ({ requestQueue, locks }, random) => {
        const key = pickLocked(locks, random);
        if (key === undefined) return;
        locks.delete(key);
        const id = await idOf(requestQueue, { uniqueKey: key, url: 'https://example.com' });
        await requestQueue.deleteRequestLock(id, pick([{}, { forefront: true }, { forefront: false }], random));
    },
    counts: async ({ requestQueue }) => {
        // The memory storage counts a request as handled for good, also if it returns to the queue.
        const { totalRequestCount, pendingRequestCount } = (await requestQueue.get())!;
        return { totalRequestCount, pendingRequestCount };
    },
};

afterEach(() => void vi.useRealTimers());

describe('the storage client', () => {
    it.each(createSeeds(3))('behaves as the memory storage of Crawlee (seed %i)', async (seed) => {
        const clock = new ManualClock(START);
        const engine = await makeEngine({ clock });
        vi.useFakeTimers({ now: START, toFake: ['Date'] });
        const [ours, theirs] = [
            await openStorages(engine.storageClient),
            await openStorages(new MemoryStorage({ persistStorage: false })),
        ];
        const random = seededRandom(seed);
        for (let step = 0; step < STEPS; step++) {
            const millis = random() < 0.1 ? Math.floor(random() * 15_000) : 1;
            await clock.advance(millis);
            vi.setSystemTime(clock.now());
            const name = pick(Object.keys(STEPS_OF), random);
            const stepSeed = Math.floor(random() * 2 ** 31);
            const expected = await outcome(STEPS_OF[name]!(theirs, seededRandom(stepSeed)));
            expect(await outcome(STEPS_OF[name]!(ours, seededRandom(stepSeed))), `step ${step}: ${name}`).toEqual(
                expected,
            );
        }
    });
});

async function openStorages(client: {
    datasets(): { getOrCreate(name: string): Promise<{ id: string }> };
    keyValueStores(): { getOrCreate(name: string): Promise<{ id: string }> };
    requestQueues(): { getOrCreate(name: string): Promise<{ id: string }> };
    dataset(id: string): DatasetClient;
    keyValueStore(id: string): KeyValueStoreClient;
    requestQueue(id: string): RequestQueueClient;
}): Promise<Storages> {
    return {
        dataset: client.dataset((await client.datasets().getOrCreate('items')).id),
        keyValueStore: client.keyValueStore((await client.keyValueStores().getOrCreate('records')).id),
        requestQueue: client.requestQueue((await client.requestQueues().getOrCreate('requests')).id),
        locks: new Map(),
    };
}

/** Adds the request unless it is there, and returns its id. */
async function idOf(queue: RequestQueueClient, source: Random | { url: string; uniqueKey: string }): Promise<string> {
    return (await queue.addRequest(typeof source === 'function' ? pickRequest(source) : source)).requestId;
}

function pickLocked(locks: ReadonlyMap<string, number>, random: Random): string | undefined {
    const held = [...locks].filter(([, expiresAt]) => expiresAt > Date.now() + 1);
    return held.length === 0 ? undefined : pick(held, random)[0];
}

async function outcome(result: unknown): Promise<unknown> {
    try {
        return await result;
    } catch {
        return 'an error';
    }
}

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const one of list) all.push(one);
    return all;
}
