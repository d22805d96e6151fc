import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryStorage } from '@crawlee/memory-storage';
import * as fc from 'fast-check';
import { createEngine, type Engine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { checkProperty } from '../support/arbitraries/property.js';
import { item, write, type Write } from '../support/model-based/storage-commands.js';
import { tempDir } from '../support/files/temp-dir.js';

interface Contents {
    items: Record<string, unknown>[];
    writes: Write[];
    requests: Queued[];
}

interface Queued {
    uniqueKey: string;
    forefront: boolean;
    state: 'pending' | 'handled' | 'locked' | 'returned' | 'returned to the front';
    retryCount: number;
}

const request: fc.Arbitrary<Queued> = fc.record({
    uniqueKey: fc.oneof(
        fc.constantFrom('a', 'b', '__proto__', '../x', 'ž', '\u{1f600}'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
    ),
    forefront: fc.boolean(),
    state: fc.constantFrom<Queued['state']>(
        'pending',
        'pending',
        'handled',
        'locked',
        'returned',
        'returned to the front',
    ),
    retryCount: fc.nat(3),
});

const contents: fc.Arbitrary<Contents> = fc.record({
    items: fc.array(item, { maxLength: 6 }),
    writes: fc.array(write, { maxLength: 8 }),
    requests: fc.uniqueArray(request, { maxLength: 8, selector: ({ uniqueKey }) => uniqueKey }),
});

describe('any export', () => {
    it('can be imported unchanged, and read by Crawlee’s own storage', async () => {
        const directory = await tempDir();
        let cases = 0;
        const property = fc.asyncProperty(contents, async (given) => {
            const place = join(directory, String(cases++));
            const [engine, other] = await Promise.all([createEngine(), createEngine()]);
            try {
                await fill(engine, given);
                await lock(engine, given);
                // Records that the layout cannot represent are reported, and nothing is written.
                const names = await engine.storages.exportTo(place).catch((error: unknown) => {
                    expect(error).toMatchObject({ code: 'invalid-record-key' });
                });
                if (names === undefined) return;
                await other.storages.importFrom(place);

                // Locks are not exported: locked requests are where they would be if all locks had expired.
                await engine.client.requestQueue('local~queue', { clientKey: 'me' }).unlockRequests();
                const before = await describeAll(engine);
                expect(await describeAll(other)).toEqual(before);
                // Of handled requests, it returns only the number.
                expect(await describeCrawlees(place)).toEqual({
                    ...before,
                    handled: before.handled.map(() => 'handled'),
                });
            } finally {
                await Promise.all([engine.close(), other.close()]);
                await rm(place, { recursive: true, force: true });
            }
        });
        await checkProperty(property, 12);
    });
});

async function fill({ client }: Engine, { items, writes, requests }: Contents): Promise<void> {
    await client.dataset((await client.datasets().getOrCreate('data')).id).pushItems(items);
    const store = client.keyValueStore((await client.keyValueStores().getOrCreate('store')).id);
    for (const { key, bytes = 0, contentType } of writes) {
        // A value that does not match its content type could not be read again.
        const value = contentType.includes('json')
            ? JSON.stringify({ bytes: String(bytes).slice(0, 50) })
            : typeof bytes === 'number'
              ? Buffer.alloc(bytes, 'x')
              : bytes;
        await store.setRecord({ key, value: Buffer.from(value), contentType });
    }
    const { id } = await client.requestQueues().getOrCreate('queue');
    const queue = client.requestQueue(id, { clientKey: 'me' });
    for (const { uniqueKey, forefront, retryCount } of requests) {
        await queue.addRequest(
            {
                url: `https://example.com/${encodeURIComponent(uniqueKey)}`,
                uniqueKey,
                retryCount,
                userData: { uniqueKey },
            },
            { forefront },
        );
    }
    const { items: all } = await queue.listRequests();
    for (const { uniqueKey, state } of requests) {
        const found = all.find((one) => one.uniqueKey === uniqueKey)!;
        if (state === 'handled') await queue.updateRequest({ ...found, handledAt: '2027-01-01T00:00:00.000Z' });
        if (state === 'returned') await queue.updateRequest(found);
        if (state === 'returned to the front') await queue.updateRequest(found, { forefront: true });
    }
}

async function lock({ client }: Engine, { requests }: Contents): Promise<void> {
    const limit = requests.filter(({ state }) => state === 'locked').length;
    const queue = client.requestQueue('local~queue', { clientKey: 'me' });
    if (limit > 0) await queue.listAndLockHead({ limit, lockSecs: 600 });
}

interface Described {
    items: string[];
    records: Record<string, string | undefined>;
    waiting: string[];
    handled: string[];
}

async function describeAll(engine: Engine): Promise<Described> {
    const { client } = engine;
    const store = client.keyValueStore('local~store');
    const { items: keys } = await store.listKeys();
    const records = await Promise.all(
        keys.map(async ({ key }) => {
            const record = await store.getRecord(key, { buffer: true });
            return [key, `${record?.contentType} ${hash(record?.value)}`] as const;
        }),
    );
    const queue = client.requestQueue('local~queue', { clientKey: 'me' });
    const { items: requests } = await queue.listRequests();
    return {
        items: (await client.dataset('local~data').listItems()).items.map((one) => JSON.stringify(one)),
        records: Object.fromEntries(records),
        waiting: (await queue.listHead({ limit: 1000 })).items.map(({ uniqueKey }) => uniqueKey),
        handled: requests
            .filter(({ handledAt }) => handledAt)
            .map(({ uniqueKey }) => uniqueKey)
            .toSorted(),
    };
}

async function describeCrawlees(localDataDirectory: string): Promise<Described> {
    const storage = new MemoryStorage({ localDataDirectory, persistStorage: false });
    try {
        const store = storage.keyValueStore('store');
        const { items: keys } = await store.listKeys();
        const records = await Promise.all(
            keys.map(async ({ key }) => {
                const record = await store.getRecord(key, { buffer: true });
                return [key, `${record?.contentType} ${hash(record?.value as Buffer)}`] as const;
            }),
        );
        const queue = storage.requestQueue('queue');
        const { handledRequestCount = 0 } = (await queue.get()) ?? {};
        return {
            items: (await storage.dataset('data').listItems()).items.map((one) => JSON.stringify(one)),
            records: Object.fromEntries(records),
            waiting: (await queue.listHead({ limit: 1000 })).items.map(({ uniqueKey }) => uniqueKey),
            handled: Array.from({ length: handledRequestCount }, () => 'handled'),
        };
    } finally {
        await storage.teardown();
    }
}

function hash(value: unknown): string {
    return Buffer.from(value as Buffer)
        .toString('base64')
        .slice(0, 200);
}
