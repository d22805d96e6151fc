import { EngineError } from '../../../errors/engine-error.js';
import { checkOptions, invalid } from '../../../util/check.js';
import { currentContext, type RunContext } from '../context.js';
import { LOCK_SECS, RequestQueueHead } from './request-queue-head.js';
import { log } from '../logging/log.js';
import { closeStorage, openStorage, type StorageIdentifier, type StorageType } from './open-storage.js';
import { addInBatches, type AddBatchedOptions, type AddBatchedResult } from './request-batches.js';
import { Request, type RequestSource } from './request.js';
import type { RequestQueueClient } from '../../../model/client/storage.js';
import type {
    QueueBatchResult,
    QueueOperation,
    QueueOperationOptions,
    RequestQueueInfo,
} from '../../../model/api/storage.js';

/** Result of an operation on a request. */
export type RequestQueueOperation = QueueOperation & {
    /** Key by which the queue recognizes duplicates. */
    uniqueKey: string;
};

/** Maximum number of remembered requests, which need no call to be added again. */
const MAX_REMEMBERED = 1_000_000;

/**
 * A request queue. Each request is processed by one run at a time. Source: the class `RequestQueue` of the platform's
 * SDK.
 */
export class RequestQueue {
    /** Id of the queue. */
    readonly id: string;
    /** Name of the queue; undefined for an unnamed one. */
    readonly name: string | undefined;
    /** Client of the queue, as in `apify-client`. */
    readonly client: RequestQueueClient;
    readonly #context: RunContext;
    readonly #head: RequestQueueHead;
    readonly #log = log.child({ prefix: 'RequestQueue' });
    /** By `uniqueKey`. */
    readonly #known = new Map<string, { id: string; isHandled: boolean }>();
    #batchesUnderway = 0;
    #totalCount: number;
    #handledCount: number;

    /** Use {@link RequestQueue.open}. */
    constructor(context: RunContext, id: string, info?: RequestQueueInfo) {
        this.id = id;
        this.name = info?.name ?? undefined;
        this.client = context.client.requestQueue(id);
        this.#context = context;
        this.#head = new RequestQueueHead(this.client);
        this.#totalCount = info?.totalRequestCount ?? 0;
        this.#handledCount = info?.handledRequestCount ?? 0;
        context.events.onInternal('aborting', () => this.#head.release());
        context.events.onInternal('migrating', () => this.#head.release());
    }

    /**
     * Opens a queue by id, name or alias; without one, the run's default queue. A name that does not exist creates a
     * queue.
     *
     * @param options - Accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found` for an unknown id or alias, `invalid-value`, `unknown-option`.
     */
    static async open(idOrName?: StorageIdentifier | null, options?: object): Promise<RequestQueue> {
        checkOptions('RequestQueue.open()', options, ['forceCloud', 'config', 'storageClient', 'proxyConfiguration']);
        return openStorage(currentContext(), idOrName, STORAGE_TYPE);
    }

    /**
     * Adds a request, unless the queue already has one with the same `uniqueKey`.
     *
     * @param options - `forefront` adds it before all others (default: false).
     * @throws {@link EngineError} `invalid-value` for an invalid request.
     */
    async addRequest(source: RequestSource, options: QueueOperationOptions = {}): Promise<RequestQueueOperation> {
        checkOptions('options', options, ['forefront']);
        const request = toRequest(source);
        if (request.id !== undefined)
            throw invalid('request.id', request.id, 'omitted', 'The queue derives it from `uniqueKey`.');
        const { uniqueKey } = request;
        const known = this.#known.get(uniqueKey);
        if (known !== undefined) {
            request.id = known.id;
            return { requestId: known.id, uniqueKey, wasAlreadyPresent: true, wasAlreadyHandled: known.isHandled };
        }
        const operation = { ...(await this.client.addRequest(request, options)), uniqueKey };
        request.id = operation.requestId;
        this.#recordAdded(operation, options.forefront);
        return operation;
    }

    /** Adds several requests with one call. See {@link RequestQueue.addRequest}. */
    async addRequests(
        sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
        options: QueueOperationOptions = {},
    ): Promise<QueueBatchResult> {
        const { forefront } = options;
        const requests = new Map<string, Request>();
        const processedRequests: QueueBatchResult['processedRequests'] = [];
        for await (const source of sources) {
            const request = toRequest(source);
            const known = this.#known.get(request.uniqueKey);
            if (known === undefined) requests.set(request.uniqueKey, request);
            else processedRequests.push(alreadyPresent(request.uniqueKey, known));
        }
        if (requests.size === 0) return { processedRequests, unprocessedRequests: [] };
        const added = await this.client.batchAddRequests(
            [...requests.values()],
            forefront === undefined ? {} : { forefront },
        );
        for (const operation of added.processedRequests) {
            requests.get(operation.uniqueKey)!.id = operation.requestId;
            this.#recordAdded(operation, forefront);
        }
        return { ...added, processedRequests: [...processedRequests, ...added.processedRequests] };
    }

    /** Adds any number of requests in batches: waits for the first batch and adds the others in the background. */
    async addRequestsBatched(
        sources: Iterable<RequestSource> | AsyncIterable<RequestSource>,
        options: AddBatchedOptions = {},
    ): Promise<AddBatchedResult> {
        const result = await addInBatches(this, sources, options);
        this.#batchesUnderway += 1;
        void result.waitForAllRequestsToBeAdded
            .catch((error: unknown) => this.#log.exception(error, 'Some requests could not be added.'))
            .finally(() => (this.#batchesUnderway -= 1));
        return result;
    }

    /**
     * Returns the next request and locks it for 3 minutes, so that no other run gets it; null if none is available at
     * the moment. Finish it with {@link RequestQueue.markRequestHandled} or {@link RequestQueue.reclaimRequest}.
     */
    async fetchNextRequest(): Promise<Request | null> {
        await this.#head.fill();
        for (let id = this.#head.shift(); id !== undefined; id = this.#head.shift()) {
            const request = await this.#claim(id);
            if (request !== null) return request;
        }
        return null;
    }

    /**
     * Marks a fetched request as handled.
     *
     * @throws {@link EngineError} `invalid-value` if the request has no id.
     */
    async markRequestHandled(request: Request): Promise<RequestQueueOperation> {
        const handledAt = request.handledAt ?? new Date().toISOString();
        const operation = await this.client.updateRequest({ ...toStored(request), handledAt });
        request.handledAt = handledAt;
        if (!operation.wasAlreadyHandled) this.#handledCount += 1;
        this.#head.remove(operation.requestId);
        this.#remember(request.uniqueKey, operation.requestId, true);
        return { ...operation, uniqueKey: request.uniqueKey };
    }

    /**
     * Returns a fetched request to the queue, to be processed again.
     *
     * @param options - `forefront` returns it before all others (default: false).
     * @throws {@link EngineError} `invalid-value` if the request has no id.
     */
    async reclaimRequest(request: Request, options: QueueOperationOptions = {}): Promise<RequestQueueOperation> {
        checkOptions('options', options, ['forefront']);
        const { forefront = false } = options;
        const operation = await this.client.updateRequest(toStored(request), { forefront });
        if (forefront) this.#head.addForefront(operation.requestId);
        await this.#head.unlock(operation.requestId, forefront);
        return { ...operation, uniqueKey: request.uniqueKey };
    }

    /** Returns a request by its id; null if it does not exist. */
    async getRequest(id: string): Promise<Request | null> {
        const stored = await this.client.getRequest(id);
        return stored === undefined ? null : new Request(stored);
    }

    /** True if no request can be fetched at the moment; requests may still be in progress. */
    async isEmpty(): Promise<boolean> {
        await this.#head.fill();
        return this.#head.size === 0;
    }

    /** True if all requests have been handled, by this run or by others. */
    async isFinished(): Promise<boolean> {
        if (this.#batchesUnderway > 0 || !(await this.isEmpty())) return false;
        return !this.#head.queueHasLocked;
    }

    /** Returns the number of handled requests. */
    async handledCount(): Promise<number> {
        return (await this.getInfo())?.handledRequestCount ?? 0;
    }

    /** Returns the number of requests added so far, as far as this run knows. */
    getTotalCount(): number {
        return this.#totalCount;
    }

    /** Returns the number of requests not handled yet, as far as this run knows. */
    getPendingCount(): number {
        return this.#totalCount - this.#handledCount;
    }

    /** Returns the metadata of the queue; undefined if it was deleted. */
    async getInfo(): Promise<RequestQueueInfo | undefined> {
        return this.client.get();
    }

    /** Fetches requests, like {@link RequestQueue.fetchNextRequest}, until none is available. */
    async *[Symbol.asyncIterator](): AsyncGenerator<Request> {
        for (let next = await this.fetchNextRequest(); next !== null; next = await this.fetchNextRequest()) yield next;
    }

    /** Deletes the queue and all its requests. */
    async drop(): Promise<void> {
        await this.client.delete();
        closeStorage(this.#context, STORAGE_TYPE.kind, this.id, this.name);
    }

    /**
     * Prolongs the lock of a request that is about to be processed; null if the lock is lost or the request is handled.
     */
    async #claim(id: string): Promise<Request | null> {
        const prolonged = this.client.prolongRequestLock(id, { lockSecs: LOCK_SECS }).then(
            () => true,
            () => false,
        );
        const [isOurs, request] = await Promise.all([prolonged, this.getRequest(id)]);
        if (!isOurs) {
            this.#log.debug('The lock of a request was lost before it could be fetched.', { id });
            return null;
        }
        if (request !== null && request.handledAt === undefined) return request;
        await this.#head.unlock(id);
        return null;
    }

    #recordAdded(operation: RequestQueueOperation, forefront: boolean | undefined): void {
        this.#remember(operation.uniqueKey, operation.requestId, operation.wasAlreadyHandled);
        if (operation.wasAlreadyPresent) return;
        this.#totalCount += 1;
        if (forefront) this.#head.addForefront(operation.requestId);
    }

    #remember(uniqueKey: string, id: string, isHandled: boolean): void {
        this.#known.delete(uniqueKey);
        this.#known.set(uniqueKey, { id, isHandled });
        if (this.#known.size > MAX_REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
    }
}

const STORAGE_TYPE: StorageType<RunContext, RequestQueueInfo, RequestQueue> = {
    kind: 'requestQueues',
    needsInfo: true,
    create: (context, id, info) => new RequestQueue(context, id, info),
};

function toRequest(source: RequestSource): Request {
    if (typeof source === 'string') return new Request({ url: source });
    if (source instanceof Request) return source;
    if (typeof source !== 'object' || source === null)
        throw invalid('request', source, 'a URL or an object with a `url`');
    if ('requestsFromUrl' in source) {
        throw new EngineError(
            'not-yet-available',
            '`requestsFromUrl` is not yet available here. Load the list with `fetch`, and add its URLs.',
        );
    }
    return new Request(source);
}

function toStored(request: Request): Request & { id: string } {
    if (request.id === undefined)
        throw invalid('request.id', request.id, 'the id of a request that was fetched from the queue');
    return { ...request, id: request.id } as Request & { id: string };
}

function alreadyPresent(uniqueKey: string, known: { id: string; isHandled: boolean }): RequestQueueOperation {
    return { requestId: known.id, uniqueKey, wasAlreadyPresent: true, wasAlreadyHandled: known.isHandled };
}
