import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type RunHandle } from 'greenroom';
import { sampleInTurns, verify, type Case, type Goal, type Result } from './harness.js';
import { crawleeRate, roundTripRate, type Work } from './threads.js';

const ROUNDS = 5;

/** What differs between the storage cases. */
export interface StorageCase {
    name: string;
    question: string;
    /** What Crawlee's thread is to do; a function of `programs/crawlee.js`. */
    peer: 'pushData' | 'setValue' | 'queueConsume';
    /** Source text of the Actor; see `measuringActor`. */
    source: string;
    memory: Work & { goal: Goal };
    disk: Work & { goal: Goal };
    /** How many operations the finished run has really done. */
    counted: (run: RunHandle) => Promise<number>;
}

/** What is pushed or set: some 150 bytes of JSON. */
export const ITEM = {
    url: 'https://shop.example/products/maple-board',
    title: 'Maple board',
    price: 15.9,
    currency: 'EUR',
    tags: ['kitchen', 'wood'],
    inStock: true,
};

/** Makes the case that measures one storage operation of an Actor, awaited one by one, in memory and on disk. */
export function storageCase(definition: StorageCase): Case {
    const { name, question } = definition;
    return {
        name,
        question,
        async *run() {
            yield await compare(definition, 'memory', () => Promise.resolve(undefined));
            yield await compare(definition, 'disk', () => mkdtemp(join(tmpdir(), 'greenroom-bench-')));
        },
    };
}

async function compare(
    definition: StorageCase,
    where: 'memory' | 'disk',
    makeDirectory: () => Promise<string | undefined>,
): Promise<Result> {
    const { goal, ...work } = definition[where];
    const { ours, floor, peer } = await sampleInTurns(ROUNDS, {
        ours: () => inDirectory(makeDirectory, (directory) => actorRate(definition, work, directory)),
        floor: () => roundTripRate(work, ITEM),
        peer: () => inDirectory(makeDirectory, (directory) => crawleeRate(definition.peer, work, ITEM, directory)),
    });
    return { name: `${definition.name}, ${where}`, unit: '/s', value: ours, floor, peer, goal };
}

async function actorRate({ source, counted }: StorageCase, work: Work, storageDir?: string): Promise<number> {
    const engine = await createEngine({ storageDir });
    try {
        await engine.addActor({ name: 'measuring', source });
        const run = await engine.call('measuring', { ...work, item: ITEM });
        verify('status of the run', run.status, 'SUCCEEDED');
        verify('operations done by the Actor', await counted(run), work.warmUp + work.count);
        const output = await run.output<{ millis: number }>();
        if (output === undefined) throw new Error('The Actor left no output.');
        return work.count / (output.millis / 1000);
    } finally {
        await engine.close();
    }
}

async function inDirectory<T>(
    make: () => Promise<string | undefined>,
    work: (directory: string | undefined) => Promise<T>,
): Promise<T> {
    const directory = await make();
    try {
        return await work(directory);
    } finally {
        if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    }
}
