import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, KeyValueStoreClient } from 'greenroom';
import { sizeOf } from '../disk-size.js';
import { sampleInTurns, verify, type Case, type Result } from '../harness.js';
import { millisOf, single, withEngineOn } from '../on-disk.js';
import { ITEM } from '../storage-case.js';
import { usedBytes } from '../used-bytes.js';

const FEW = 1000;
const MANY = sizeOf({ usual: 20_000, full: 100_000 });
const BATCH = 20;
const BATCHES = 60;

/** What is done to a store that has so many records; each operation leaves as many as there were. */
const OPERATIONS: Readonly<
    Record<string, (store: KeyValueStoreClient, index: number, size: number) => Promise<unknown>>
> = {
    get: (store, index, size) => store.getRecord(keyOf(index, size)),
    'set again': (store, index, size) => store.setRecord({ key: keyOf(index, size), value: { ...ITEM, index } }),
    'list 10': (store, index, size) => store.listKeys({ exclusiveStartKey: keyOf(index, size), limit: 10 }),
    'list 10 by prefix': (store, index) => store.listKeys({ prefix: `key-${index % 10}`, limit: 10 }),
    'set new, list 10, delete': async (store, index) => {
        await store.setRecord({ key: `new-${index}`, value: ITEM });
        await store.listKeys({ limit: 10 });
        await store.deleteRecord(`new-${index}`);
    },
};

/** Whether a key-value store on disk costs more the more records it has. */
export const diskRecords: Case = {
    name: 'disk-records',
    question: `What does an operation cost in a store of ${MANY} records on disk, as a multiple of that in one of ${FEW}?`,
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
                await withEngineOn(directory, (engine) => fill(engine, size));
            }
            yield* await withEngineOn(few, (engine) => withEngineOn(many, (other) => compare(engine, other)));
        } finally {
            for (const directory of directories) await rm(directory, { recursive: true, force: true });
        }
    },
};

async function fill(engine: Engine, size: number): Promise<void> {
    const store = await storeOf(engine);
    for (let index = 0; index < size; index += 1) await store.setRecord({ key: `key-${index}`, value: ITEM });
}

async function compare(engine: Engine, other: Engine): Promise<Result[]> {
    const [few, many] = [await storeOf(engine), await storeOf(other)];
    const before = usedBytes();
    const first = await millisOf(() => many.getRecord('key-1'));
    const perRecord = (usedBytes() - before) / MANY;
    await few.getRecord('key-1');
    const results: Result[] = [
        { name: 'disk-records: first look, for 1000 records', unit: 'ms', value: single((first / MANY) * 1000) },
        { name: 'disk-records: memory of a record', unit: 'bytes', value: single(perRecord) },
    ];
    for (const [name, operate] of Object.entries(OPERATIONS)) {
        const costs = await sampleInTurns(BATCHES, {
            few: () => costOf((index) => operate(few, index, FEW)),
            many: () => costOf((index) => operate(many, index, MANY)),
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

async function costOf(operate: (index: number) => Promise<unknown>): Promise<number> {
    const millis = await millisOf(async () => {
        for (let time = 0; time < BATCH; time += 1) await operate((sequence += 7919));
    });
    return millis / BATCH;
}

function keyOf(index: number, size: number): string {
    return `key-${index % size}`;
}

async function storeOf({ client }: Engine): Promise<KeyValueStoreClient> {
    const { id } = await client.keyValueStores().getOrCreate('large');
    return client.keyValueStore(id);
}
