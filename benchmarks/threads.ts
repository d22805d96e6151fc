import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { verify } from './harness.js';

/** How many operations a thread is to do, and how many before that which do not count. */
export interface Work {
    count: number;
    warmUp: number;
}

interface Answer {
    millis: number;
    count: number;
}

/** What is measured of Crawlee. */
export interface CrawleeWork extends Work {
    what: 'pushData' | 'setValue' | 'queueConsume';
    item: unknown;
    /** Whose methods to call: of the storage client, of Crawlee's classes over it, or of the SDK's `Actor` over those. */
    by: 'client' | 'class' | 'actor';
    /** Where to store on disk; else in memory. */
    directory?: string;
}

/** Operations a second of Crawlee's memory storage in a thread of its own. */
export async function crawleeRate(work: CrawleeWork): Promise<number> {
    const worker = start(work.by === 'client' ? 'crawlee.js' : 'crawlee-core.js', work);
    return rateOf(worker, work);
}

/** Round trips a second over a bare MessagePort, each awaited. */
export async function roundTripRate(work: Work, message: unknown): Promise<number> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', ({ id }: { id: number }) =>
        port1.postMessage({ type: 'answer', id, ok: true, output: undefined }),
    );
    const worker = start('round-trips.js', { ...work, message });
    worker.postMessage(port2, [port2]);
    return rateOf(worker, work);
}

/** The SDK tells of itself when it starts. */
const QUIET = { APIFY_LOG_LEVEL: 'ERROR' };

function start(program: string, workerData: unknown): Worker {
    return new Worker(new URL(`./programs/${program}`, import.meta.url), { workerData, execArgv: [], env: QUIET });
}

async function rateOf(worker: Worker, { count, warmUp }: Work): Promise<number> {
    const exit = once(worker, 'exit');
    const [answer] = (await once(worker, 'message')) as [Answer];
    verify('operations done by the thread', answer.count, warmUp + count);
    await exit;
    return count / (answer.millis / 1000);
}
