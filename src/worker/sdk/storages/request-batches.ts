import { setTimeout } from 'node:timers/promises';
import { checkOptions, checkWhole } from '../../../util/check.js';
import type { QueueBatchResult, QueueOperationOptions } from '../../../model/api/storage.js';
import type { RequestSource } from './request.js';

/** Options for adding requests in batches. */
export interface AddBatchedOptions extends QueueOperationOptions {
    /** Number of requests per batch. Default: 1000. */
    batchSize?: number;
    /** Milliseconds between batches. Default: 1000. */
    waitBetweenBatchesMillis?: number;
    /** If true, waits for all batches; otherwise only for the first one. Default: false. */
    waitForAllRequestsToBeAdded?: boolean;
    /** Maximum number of new requests; the remaining ones are returned. Default: no limit. */
    maxNewRequests?: number;
}

/** Result of adding requests in batches. */
export interface AddBatchedResult {
    /** Requests of the first batch; of all batches if they were awaited. */
    addedRequests: QueueBatchResult['processedRequests'];
    /** Settles with the requests of the batches after the first one. */
    waitForAllRequestsToBeAdded: Promise<QueueBatchResult['processedRequests']>;
    /** Requests that exceed `maxNewRequests`. */
    requestsOverLimit: RequestSource[];
}

interface BatchTarget {
    addRequests(requests: RequestSource[], options: QueueOperationOptions): Promise<QueueBatchResult>;
}

type Processed = QueueBatchResult['processedRequests'];

const OPTIONS = ['batchSize', 'waitBetweenBatchesMillis', 'waitForAllRequestsToBeAdded', 'maxNewRequests', 'forefront'];
/** Maximum number of attempts to send a batch that the queue has processed only in part. */
const ATTEMPTS = 3;

/** Adds requests in batches: the first one at once, the others in the background unless they are awaited. */
export async function addInBatches(
    queue: BatchTarget,
    sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
    options: AddBatchedOptions,
): Promise<AddBatchedResult> {
    checkOptions('options', options, OPTIONS);
    checkWhole('options.batchSize', options.batchSize, 1);
    checkWhole('options.waitBetweenBatchesMillis', options.waitBetweenBatchesMillis, 0);
    checkWhole('options.maxNewRequests', options.maxNewRequests, 0);
    const { batchSize = 1000, waitBetweenBatchesMillis = 1000, maxNewRequests, forefront = false } = options;
    const iterator = iterate(sources);
    let budget = maxNewRequests ?? Infinity;
    let isExhausted = false;
    const readNext = async (count: number): Promise<RequestSource[]> => {
        const batch: RequestSource[] = [];
        while (batch.length < count && !isExhausted) {
            const next = await iterator.next();
            if (next.done) isExhausted = true;
            else batch.push(next.value);
        }
        return batch;
    };
    const addNext = async (): Promise<Processed> => {
        let left = await readNext(Math.min(batchSize, budget));
        const processed: Processed = [];
        for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
            const result = await queue.addRequests(left, { forefront });
            processed.push(...result.processedRequests);
            left = result.unprocessedRequests;
        }
        budget -= processed.filter(({ wasAlreadyPresent }) => !wasAlreadyPresent).length;
        return processed;
    };
    const addRest = async (): Promise<Processed> => {
        const all: Processed = [];
        while (!isExhausted && budget > 0) {
            all.push(...(await addNext()));
            if (!isExhausted) await setTimeout(waitBetweenBatchesMillis);
        }
        return all;
    };
    const first = await addNext();
    const rest = addRest();
    if (options.waitForAllRequestsToBeAdded !== true && maxNewRequests === undefined) {
        return { addedRequests: first, waitForAllRequestsToBeAdded: rest, requestsOverLimit: [] };
    }
    const addedRequests = [...first, ...(await rest)];
    const requestsOverLimit = maxNewRequests === undefined ? [] : await readNext(Infinity);
    return { addedRequests, waitForAllRequestsToBeAdded: rest, requestsOverLimit };
}

async function* iterate(
    sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
): AsyncGenerator<RequestSource> {
    yield* sources;
}
