import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { verify } from './harness.js';

/** Number of operations to measure, and of warm-up operations before them. */
export interface Work {
    count: number;
    warmUp: number;
}

interface ThreadReport {
    millis: number;
    count: number;
}

/** The operations of Crawlee's thread. */
export interface CrawleeWork extends Work {
    operation: 'pushData' | 'setValue' | 'queueConsume';
    item: unknown;
    /** The API to call: the storage client, Crawlee's classes on top of it, or the SDK's `Actor` on top of those. */
    api: 'client' | 'class' | 'actor';
    /** The directory for storages. If omitted, they are in memory. */
    directory?: string;
}

/** Measures the operations per second of Crawlee's memory storage in its own thread. */
export async function measureCrawleeRate(work: CrawleeWork): Promise<number> {
    const worker = startThread(work.api === 'client' ? 'crawlee.js' : 'crawlee-core.js', work);
    return waitForRate(worker, work);
}

/** Measures the round trips per second over a bare MessagePort, each awaited. */
export async function measureRoundTripRate(work: Work, message: unknown): Promise<number> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', ({ id }: { id: number }) =>
        port1.postMessage({ type: 'answer', id, ok: true, output: undefined }),
    );
    const worker = startThread('round-trips.js', { ...work, message });
    worker.postMessage(port2, [port2]);
    return waitForRate(worker, work);
}

/** Suppresses the line that the SDK logs when it starts. */
const ENV = { APIFY_LOG_LEVEL: 'ERROR' };

function startThread(program: string, workerData: unknown): Worker {
    return new Worker(new URL(`./programs/${program}`, import.meta.url), { workerData, execArgv: [], env: ENV });
}

async function waitForRate(worker: Worker, { count, warmUp }: Work): Promise<number> {
    const exit = once(worker, 'exit');
    const [report] = (await once(worker, 'message')) as [ThreadReport];
    verify('operations done by the thread', report.count, warmUp + count);
    await exit;
    return count / (report.millis / 1000);
}
