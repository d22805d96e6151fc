import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type EngineOptions } from 'greenroom';
import { summarize, verify, type Case, type Result } from '../harness.js';

const ROUNDS = 3;
const MEGABYTES = 300;

const RECORDS = `
    import { Actor } from 'apify';
    await Actor.init();
    const sets = Array.from({ length: ${MEGABYTES / 5} }, (_, index) =>
        Actor.setValue('record-' + index, Buffer.alloc(5_000_000, index), { contentType: 'application/octet-stream' }));
    await Promise.all(sets);
    await Actor.exit();
`;

const LINES = `
    const line = 'x'.repeat(990);
    for (let index = 0; index < ${MEGABYTES} * 1000; index += 1) console.log(index, line);
`;

/** Measures the memory of the host while an Actor sends data faster than the disk can store it. */
export const backpressure: Case = {
    name: 'backpressure',
    question: 'How much of the data that an Actor sends faster than the disk can store it is in memory at once?',
    async *run() {
        const records = { isolation: 'process', source: RECORDS } as const;
        yield await measurePeakShare(
            `memory of the host, ${MEGABYTES} MB of records set at once by a process`,
            records,
            0.5,
        );
        const lines = { isolation: 'thread', source: LINES } as const;
        yield await measurePeakShare(`memory of host and thread, a log of ${MEGABYTES} MB`, lines, 1);
    },
};

interface SendingActor {
    isolation: EngineOptions['isolation'];
    source: string;
}

async function measurePeakShare(name: string, actor: SendingActor, atMost: number): Promise<Result> {
    const shares: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
        const share = (await measurePeakGrowth(actor)) / (MEGABYTES * 1e6);
        if (round > 0) shares.push(share);
    }
    return { name: `${name}, as a part of it`, unit: '×', value: summarize(shares), goal: { of: 'value', atMost } };
}

/** Returns the peak growth of this process's memory, in bytes, while an Actor runs. */
async function measurePeakGrowth({ isolation, source }: SendingActor): Promise<number> {
    const storageDir = await mkdtemp(join(tmpdir(), 'greenroom-bench-'));
    const engine = await createEngine({ isolation, storageDir });
    const before = process.memoryUsage.rss();
    let peak = before;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
    try {
        await engine.addActor({ name: 'sending', source });
        const run = await engine.call('sending', {}, { memory: 1024 });
        verify('status of the run', run.status, 'SUCCEEDED');
        return peak - before;
    } finally {
        clearInterval(timer);
        await engine.close();
        await rm(storageDir, { recursive: true, force: true });
    }
}
