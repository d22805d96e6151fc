import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetClient, Engine } from 'greenroom';
import { selectSize } from '../disk-size.js';
import { measureMillis, sampleInTurns, singleValue, summarize, verify, type Case, type Result } from '../harness.js';
import { inTemporaryDirectory, withEngine } from '../storage-directory.js';
import { ITEM } from '../storage-case.js';
import { usedBytes } from '../used-bytes.js';

const ITEMS = selectSize({ usual: 1_000_000, full: 10_000_000 });
const ROUNDS = 9;
const PER_ROUND = ITEMS / (ROUNDS + 1);
const PER_PUSH = 1000;
/** Buffer size of the floor, in bytes. */
const BUFFER = 64 * 1024;
const LIST_CALLS = 41;
const PAGE_SIZE = 100;

/** Measures a dataset on disk that is far larger than the memory to spend on it. */
export const diskDataset: Case = {
    name: 'disk-dataset',
    question: `How fast is a dataset of ${ITEMS} items on disk written, listed, opened and exported?`,
    run: () =>
        inTemporaryDirectory(async function* (directory): AsyncGenerator<Result> {
            const id = await withEngine(directory, ({ client }) => client.datasets().getOrCreate('large'));
            yield await withEngine(directory, (engine) => measureAppend(engine.client.dataset(id.id), directory));
            yield* await measureReopening(directory, id.id);
            for (const format of ['jsonl', 'csv'] as const) {
                yield await withEngine(directory, (engine) => measureExport(engine, id.id, format));
            }
        }),
};

/** Measures appends. The floor serialises the same items as JSON and writes them in buffers of 64 kB. */
async function measureAppend(dataset: DatasetClient, directory: string): Promise<Result> {
    const floorFile = openSync(join(directory, 'floor.jsonl'), 'a');
    let next = 0;
    const { value, floor } = await sampleInTurns(ROUNDS, {
        async value() {
            const end = next + PER_ROUND;
            const millis = await measureMillis(async () => {
                for (; next < end; next += PER_PUSH)
                    await dataset.pushItems(createItems(next, Math.min(end, next + PER_PUSH)));
            });
            return PER_ROUND / (millis / 1000);
        },
        async floor() {
            const millis = await measureMillis(() => {
                let text = '';
                for (let from = 0; from < PER_ROUND; from += PER_PUSH) {
                    for (const item of createItems(from, from + PER_PUSH)) {
                        text += `${JSON.stringify(item)}\n`;
                        if (text.length < BUFFER) continue;
                        writeSync(floorFile, text);
                        text = '';
                    }
                }
                writeSync(floorFile, text);
            });
            return PER_ROUND / (millis / 1000);
        },
    });
    closeSync(floorFile);
    verify('items of the dataset', (await dataset.get())?.itemCount, ITEMS);
    return { name: 'disk-dataset: append', unit: '/s', value, floor, goal: { of: 'floor', atLeast: 0.5 } };
}

async function measureReopening(directory: string, id: string): Promise<Result[]> {
    let first = 0;
    const listMillis: number[] = [];
    const opening = await measureMillis(async () => {
        await withEngine(directory, async ({ client }) => {
            const list = async (offset: number, desc: boolean): Promise<void> => {
                const page = await client
                    .dataset(id)
                    .listItems({ offset, limit: PAGE_SIZE, desc, fields: ['index', 'url'] });
                verify('items listed', page.items.length, PAGE_SIZE);
            };
            first = await measureMillis(() => list(ITEMS / 2, false));
            for (let call = 0; call < LIST_CALLS; call += 1) {
                listMillis.push(
                    await measureMillis(() => list((call * 7919 * 131) % (ITEMS - PAGE_SIZE), call % 2 === 1)),
                );
            }
        });
    });
    const goal = { of: 'value', atMost: 5 } as const;
    return [
        { name: 'disk-dataset: first list of 100', unit: 'ms', value: singleValue(first) },
        { name: 'disk-dataset: list of 100 anywhere', unit: 'ms', value: summarize(listMillis), goal },
        { name: 'disk-dataset: open, list and close', unit: 'ms', value: singleValue(opening) },
    ];
}

/** Measures the peak growth of memory while an export is read to its end. */
async function measureExport({ fetch, token }: Engine, id: string, format: 'jsonl' | 'csv'): Promise<Result> {
    const headers = { authorization: `Bearer ${token}` };
    const before = usedBytes();
    let peak = 0;
    let chunks = 0;
    const response = await fetch(new Request(`http://localhost/v2/datasets/${id}/items?format=${format}`, { headers }));
    const reader = response.body!.getReader();
    for (let { done } = await reader.read(); !done; { done } = await reader.read()) {
        if (chunks++ % 500 === 0) peak = Math.max(peak, usedBytes() - before);
    }
    verify('export has many chunks', chunks > ITEMS / 10_000, true);
    return {
        name: `disk-dataset: memory of an export, ${format}`,
        unit: 'bytes',
        value: singleValue(peak),
        goal: { of: 'value', atMost: 32_000_000 },
    };
}

function createItems(from: number, to: number): Record<string, unknown>[] {
    return Array.from({ length: to - from }, (_, offset) => ({ ...ITEM, index: from + offset }));
}
