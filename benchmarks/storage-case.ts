import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type RunHandle } from 'greenroom';
import { sampleInTurns, verify, type Case, type Goal, type Result, type Sampler } from './harness.js';
import { inNewDirectory } from './on-disk.js';
import { makeSdkActor } from './sdk-actor.js';
import { crawleeRate, roundTripRate, type CrawleeWork, type Work } from './threads.js';

const ROUNDS = 5;

/** How much is done in a sample. */
interface StorageWork extends Work {
    goal?: Goal;
    /** How much by the peer, where it would take minutes for as much as the Actor needs to get up to speed. */
    byPeer?: Work;
}

/** What differs between the storage cases. */
export interface StorageCase {
    name: string;
    question: string;
    /** Which SDK the Actor uses: that of the engine, or the real one that the Actor brings. */
    sdk: 'built-in' | 'own';
    /** What Crawlee's thread is to do; a function of `programs/crawlee.js` and of `programs/crawlee-core.js`. */
    peer: CrawleeWork['what'];
    /** Whose methods Crawlee's thread is to call. The goals are about the first. */
    peerBy: readonly CrawleeWork['by'][];
    /** Source text of the Actor; see `measuringActor`. */
    source: string;
    memory: StorageWork;
    disk: StorageWork;
    /** What the system alone takes to keep that on disk, operations a second; in a directory that is empty. */
    bareDisk?: { what: string; rate: (directory: string, count: number) => number };
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
            yield* compare(definition, 'memory', () => Promise.resolve(undefined));
            // All of it is removed at the end: for minutes after many files were deleted, ext4 makes new ones ten times as slowly.
            yield* inNewDirectory((base) => compare(definition, 'disk', () => mkdtemp(join(base, 'sample-'))));
        },
    };
}

async function* compare(
    definition: StorageCase,
    where: 'memory' | 'disk',
    makeDirectory: () => Promise<string | undefined>,
): AsyncGenerator<Result> {
    const { name, peer, peerBy, bareDisk } = definition;
    const { goal, byPeer, ...work } = definition[where];
    const crawlee = async (by: CrawleeWork['by']): Promise<number> =>
        crawleeRate({ ...(byPeer ?? work), what: peer, by, item: ITEM, directory: await makeDirectory() });
    const peers = Object.fromEntries(peerBy.map((by) => [by, () => crawlee(by)])) as Record<CrawleeWork['by'], Sampler>;
    const { ours, floor, bare, ...measures } = await sampleInTurns(ROUNDS, {
        ours: async () => actorRate(definition, work, await makeDirectory()),
        floor: () => roundTripRate(work, ITEM),
        bare: async () => {
            const directory = await makeDirectory();
            return directory === undefined || bareDisk === undefined
                ? Number.NaN
                : bareDisk.rate(directory, work.count);
        },
        ...peers,
    });
    for (const [index, by] of peerBy.entries()) {
        yield {
            name: `${name}, ${where}${by === 'actor' ? ' / local mode' : ''}`,
            unit: '/s',
            value: ours,
            floor,
            peer: measures[by],
            goal: index === 0 ? goal : undefined,
        };
    }
    if (where === 'disk' && bareDisk !== undefined) {
        yield { name: `${name}, disk / ${bareDisk.what}`, unit: '/s', value: ours, floor: bare };
    }
}

async function actorRate({ sdk, source, counted }: StorageCase, work: Work, storageDir?: string): Promise<number> {
    const folder = sdk === 'own' ? await makeSdkActor(source) : undefined;
    // No spares: the next one would be made, and would import the SDK, while this one is measured.
    const engine = await createEngine({ storageDir, prewarm: 0 });
    try {
        await engine.addActor(folder?.path ?? { name: 'measuring', source }, { name: 'measuring' });
        const run = await engine.call('measuring', { ...work, item: ITEM });
        verify('status of the run', run.status, 'SUCCEEDED');
        verify('operations done by the Actor', await counted(run), work.warmUp + work.count);
        const output = await run.output<{ millis: number }>();
        if (output === undefined) throw new Error('The Actor left no output.');
        return work.count / (output.millis / 1000);
    } finally {
        await engine.close();
        await folder?.remove();
    }
}
