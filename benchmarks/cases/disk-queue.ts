import type { RequestQueueClient } from 'greenroom';
import { sizeOf } from '../disk-size.js';
import { verify, type Case, type Result } from '../harness.js';
import { inNewDirectory, millisOf, single, withEngineOn } from '../on-disk.js';
import { usedBytes } from '../used-bytes.js';

const REQUESTS = sizeOf({ usual: 100_000, full: 1_000_000 });
const BATCH = 25;
/** Each request is locked, prolonged, read and handled so often: enough for the journal to be tidied in between. */
const PASSES = 3;

/** What callers of a large queue wait for, and what it takes. */
export const diskQueue: Case = {
    name: 'disk-queue',
    question: `How long does a caller wait at a queue of ${REQUESTS} requests on disk, and what does it take to open it?`,
    run: () =>
        inNewDirectory(async function* (directory): AsyncGenerator<Result> {
            const before = usedBytes();
            const waits: number[] = [];
            const { id, perRequest } = await withEngineOn(directory, async ({ client }) => {
                const { id } = await client.requestQueues().getOrCreate('large');
                const queue = client.requestQueue(id, { clientKey: 'bench' });
                await fill(queue, waits);
                const perRequest = (usedBytes() - before) / REQUESTS;
                for (let pass = 1; pass <= PASSES; pass += 1) await goThrough(queue, pass === PASSES, waits);
                verify('requests handled', (await queue.get())?.handledRequestCount, REQUESTS);
                return { id, perRequest };
            });
            waits.sort((a, b) => a - b);
            const goal = { of: 'value', atMost: 50 } as const;
            yield {
                name: 'disk-queue: wait, 99.9 %',
                unit: 'ms',
                value: single(waits[Math.floor(waits.length * 0.999)]!),
                goal,
            };
            yield { name: 'disk-queue: longest wait', unit: 'ms', value: single(waits.at(-1)!) };
            yield { name: 'disk-queue: memory of a request', unit: 'bytes', value: single(perRequest) };
            const opening = await withEngineOn(directory, ({ client }) =>
                millisOf(() => client.requestQueue(id).listHead({ limit: 10 })),
            );
            yield {
                name: 'disk-queue: first look, for 1000 requests',
                unit: 'ms',
                value: single((opening / REQUESTS) * 1000),
            };
        }),
};

async function fill(queue: RequestQueueClient, waits: number[]): Promise<void> {
    for (let from = 0; from < REQUESTS; from += BATCH) {
        const requests = Array.from({ length: BATCH }, (_, offset) => ({
            url: `https://shop.example/products/${from + offset}`,
            uniqueKey: `https://shop.example/products/${from + offset}`,
            userData: { label: 'DETAIL', page: from + offset },
        }));
        waits.push(await millisOf(() => queue.batchAddRequests(requests)));
    }
}

/** Has each request in hand once, and handles it or puts it back. */
async function goThrough(queue: RequestQueueClient, isLast: boolean, waits: number[]): Promise<void> {
    for (let done = 0; done < REQUESTS; done += BATCH) {
        let items: { id: string }[] = [];
        waits.push(
            await millisOf(async () => ({ items } = await queue.listAndLockHead({ limit: BATCH, lockSecs: 60 }))),
        );
        for (const { id } of items) {
            waits.push(await millisOf(() => queue.prolongRequestLock(id, { lockSecs: 120 })));
            const request = await queue.getRequest(id);
            const handledAt = isLast ? new Date().toISOString() : undefined;
            waits.push(await millisOf(() => queue.updateRequest({ ...request!, handledAt })));
        }
    }
}
