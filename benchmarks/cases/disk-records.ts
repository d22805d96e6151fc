import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, KeyValueStoreClient } from 'greenroom';
import { selectSize } from '../disk-size.js';
import { measureMillis, sampleInTurns, singleValue, verify, type Case, type Result } from '../harness.js';
import { withEngine } from '../storage-directory.js';
import { ITEM } from '../storage-case.js';
import { usedBytes } from '../used-bytes.js';

const FEW = 1000;
const MANY = selectSize({ usual: 20_000, full: 100_000 });
const BATCH = 20;
const BATCHES = 60;

/** The operations to measure. None of them changes the number of records. */
const OPERATIONS: Readonly<
    Record<string, (store: KeyValueStoreClient, index: number, size: number) => Promise<unknown>>
> = {
    get: (store, index, size) => store.getRecord(createKey(index, size)),
    'set again': (store, index, size) => store.setRecord({ key: createKey(index, size), value: { ...ITEM, index } }),
    'list 10': (store, index, size) => store.listKeys({ exclusiveStartKey: createKey(index, size), limit: 10 }),
    'list 10 by prefix': (store, index) => store.listKeys({ prefix: `key-${index % 10}`, limit: 10 }),
    'set new, list 10, delete': async (store, index) => {
        await store.setRecord({ key: `new-${index}`, value: ITEM });
        await store.listKeys({ limit: 10 });
        await store.deleteRecord(`new-${index}`);
    },
};

/** Measures how the cost of a key-value store on disk depends on its number of records. */
export const diskRecords: Case = {
    name: 'disk-records',
    question: `What does an operation cost in a store of ${MANY} records on disk, compared with a store of ${FEW}?`,
    async *run() {
        const directories = [
            await mkdtemp(join(tmpdir(), 'greenroom-bench-')),
            await mkdtemp(join(tmpdir(), 'greenroom-bench-')),
        ];
        const [few, many] = directories as [string, string];
        try {
            for (const [directory, size] of [
                [few, FEW],
                [many, MANY],
            ] as const) {
                await withEngine(directory, (engine) => fill(engine, size));
            }
            yield* await withEngine(few, (engine) => withEngine(many, (other) => compare(engine, other)));
        } finally {
            for (const directory of directories) await rm(directory, { recursive: true, force: true });
        }
    },
};

async function fill(engine: Engine, size: number): Promise<void> {
    const store = await openStore(engine);
    for (let index = 0; index < size; index += 1) await store.setRecord({ key: `key-${index}`, value: ITEM });
}

async function compare(engine: Engine, other: Engine): Promise<Result[]> {
    const [few, many] = [await openStore(engine), await openStore(other)];
    const before = usedBytes();
    const first = await measureMillis(() => many.getRecord('key-1'));
    const perRecord = (usedBytes() - before) / MANY;
    await few.getRecord('key-1');
    const results: Result[] = [
        { name: 'disk-records: first look, for 1000 records', unit: 'ms', value: singleValue((first / MANY) * 1000) },
        { name: 'disk-records: memory of a record', unit: 'bytes', value: singleValue(perRecord) },
    ];
    for (const [name, operate] of Object.entries(OPERATIONS)) {
        const costs = await sampleInTurns(BATCHES, {
            few: () => measureCost((index) => operate(few, index, FEW)),
            many: () => measureCost((index) => operate(many, index, MANY)),
        });
        results.push({
            name: `disk-records: growth of ${name}`,
            unit: '×',
            value: { median: costs.many.median / costs.few.median, spread: costs.many.spread + costs.few.spread },
            goal: { of: 'value', atMost: 1.5 },
        });
    }
    let keys = 0;
    for await (const { key } of many.listKeys()) keys += Number(key.startsWith('key-'));
    verify('records of the store', keys, MANY);
    return results;
}

let sequence = 0;

async function measureCost(operate: (index: number) => Promise<unknown>): Promise<number> {
    const millis = await measureMillis(async () => {
        for (let index = 0; index < BATCH; index += 1) await operate((sequence += 7919));
    });
    return millis / BATCH;
}

function createKey(index: number, size: number): string {
    return `key-${index % size}`;
}

async function openStore({ client }: Engine): Promise<KeyValueStoreClient> {
    const { id } = await client.keyValueStores().getOrCreate('large');
    return client.keyValueStore(id);
}
