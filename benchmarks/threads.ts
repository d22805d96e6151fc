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

/** Operations a second of Crawlee's memory storage in a thread of its own; on disk if a directory is given. */
export async function crawleeRate(what: string, work: Work, item: unknown, directory?: string): Promise<number> {
    const worker = start('crawlee.js', { what, ...work, item, directory });
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

function start(program: string, workerData: unknown): Worker {
    return new Worker(new URL(`./programs/${program}`, import.meta.url), { workerData, execArgv: [] });
}

async function rateOf(worker: Worker, { count, warmUp }: Work): Promise<number> {
    const exit = once(worker, 'exit');
    const [answer] = (await once(worker, 'message')) as [Answer];
    verify('operations done by the thread', answer.count, warmUp + count);
    await exit;
    return count / (answer.millis / 1000);
}
