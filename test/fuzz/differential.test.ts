import { MemoryStorage } from '@crawlee/memory-storage';
import * as fc from 'fast-check';
import { createEngine, type Engine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { anyJson } from '../support/arbitraries/edge-cases.js';
import { checkProperty } from '../support/arbitraries/property.js';

/*
 * Compares the engine with Crawlee's own storage. Not compared, because Crawlee deviates from the platform:
 *
 * - Locks: it does not distinguish clients. Transformations of items: it has no options for them.
 * - The last page of a list in descending order: it fills the page with items of the previous one.
 * - Deleted requests: it fails on one that was at the front.
 * - Keys after one that does not exist: it starts with the first. After the last one it reports
 *   further keys. It also sorts keys by locale, not by bytes.
 */

type Deed =
    | { type: 'push'; items: Record<string, unknown>[] }
    | { type: 'list'; offset: number; limit: number; desc: boolean }
    | { type: 'set'; key: string; value: unknown }
    | { type: 'delete'; key: string }
    | { type: 'keys'; limit: number; after: string | undefined; prefix: string | undefined }
    | { type: 'add'; path: string; forefront: boolean }
    | { type: 'add many'; paths: string[]; forefront: boolean }
    | { type: 'handle'; path: string }
    | { type: 'return'; path: string; forefront: boolean };

const item = fc.dictionary(fc.constantFrom('a', 'b', 'ž', '#c', '1'), anyJson, { maxKeys: 3 });
const key = fc.constantFrom('a', 'b', 'c', 'x.y', 'z-1');
const path = fc.constantFrom('1', '2', '3', '4', '5');
const forefront = fc.boolean();

const deed: fc.Arbitrary<Deed> = fc.oneof(
    fc.record({ type: fc.constant('push'), items: fc.array(item, { maxLength: 4 }) }),
    fc.record({
        type: fc.constant('list'),
        offset: fc.nat(6),
        limit: fc.integer({ min: 1, max: 6 }),
        desc: fc.boolean(),
    }),
    fc.record({
        type: fc.constant('set'),
        key,
        value: fc.oneof(fc.dictionary(fc.constantFrom('a', 'b'), fc.nat()), fc.constantFrom('text', 'ž', 1)),
    }),
    fc.record({ type: fc.constant('delete'), key }),
    fc.record({
        type: fc.constant('keys'),
        limit: fc.integer({ min: 1, max: 4 }),
        after: fc.option(key, { nil: undefined }),
        prefix: fc.constantFrom(undefined, 'x', 'a'),
    }),
    fc.record({ type: fc.constant('add'), path, forefront }),
    fc.record({ type: fc.constant('add many'), paths: fc.uniqueArray(path, { minLength: 1 }), forefront }),
    fc.record({ type: fc.constant('handle'), path }),
    fc.record({ type: fc.constant('return'), path, forefront }),
);

describe('an engine and Crawlee’s own storage', () => {
    it('return the same results for any sequence of operations', async () => {
        const property = fc.asyncProperty(fc.array(deed, { maxLength: 25, size: 'max' }), async (deeds) => {
            const engine = await createEngine();
            const crawlee = new MemoryStorage({ persistStorage: false });
            try {
                const [ours, theirs] = await Promise.all([openOurs(engine), openTheirs(crawlee)]);
                for (const one of deeds) {
                    expect(await perform(ours, one)).toEqual(await perform(theirs, one));
                    // It orders requests by the millisecond of their arrival.
                    await nextMillisecond();
                }
                expect(await describeQueue(ours)).toEqual(await describeQueue(theirs));
            } finally {
                await Promise.all([engine.close(), crawlee.teardown()]);
            }
        });
        await checkProperty(property, 20);
    });
});

type Dataset = Pick<ReturnType<Engine['client']['dataset']>, 'pushItems' | 'listItems'>;
type Store = Pick<
    ReturnType<Engine['client']['keyValueStore']>,
    'setRecord' | 'getRecord' | 'deleteRecord' | 'listKeys' | 'recordExists'
>;
type Queue = Pick<
    ReturnType<Engine['client']['requestQueue']>,
    'addRequest' | 'batchAddRequests' | 'updateRequest' | 'deleteRequest' | 'listHead' | 'getRequest' | 'get'
>;

interface Storages {
    dataset: Dataset;
    store: Store;
    queue: Queue;
}

async function openOurs({ client }: Engine): Promise<Storages> {
    return {
        dataset: client.dataset((await client.datasets().getOrCreate('data')).id),
        store: client.keyValueStore((await client.keyValueStores().getOrCreate('store')).id),
        queue: client.requestQueue((await client.requestQueues().getOrCreate('queue')).id),
    };
}

async function openTheirs(storage: MemoryStorage): Promise<Storages> {
    return {
        dataset: storage.dataset((await storage.datasets().getOrCreate('data')).id) as unknown as Dataset,
        store: storage.keyValueStore((await storage.keyValueStores().getOrCreate('store')).id) as unknown as Store,
        queue: storage.requestQueue((await storage.requestQueues().getOrCreate('queue')).id) as unknown as Queue,
    };
}

/** Performs an operation, and returns its result or error. */
async function perform({ dataset, store, queue }: Storages, deed: Deed): Promise<unknown> {
    switch (deed.type) {
        case 'push':
            await dataset.pushItems(deed.items);
            return (await dataset.listItems()).total;
        case 'list': {
            const { total } = await dataset.listItems({ limit: 1 });
            const isLastPage = deed.desc && deed.offset + deed.limit > total;
            const { offset, limit, desc } = deed;
            const { items, count } = await dataset.listItems({ offset, limit, desc: desc && !isLastPage });
            return [JSON.stringify(items), count];
        }
        case 'set':
            await store.setRecord({ key: deed.key, value: deed.value });
            return [(await store.getRecord(deed.key))?.value, await store.recordExists(deed.key)];
        case 'delete':
            await store.deleteRecord(deed.key);
            return store.recordExists(deed.key);
        case 'keys': {
            const isThere =
                deed.after !== undefined &&
                deed.after.startsWith(deed.prefix ?? '') &&
                (await store.recordExists(deed.after));
            const page = await store.listKeys({
                limit: deed.limit,
                ...(isThere && { exclusiveStartKey: deed.after! }),
                ...(deed.prefix !== undefined && { prefix: deed.prefix }),
            });
            const keys = page.items.map(({ key: one }) => one);
            return [keys, keys.length > 0 && page.isTruncated, page.nextExclusiveStartKey ?? undefined];
        }
        case 'add':
            return told(await queue.addRequest(requestOf(deed.path), { forefront: deed.forefront }));
        case 'add many': {
            const { processedRequests } = await queue.batchAddRequests(deed.paths.map(requestOf), {
                forefront: deed.forefront,
            });
            return processedRequests.map((one) => told(one));
        }
        case 'handle':
        case 'return': {
            const added = await queue.addRequest(requestOf(deed.path));
            const request = (await queue.getRequest(added.requestId))!;
            const handledAt = deed.type === 'handle' ? '2030-01-01T00:00:00.000Z' : null;
            await nextMillisecond();
            await queue.updateRequest(
                {
                    ...request,
                    retryCount: (request.retryCount ?? 0) + 1,
                    ...(handledAt !== null && { handledAt }),
                },
                { forefront: deed.type === 'return' && deed.forefront },
            );
            return (await queue.getRequest(added.requestId))?.retryCount;
        }
    }
}

function requestOf(name: string): { url: string; uniqueKey: string } {
    return { url: `https://example.com/${name}`, uniqueKey: name };
}

function told({
    requestId,
    wasAlreadyHandled,
    wasAlreadyPresent,
}: {
    requestId: string;
    wasAlreadyHandled: boolean;
    wasAlreadyPresent: boolean;
}): unknown[] {
    return [requestId, wasAlreadyHandled, wasAlreadyPresent];
}

async function describeQueue({ queue }: Storages): Promise<unknown> {
    const { totalRequestCount, handledRequestCount, pendingRequestCount } = (await queue.get())!;
    const { items } = await queue.listHead({ limit: 100 });
    return {
        totalRequestCount,
        handledRequestCount,
        pendingRequestCount,
        head: items.map(({ uniqueKey }) => uniqueKey),
    };
}

/** Waits until the clock of this process advances by a millisecond. */
async function nextMillisecond(): Promise<void> {
    const start = Date.now();
    while (Date.now() === start) await new Promise((resolve) => setImmediate(resolve));
}
