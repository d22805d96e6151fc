import { setTimeout } from 'node:timers/promises';
import { checkOptions, checkWhole } from '../../util/check.js';
import type { QueueBatchResult, QueueOperationOptions } from '../../model/storage.js';
import type { RequestSource } from './request-queue.js';

/** How to add many requests. */
export interface AddBatchedOptions extends QueueOperationOptions {
    /** Default: 1000. */
    batchSize?: number;
    /** Milliseconds. Default: 1000. */
    waitBetweenBatchesMillis?: number;
    /** Whether to wait for all batches and not only for the first one. Default: false. */
    waitForAllRequestsToBeAdded?: boolean;
    /** Adds at most this many new requests; those left over are returned. Default: no limit. */
    maxNewRequests?: number;
}

/** What became of many requests. */
export interface AddBatchedResult {
    /** Of the first batch, or of all if they were waited for. */
    addedRequests: QueueBatchResult['processedRequests'];
    /** Settles with what became of the batches after the first one. */
    waitForAllRequestsToBeAdded: Promise<QueueBatchResult['processedRequests']>;
    /** What `maxNewRequests` left over. */
    requestsOverLimit: RequestSource[];
}

/** The part of a queue that is needed to add to it. */
interface Queue {
    addRequests(requests: RequestSource[], options: QueueOperationOptions): Promise<QueueBatchResult>;
}

type Processed = QueueBatchResult['processedRequests'];

/** Adds requests batch by batch: the first at once, the others in the background unless they are to be waited for. */
export async function addInBatches(
    queue: Queue,
    sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
    options: AddBatchedOptions,
): Promise<AddBatchedResult> {
    checkBatchOptions(options);
    const { maxNewRequests, waitForAllRequestsToBeAdded = false } = options;
    const batches = new Batches(queue, sources, options);
    const first = await batches.addNext();
    const rest = batches.addRest();
    if (!waitForAllRequestsToBeAdded && maxNewRequests === undefined) {
        return { addedRequests: first, waitForAllRequestsToBeAdded: rest, requestsOverLimit: [] };
    }
    const addedRequests = [...first, ...(await rest)];
    const requestsOverLimit = maxNewRequests === undefined ? [] : await batches.takeLeft();
    return { addedRequests, waitForAllRequestsToBeAdded: rest, requestsOverLimit };
}

function checkBatchOptions(options: AddBatchedOptions): void {
    checkOptions('options', options, [
        'batchSize',
        'waitBetweenBatchesMillis',
        'waitForAllRequestsToBeAdded',
        'maxNewRequests',
        'forefront',
    ]);
    checkWhole('options.batchSize', options.batchSize, 1);
    checkWhole('options.waitBetweenBatchesMillis', options.waitBetweenBatchesMillis, 0);
    checkWhole('options.maxNewRequests', options.maxNewRequests, 0);
}

class Batches {
    readonly #queue: Queue;
    readonly #sources: AsyncIterator<RequestSource>;
    readonly #size: number;
    readonly #pauseMillis: number;
    readonly #forefront: boolean;
    /** How many new requests may still be added. */
    #budget: number;
    #isOver = false;

    constructor(
        queue: Queue,
        sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
        { batchSize = 1000, waitBetweenBatchesMillis = 1000, maxNewRequests, forefront = false }: AddBatchedOptions,
    ) {
        this.#queue = queue;
        this.#sources = iterate(sources);
        this.#size = batchSize;
        this.#pauseMillis = waitBetweenBatchesMillis;
        this.#forefront = forefront;
        this.#budget = maxNewRequests ?? Number.POSITIVE_INFINITY;
    }

    async addNext(): Promise<Processed> {
        const batch = await this.#take(Math.min(this.#size, this.#budget));
        const processed = await addAll(this.#queue, batch, this.#forefront);
        this.#budget -= processed.filter(({ wasAlreadyPresent }) => !wasAlreadyPresent).length;
        return processed;
    }

    async addRest(): Promise<Processed> {
        const all: Processed = [];
        while (!this.#isOver && this.#budget > 0) {
            all.push(...(await this.addNext()));
            if (!this.#isOver) await setTimeout(this.#pauseMillis);
        }
        return all;
    }

    /** What nobody has added. */
    takeLeft(): Promise<RequestSource[]> {
        return this.#take(Number.POSITIVE_INFINITY);
    }

    async #take(count: number): Promise<RequestSource[]> {
        const taken: RequestSource[] = [];
        while (taken.length < count && !this.#isOver) {
            const next = await this.#sources.next();
            if (next.done) this.#isOver = true;
            else taken.push(next.value);
        }
        return taken;
    }
}

/** Adds a batch, and again what the queue did not take of it, a few times. */
async function addAll(queue: Queue, batch: RequestSource[], forefront: boolean): Promise<Processed> {
    const processed: Processed = [];
    let left = batch;
    for (let attempt = 0; attempt < 3 && left.length > 0; attempt++) {
        const result = await queue.addRequests(left, { forefront });
        processed.push(...result.processedRequests);
        left = result.unprocessedRequests;
    }
    return processed;
}

async function* iterate(
    sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
): AsyncGenerator<RequestSource> {
    yield* sources;
}
