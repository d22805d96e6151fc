import type { RequestSource } from './request.js';
import { EngineError } from '../../../errors/engine-error.js';
import { checkOptions, invalid } from '../../../util/check.js';
import { currentContext, type RunContext } from '../context.js';
import { LOCK_SECS, RequestQueueHead } from './request-queue-head.js';
import { log } from '../log.js';
import { closeStorage, openStorage, type StorageIdentifier, type StorageType } from './open-storage.js';
import { addInBatches, type AddBatchedOptions, type AddBatchedResult } from './request-batches.js';
import { Request } from './request.js';
import type { RequestQueueClient } from '../../../model/client/storage.js';
import type {
    QueueBatchResult,
    QueueOperation,
    QueueOperationOptions,
    RequestQueueInfo,
} from '../../../model/api/storage.js';

/** What became of a request. */
export type RequestQueueOperation = QueueOperation & { uniqueKey: string };

/** How many requests are remembered, so that adding one again needs no call. */
const MAX_REMEMBERED = 1_000_000;

/** Requests that are handed out one by one, each to one run at a time. */
export class RequestQueue {
    readonly id: string;
    readonly name: string | undefined;
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
        this.name = info?.name;
        this.client = context.client.requestQueue(id);
        this.#context = context;
        this.#head = new RequestQueueHead(this.client);
        this.#totalCount = info?.totalRequestCount ?? 0;
        this.#handledCount = info?.handledRequestCount ?? 0;
        context.events.onInternal('aborting', () => this.#head.release());
        context.events.onInternal('migrating', () => this.#head.release());
    }

    /** Opens a queue by id or name, or the run's default one. A new name makes a new queue. */
    static async open(idOrName?: StorageIdentifier | null, options?: object): Promise<RequestQueue> {
        checkOptions('RequestQueue.open()', options, ['forceCloud', 'config', 'storageClient', 'proxyConfiguration']);
        return openStorage(currentContext(), idOrName, STORAGE_TYPE);
    }

    /** Adds a request, unless the queue has had one with the same `uniqueKey`. */
    async addRequest(source: RequestSource, options: QueueOperationOptions = {}): Promise<RequestQueueOperation> {
        checkOptions('options', options, ['forefront']);
        const request = toRequest(source);
        if (request.id !== undefined)
            throw invalid('request.id', request.id, 'left out', 'The queue makes it from `uniqueKey`.');
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

    /** Adds several requests in one go. */
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

    /** Adds any number of requests: the first batch is waited for, the others follow in the background. */
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
     * The next request, which no other run gets while this one works on it; null if there is none at the moment. End the
     * work with {@link RequestQueue.markRequestHandled} or {@link RequestQueue.reclaimRequest}.
     */
    async fetchNextRequest(): Promise<Request | null> {
        await this.#head.fill();
        for (let id = this.#head.shift(); id !== undefined; id = this.#head.shift()) {
            const request = await this.#claim(id);
            if (request !== null) return request;
        }
        return null;
    }

    /** Marks a request as done. */
    async markRequestHandled(request: Request): Promise<RequestQueueOperation> {
        const handledAt = request.handledAt ?? new Date().toISOString();
        const operation = await this.client.updateRequest({ ...toStored(request), handledAt });
        request.handledAt = handledAt;
        if (!operation.wasAlreadyHandled) this.#handledCount += 1;
        this.#head.remove(operation.requestId);
        this.#remember(request.uniqueKey, operation.requestId, true);
        return { ...operation, uniqueKey: request.uniqueKey };
    }

    /** Gives a request back to the queue, to be worked on again. */
    async reclaimRequest(request: Request, options: QueueOperationOptions = {}): Promise<RequestQueueOperation> {
        checkOptions('options', options, ['forefront']);
        const { forefront = false } = options;
        const operation = await this.client.updateRequest(toStored(request), { forefront });
        if (forefront) this.#head.addForefront(operation.requestId);
        await this.#head.unlock(operation.requestId, forefront);
        return { ...operation, uniqueKey: request.uniqueKey };
    }

    async getRequest(id: string): Promise<Request | null> {
        const stored = await this.client.getRequest(id);
        return stored === undefined ? null : new Request(stored);
    }

    /** Whether there is nothing to fetch at the moment; requests may still be worked on. */
    async isEmpty(): Promise<boolean> {
        await this.#head.fill();
        return this.#head.size === 0;
    }

    /** Whether all requests have been handled, by this run or by others. */
    async isFinished(): Promise<boolean> {
        if (this.#batchesUnderway > 0 || !(await this.isEmpty())) return false;
        return !this.#head.queueHasLocked;
    }

    async handledCount(): Promise<number> {
        return (await this.getInfo())?.handledRequestCount ?? 0;
    }

    /** Requests ever added, as far as this run knows. */
    getTotalCount(): number {
        return this.#totalCount;
    }

    /** Requests not handled yet, as far as this run knows. */
    getPendingCount(): number {
        return this.#totalCount - this.#handledCount;
    }

    async getInfo(): Promise<RequestQueueInfo | undefined> {
        return this.client.get();
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<Request> {
        for (let next = await this.fetchNextRequest(); next !== null; next = await this.fetchNextRequest()) yield next;
    }

    /** Deletes the queue with all its requests. */
    async drop(): Promise<void> {
        await this.client.delete();
        closeStorage(this.#context, STORAGE_TYPE.kind, this.id, this.name);
    }

    /** Makes sure that the lock lasts for the work that is about to begin; null if it is lost or the work is done. */
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

const STORAGE_TYPE: StorageType<RequestQueueInfo, RequestQueue> = {
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
