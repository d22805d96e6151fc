import { describe, expect, it } from 'vitest';
import { DirectDatasetWriter } from '../../../src/worker/channel/direct-dataset-writer.js';
import { readContent, createStorages, type StorageSetup } from '../../support/storages.js';
import type { UsageRecorder } from '../../../src/storage/storage-metadata.js';

/** Creates a recorder that sums up operations by kind and counter. */
function createUsageCounter(): { user: UsageRecorder; sums: Record<string, number> } {
    const sums: Record<string, number> = {};
    return {
        sums,
        user(kind, counter, times) {
            const name = `${kind}.${counter}`;
            sums[name] = (sums[name] ?? 0) + times;
        },
    };
}

/** The contract of usage recording, for each backend. */
export function describeStorageUse(setup: StorageSetup): void {
    describe('a storage whose usage is recorded', () => {
        it('reports the operations of a dataset, which stays the same dataset', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const { user, sums } = createUsageCounter();
            const used = datasets.get(dataset.id, user)!;

            used.push([{ a: 1 }, { a: 2 }]);
            dataset.push({ a: 3 });
            await used.list({ limit: 2, skipEmpty: true });
            await dataset.list();

            expect(sums).toEqual({ 'dataset.writeCount': 2, 'dataset.readCount': 2 });
            expect(used.info()).toEqual(dataset.info());
            expect(dataset.info().stats).toMatchObject({ writeCount: 3, readCount: 5 });
        });

        it.each(['json', 'csv', 'xlsx'] as const)('counts an item once if it is downloaded as %s', async (format) => {
            const { datasets } = await createStorages(setup);
            const { user, sums } = createUsageCounter();
            const dataset = datasets.get(datasets.create().id, user)!;
            dataset.push(Array.from({ length: 450 }, (_, n) => ({ n })));

            await readContent(dataset.download(format, { offset: 10 }));

            expect(sums['dataset.readCount']).toBe(440);
        });

        it('reports direct writes to the user with the grant', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const [lessee, other] = [createUsageCounter(), createUsageCounter()];
            const writer = new DirectDatasetWriter(
                {
                    requestWriteGrant: async (_id, bytes) =>
                        datasets.get(dataset.id, lessee.user)!.grantDirectWrites(bytes),
                    reportAppended: () => dataset.ingest(),
                },
                dataset.id,
                0,
            );

            const ask = async (): Promise<void> => expect.unreachable('it has a grant');
            await writer.push(['{"a":1}', '{"a":2}'], ask);
            datasets.get(dataset.id, other.user)!.push({ a: 3 });
            await writer.push(['{"a":4}'], ask);
            dataset.revokeDirectWrites();
            dataset.push({ a: 5 });

            expect([lessee.sums, other.sums]).toEqual([{ 'dataset.writeCount': 3 }, { 'dataset.writeCount': 1 }]);
            expect(dataset.info().stats.writeCount).toBe(5);
        });

        it('reports the operations of a key-value store', async () => {
            const { keyValueStores } = await createStorages(setup);
            const { user, sums } = createUsageCounter();
            const store = keyValueStores.create();
            const used = keyValueStores.get(store.id, user)!;

            await used.set('a', Buffer.from('1'), 'text/plain');
            await store.set('b', Buffer.from('2'), 'text/plain');
            await used.get('b');
            await used.get('missing');
            used.has('a');
            used.listKeys();
            await used.delete('a');
            await used.delete('a');

            expect(sums).toEqual({
                'keyValueStore.writeCount': 1,
                'keyValueStore.readCount': 3,
                'keyValueStore.listCount': 1,
                'keyValueStore.deleteCount': 2,
            });
            expect(store.info().stats).toMatchObject({ writeCount: 2, readCount: 3, listCount: 1, deleteCount: 2 });
        });

        it('reports the operations of a request queue, loaded or not', async () => {
            const { requestQueues } = await createStorages(setup);
            const { user, sums } = createUsageCounter();
            const queue = requestQueues.create();
            const used = requestQueues.get(queue.id, user)!;

            await Promise.all([used.addBatch([{ url: 'a' }, { url: 'b' }, { url: 'c' }]), queue.add({ url: 'd' })]);
            const { items } = await used.lockHead({ lockSecs: 60, limit: 2 }, 'client');
            await used.prolongLock(items[0]!.id, { lockSecs: 60 }, 'client');
            await used.unlockAll('client');
            await used.head(3);
            await used.get(items[0]!.id);
            await used.delete(items[0]!.id);
            await used.delete(items[0]!.id);
            await used.deleteBatch([{ uniqueKey: 'b' }, { uniqueKey: 'missing' }]);
            await used.list();

            expect(sums).toEqual({
                'requestQueue.writeCount': 3 + 2 + 1 + 2,
                'requestQueue.headItemReadCount': 2 + 3,
                'requestQueue.readCount': 1 + 2,
                'requestQueue.deleteCount': 2 + 2,
            });
            expect(queue.info().stats).toMatchObject({ writeCount: 9, headItemReadCount: 5, deleteCount: 4 });
        });
    });
}
