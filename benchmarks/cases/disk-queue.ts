import type { RequestQueueClient } from 'greenroom';
import { selectSize } from '../disk-size.js';
import { measureMillis, singleValue, verify, type Case, type Result } from '../harness.js';
import { inTemporaryDirectory, withEngine } from '../storage-directory.js';
import { usedBytes } from '../used-bytes.js';

const REQUESTS = selectSize({ usual: 100_000, full: 1_000_000 });
const BATCH = 25;
/** Number of times that each request is locked, prolonged, read and updated: enough for the journal to be compacted. */
const PASSES = 3;

/** Measures how long calls to a large queue take, its memory, and the time to open it. */
export const diskQueue: Case = {
    name: 'disk-queue',
    question: `How long do calls to a queue of ${REQUESTS} requests on disk take, and how long does opening it take?`,
    run: () =>
        inTemporaryDirectory(async function* (directory): AsyncGenerator<Result> {
            const before = usedBytes();
            const waits: number[] = [];
            const { id, perRequest } = await withEngine(directory, async ({ client }) => {
                const { id } = await client.requestQueues().getOrCreate('large');
                const queue = client.requestQueue(id, { clientKey: 'bench' });
                await fill(queue, waits);
                const perRequest = (usedBytes() - before) / REQUESTS;
                for (let pass = 1; pass <= PASSES; pass += 1) await processRequests(queue, pass === PASSES, waits);
                verify('requests handled', (await queue.get())?.handledRequestCount, REQUESTS);
                return { id, perRequest };
            });
            waits.sort((a, b) => a - b);
            const goal = { of: 'value', atMost: 50 } as const;
            yield {
                name: 'disk-queue: wait, 99.9 %',
                unit: 'ms',
                value: singleValue(waits[Math.floor(waits.length * 0.999)]!),
                goal,
            };
            yield { name: 'disk-queue: longest wait', unit: 'ms', value: singleValue(waits.at(-1)!) };
            yield { name: 'disk-queue: memory of a request', unit: 'bytes', value: singleValue(perRequest) };
            const opening = await withEngine(directory, ({ client }) =>
                measureMillis(() => client.requestQueue(id).listHead({ limit: 10 })),
            );
            yield {
                name: 'disk-queue: first look, for 1000 requests',
                unit: 'ms',
                value: singleValue((opening / REQUESTS) * 1000),
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
        waits.push(await measureMillis(() => queue.batchAddRequests(requests)));
    }
}

/** Locks each request once and marks it as handled, or returns it to the queue. */
async function processRequests(queue: RequestQueueClient, isLast: boolean, waits: number[]): Promise<void> {
    for (let done = 0; done < REQUESTS; done += BATCH) {
        let items: { id: string }[] = [];
        waits.push(
            await measureMillis(async () => ({ items } = await queue.listAndLockHead({ limit: BATCH, lockSecs: 60 }))),
        );
        for (const { id } of items) {
            waits.push(await measureMillis(() => queue.prolongRequestLock(id, { lockSecs: 120 })));
            const request = await queue.getRequest(id);
            const handledAt = isLast ? new Date().toISOString() : undefined;
            waits.push(await measureMillis(() => queue.updateRequest({ ...request!, handledAt })));
        }
    }
}
