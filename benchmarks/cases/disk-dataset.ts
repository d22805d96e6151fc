import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetClient, Engine } from 'greenroom';
import { sizeOf } from '../disk-size.js';
import { measure, sampleInTurns, verify, type Case, type Result } from '../harness.js';
import { inNewDirectory, millisOf, single, withEngineOn } from '../on-disk.js';
import { ITEM } from '../storage-case.js';
import { usedBytes } from '../used-bytes.js';

const ITEMS = sizeOf({ usual: 1_000_000, full: 10_000_000 });
const ROUNDS = 9;
const PER_ROUND = ITEMS / (ROUNDS + 1);
const PER_PUSH = 1000;
/** What a bare program would hold before it writes. */
const BUFFER = 64 * 1024;
const LOOKS = 41;
const LISTED = 100;

/** What a dataset costs that is far larger than the memory that one would spend on it. */
export const diskDataset: Case = {
    name: 'disk-dataset',
    question: `How fast is a dataset of ${ITEMS} items on disk written, listed, opened and exported?`,
    run: () =>
        inNewDirectory(async function* (directory): AsyncGenerator<Result> {
            const id = await withEngineOn(directory, ({ client }) => client.datasets().getOrCreate('large'));
            yield await withEngineOn(directory, (engine) => appending(engine.client.dataset(id.id), directory));
            yield* await reopened(directory, id.id);
            for (const format of ['jsonl', 'csv'] as const) {
                yield await withEngineOn(directory, (engine) => exporting(engine, id.id, format));
            }
        }),
};

/** The floor makes the same JSON of the same items, and writes it in buffers of 64 kB. */
async function appending(dataset: DatasetClient, directory: string): Promise<Result> {
    const floor = openSync(join(directory, 'floor.jsonl'), 'a');
    let next = 0;
    const { ours, bare } = await sampleInTurns(ROUNDS, {
        async ours() {
            const end = next + PER_ROUND;
            const millis = await millisOf(async () => {
                for (; next < end; next += PER_PUSH)
                    await dataset.pushItems(items(next, Math.min(end, next + PER_PUSH)));
            });
            return PER_ROUND / (millis / 1000);
        },
        async bare() {
            const millis = await millisOf(() => {
                let text = '';
                for (let from = 0; from < PER_ROUND; from += PER_PUSH) {
                    for (const item of items(from, from + PER_PUSH)) {
                        text += `${JSON.stringify(item)}\n`;
                        if (text.length < BUFFER) continue;
                        writeSync(floor, text);
                        text = '';
                    }
                }
                writeSync(floor, text);
            });
            return PER_ROUND / (millis / 1000);
        },
    });
    closeSync(floor);
    verify('items of the dataset', (await dataset.get())?.itemCount, ITEMS);
    return { name: 'disk-dataset: append', unit: '/s', value: ours, floor: bare, goal: { of: 'floor', atLeast: 0.5 } };
}

async function reopened(directory: string, id: string): Promise<Result[]> {
    let first = 0;
    const looks: number[] = [];
    const opening = await millisOf(async () => {
        await withEngineOn(directory, async ({ client }) => {
            const list = async (offset: number, desc: boolean): Promise<void> => {
                const page = await client
                    .dataset(id)
                    .listItems({ offset, limit: LISTED, desc, fields: ['index', 'url'] });
                verify('items listed', page.items.length, LISTED);
            };
            first = await millisOf(() => list(ITEMS / 2, false));
            for (let look = 0; look < LOOKS; look += 1) {
                looks.push(await millisOf(() => list((look * 7919 * 131) % (ITEMS - LISTED), look % 2 === 1)));
            }
        });
    });
    const goal = { of: 'value', atMost: 5 } as const;
    return [
        { name: 'disk-dataset: first list of 100', unit: 'ms', value: single(first) },
        { name: 'disk-dataset: list of 100 anywhere', unit: 'ms', value: measure(looks), goal },
        { name: 'disk-dataset: open, list and close', unit: 'ms', value: single(opening) },
    ];
}

/** How much more memory is in use at the most while somebody reads an export to its end. */
async function exporting({ fetch, token }: Engine, id: string, format: 'jsonl' | 'csv'): Promise<Result> {
    const headers = { authorization: `Bearer ${token}` };
    const before = usedBytes();
    let most = 0;
    let pieces = 0;
    const answer = await fetch(new Request(`http://localhost/v2/datasets/${id}/items?format=${format}`, { headers }));
    const reader = answer.body!.getReader();
    for (let { done } = await reader.read(); !done; { done } = await reader.read()) {
        if (pieces++ % 500 === 0) most = Math.max(most, usedBytes() - before);
    }
    verify('an export in many pieces', pieces > ITEMS / 10_000, true);
    return {
        name: `disk-dataset: memory of an export, ${format}`,
        unit: 'bytes',
        value: single(most),
        goal: { of: 'value', atMost: 32_000_000 },
    };
}

function items(from: number, to: number): Record<string, unknown>[] {
    return Array.from({ length: to - from }, (_, offset) => ({ ...ITEM, index: from + offset }));
}
