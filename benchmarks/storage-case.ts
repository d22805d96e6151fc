import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type RunHandle } from 'greenroom';
import { sampleInTurns, verify, type Case, type Goal, type Result, type Sampler } from './harness.js';
import { inTemporaryDirectory } from './storage-directory.js';
import { createSdkActor } from './sdk-actor.js';
import { measureCrawleeRate, measureRoundTripRate, type CrawleeWork, type Work } from './threads.js';

const ROUNDS = 5;

/** The operations of a sample. */
interface StorageWork extends Work {
    goal?: Goal;
    /** The operations of the peer, if it would take minutes for as many as the Actor needs to warm up. */
    peerWork?: Work;
}

/** The definition of a storage case. */
export interface StorageCase {
    name: string;
    question: string;
    /** The SDK of the Actor: the built-in one, or the real one in the Actor's `node_modules`. */
    sdk: 'built-in' | 'own';
    /** The operation of Crawlee's thread: a function in `programs/crawlee.js` and `programs/crawlee-core.js`. */
    operation: CrawleeWork['operation'];
    /** The APIs that Crawlee's thread calls. The goals refer to the first one. */
    peerApis: readonly CrawleeWork['api'][];
    /** The source of the Actor, see `createMeasuringActor`. */
    source: string;
    memory: StorageWork;
    disk: StorageWork;
    /** Measures the operations per second that the file system alone can do in an empty directory. */
    bareDisk?: { name: string; rate: (directory: string, count: number) => number };
    /** Returns the number of operations that the finished run did. */
    countOperations: (run: RunHandle) => Promise<number>;
}

/** The item to push or the value to set: about 150 bytes of JSON. */
export const ITEM = {
    url: 'https://shop.example/products/maple-board',
    title: 'Maple board',
    price: 15.9,
    currency: 'EUR',
    tags: ['kitchen', 'wood'],
    inStock: true,
};

/** Creates a case that measures a storage operation of an Actor, each awaited, in memory and on disk. */
export function createStorageCase(definition: StorageCase): Case {
    const { name, question } = definition;
    return {
        name,
        question,
        async *run() {
            yield* compare(definition, 'memory', () => Promise.resolve(undefined));
            // Removed only at the end: for minutes after many files are deleted, ext4 creates new ones ten times more slowly.
            yield* inTemporaryDirectory((base) => compare(definition, 'disk', () => mkdtemp(join(base, 'sample-'))));
        },
    };
}

async function* compare(
    definition: StorageCase,
    where: 'memory' | 'disk',
    createDirectory: () => Promise<string | undefined>,
): AsyncGenerator<Result> {
    const { name, operation, peerApis, bareDisk } = definition;
    const { goal, peerWork, ...work } = definition[where];
    const measurePeer = async (api: CrawleeWork['api']): Promise<number> =>
        measureCrawleeRate({ ...(peerWork ?? work), operation, api, item: ITEM, directory: await createDirectory() });
    const peers = Object.fromEntries(peerApis.map((api) => [api, () => measurePeer(api)])) as Record<
        CrawleeWork['api'],
        Sampler
    >;
    const { value, floor, bare, ...measures } = await sampleInTurns(ROUNDS, {
        value: async () => measureActorRate(definition, work, await createDirectory()),
        floor: () => measureRoundTripRate(work, ITEM),
        bare: async () => {
            const directory = await createDirectory();
            return directory === undefined || bareDisk === undefined
                ? Number.NaN
                : bareDisk.rate(directory, work.count);
        },
        ...peers,
    });
    for (const [index, api] of peerApis.entries()) {
        yield {
            name: `${name}, ${where}${api === 'actor' ? ' / local mode' : ''}`,
            unit: '/s',
            value,
            floor,
            peer: measures[api],
            goal: index === 0 ? goal : undefined,
        };
    }
    if (where === 'disk' && bareDisk !== undefined) {
        yield { name: `${name}, disk / ${bareDisk.name}`, unit: '/s', value, floor: bare };
    }
}

async function measureActorRate(
    { sdk, source, countOperations }: StorageCase,
    work: Work,
    storageDir?: string,
): Promise<number> {
    const folder = sdk === 'own' ? await createSdkActor(source) : undefined;
    // Without `prewarm: 0`, the next thread would start and import the SDK during the measurement.
    const engine = await createEngine({ storageDir, prewarm: 0 });
    try {
        await engine.addActor(folder?.path ?? { name: 'measuring', source }, { name: 'measuring' });
        const run = await engine.call('measuring', { ...work, item: ITEM });
        verify('status of the run', run.status, 'SUCCEEDED');
        verify('operations done by the Actor', await countOperations(run), work.warmUp + work.count);
        const output = await run.output<{ millis: number }>();
        if (output === undefined) throw new Error('The Actor did not set an output.');
        return work.count / (output.millis / 1000);
    } finally {
        await engine.close();
        await folder?.remove();
    }
}
