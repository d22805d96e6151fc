import { expect, it } from 'vitest';
import { createDirectStorages } from '../../../src/worker/apify-bridge/direct-storage-client.js';
import { makeClient } from '../../client/fake-services.js';
import type { StorageClient } from '@crawlee/types';

it('gives a Crawlee without the SDK all that it calls', async () => {
    const { client } = await makeClient();
    const push = async (): Promise<void> => {};
    const storages = createDirectStorages({ client, push }) as StorageClient;
    const dataset = storages.dataset((await storages.datasets().getOrCreate('items')).id);
    const store = storages.keyValueStore((await storages.keyValueStores().getOrCreate('records')).id);
    await client.dataset('items').pushItems([{ a: 1 }, { b: 2 }]);
    await store.setRecord({ key: 'x', value: { n: 1 } });

    const exportOptions = { offset: 0, limit: 1000, toKVS: 'exports', collectAllKeys: true };
    expect((await dataset.listItems(exportOptions)).items).toHaveLength(2);
    expect((await dataset.listEntries!({ offset: 1 })).items).toEqual([[1, { b: 2 }]]);
    const keys = [];
    for await (const key of store.keys!()) keys.push(key);
    expect(keys).toEqual(['x']);
    expect(await store.values!()).toEqual([{ n: 1 }]);
    expect(await store.entries!()).toEqual([['x', { n: 1 }]]);
});
