import { validateRequest } from '../../storage/request-queue/validate-request.js';
import { StorageResource } from './storage-collection.js';
import { checkClientKey, MAX_BATCH_SIZE } from '../../storage/request-queue/request-queue-options.js';
import { MAX_LIST_SIZE } from '../../storage/request-queue/request-queue-responses.js';
import { checkOptions, checkWhole, invalid } from '../../util/check.js';
import { newId } from '../../util/ids.js';
import { checkRequired, checkId } from '../arguments.js';
import { paginate } from '../../util/collections/paged-list.js';
import { cursorList } from '../paging.js';
import type {
    BatchAddOptions,
    ClientRequest,
    ClientRequestsPage,
    RequestQueueClient,
    RequestQueueClientOptions,
} from '../../model/client/storage.js';
import type {
    HttpMethod,
    LockedQueueHead,
    NewQueueRequest,
    QueueBatchResult,
    QueueHead,
    QueueListOptions,
    QueueOperation,
    QueueOperationOptions,
    QueueRequest,
} from '../../model/api/storage.js';
import type { PagedList } from '../../model/api/page.js';
import type { LockRules } from '../../storage/request-queue/request-queue.js';
import type { LockOperation } from '../../protocol/operations.js';
import type { ClientContext, LockLossRule } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

const LIST_KEYS = ['limit', 'exclusiveStartId', 'cursor', 'filter'];
const BATCH_ADD_KEYS = [
    'forefront',
    'maxUnprocessedRequestsRetries',
    'maxParallel',
    'minDelayBetweenUnprocessedRequestsRetriesMillis',
];

/** Lock settings of a client of a queue. */
export interface LockHolder {
    /** Returns the keys of all clients of the client's run: locks belong to a run as well as to a client. */
    clientsOfRun?: (queueId: string) => readonly string[];
    /** Injected losses of locks, for tests. */
    lockLossRule?: LockLossRule;
    /** Default: those of the API. */
    rules?: LockRules;
}

type Ref = StorageRef<'requestQueue'>;

/** Client of one request queue. Its locks belong to the client's key. */
export class RequestQueueResource extends StorageResource<'requestQueue'> implements RequestQueueClient {
    readonly #clientKey: string;
    readonly #holder: LockHolder;

    constructor(context: ClientContext, ref: Ref, options?: RequestQueueClientOptions, holder: LockHolder = {}) {
        super(context, ref);
        checkOptions('options', options, ['clientKey', 'timeoutSecs']);
        checkClientKey(options?.clientKey);
        this.#clientKey = options?.clientKey ?? newId();
        this.#holder = holder;
    }

    async addRequest(request: NewQueueRequest, options?: QueueOperationOptions): Promise<QueueOperation> {
        return this.ref.requireWritable().add(request, options, this.#clientKey);
    }

    async batchAddRequests(requests: NewQueueRequest[], options?: BatchAddOptions): Promise<QueueBatchResult> {
        return addRequests(this.ref, this.#clientKey, requests, options);
    }

    async batchDeleteRequests(requests: ({ id: string } | { uniqueKey: string })[]): Promise<QueueBatchResult> {
        return this.ref.requireWritable().deleteBatch(requests, this.#clientKey);
    }

    async getRequest(id: string): Promise<(ClientRequest & { method: HttpMethod }) | undefined> {
        checkId('id', id);
        return (await this.ref.find()?.get(id)) as (ClientRequest & { method: HttpMethod }) | undefined;
    }

    async updateRequest(request: QueueRequest, options?: QueueOperationOptions): Promise<QueueOperation> {
        checkId('request.id', request?.id);
        await this.#injectLockLoss(request.id, 'updateRequest');
        return this.ref.requireWritable().updateRequest(request, options, this.#clientKey);
    }

    async deleteRequest(id: string): Promise<void> {
        checkId('id', id);
        await this.#injectLockLoss(id, 'deleteRequest');
        await this.ref.requireWritable().delete(id, this.#clientKey);
    }

    async listHead(options?: { limit?: number }): Promise<QueueHead> {
        checkOptions('options', options, ['limit']);
        return this.ref.require().head(options?.limit, this.#clientKey);
    }

    async listAndLockHead(options: { lockSecs: number; limit?: number }): Promise<LockedQueueHead> {
        checkRequired('options', options);
        return this.ref.requireWritable().lockHead(options, this.#clientKey);
    }

    async prolongRequestLock(
        id: string,
        options: Parameters<RequestQueueClient['prolongRequestLock']>[1],
    ): ReturnType<RequestQueueClient['prolongRequestLock']> {
        checkId('id', id);
        checkRequired('options', options);
        await this.#injectLockLoss(id, 'prolongRequestLock');
        return this.ref.requireWritable().prolongLock(id, options, this.#clientKey, this.#holder.rules);
    }

    async deleteRequestLock(id: string, options?: QueueOperationOptions): Promise<void> {
        checkId('id', id);
        await this.#injectLockLoss(id, 'deleteRequestLock');
        await this.ref.requireWritable().unlock(id, options, this.#clientKey, this.#holder.rules);
    }

    async unlockRequests(): Promise<{ unlockedCount: number }> {
        const queue = this.ref.requireWritable();
        let unlockedCount = 0;
        for (const key of new Set([this.#clientKey, ...(this.#holder.clientsOfRun?.(queue.id) ?? [])])) {
            unlockedCount += (await queue.unlockAll(key)).unlockedCount;
        }
        return { unlockedCount };
    }

    listRequests(options: QueueListOptions = {}): PagedList<ClientRequest, ClientRequestsPage> {
        checkListOptions(options, LIST_KEYS);
        return cursorList<ClientRequest, ClientRequestsPage>(options.limit, {
            maxLimit: MAX_LIST_SIZE,
            load: async (limit, cursor) => {
                const { exclusiveStartId, ...rest } = options;
                const start = cursor === undefined ? { exclusiveStartId } : { cursor };
                return (await this.ref.require().list({ ...rest, ...start, limit })) as ClientRequestsPage;
            },
            cursorAfter: (page) => page.nextCursor,
        });
    }

    paginateRequests(options: QueueListOptions & { maxPageLimit?: number } = {}): AsyncIterable<ClientRequestsPage> {
        checkListOptions(options, [...LIST_KEYS, 'maxPageLimit']);
        checkWhole('options.limit', options.limit, 0);
        checkWhole('options.maxPageLimit', options.maxPageLimit, 1);
        return paginate(options, (page) => this.listRequests(page));
    }

    async #injectLockLoss(id: string, operation: LockOperation): Promise<void> {
        const { lockLossRule } = this.#holder;
        if (lockLossRule) await this.ref.requireWritable().loseLock(id, this.#clientKey, () => lockLossRule(operation));
    }
}

async function addRequests(
    ref: Ref,
    clientKey: string,
    requests: NewQueueRequest[],
    options: BatchAddOptions | undefined,
): Promise<QueueBatchResult> {
    checkOptions('options', options, BATCH_ADD_KEYS);
    if (!Array.isArray(requests) || requests.length === 0) {
        throw invalid('requests', requests, 'an array of at least one request');
    }
    const queue = ref.requireWritable();
    // The queue validates each batch before adding it. Later batches are validated first, so that invalid input adds nothing.
    for (let index = MAX_BATCH_SIZE; index < requests.length; index++) {
        validateRequest(`requests[${index}]`, requests[index]);
    }
    const result: QueueBatchResult = { processedRequests: [], unprocessedRequests: [] };
    for (let start = 0; start < requests.length; start += MAX_BATCH_SIZE) {
        const slice = requests.slice(start, start + MAX_BATCH_SIZE);
        const batch = await queue.addBatch(slice, { forefront: options?.forefront }, clientKey);
        result.processedRequests.push(...batch.processedRequests);
        result.unprocessedRequests.push(...batch.unprocessedRequests);
    }
    return result;
}

function checkListOptions(options: QueueListOptions, known: readonly string[]): void {
    checkOptions('options', options, known);
    const { cursor, exclusiveStartId } = options;
    if (cursor === undefined || exclusiveStartId === undefined) return;
    throw invalid('options.exclusiveStartId', exclusiveStartId, 'omitted when `cursor` is set');
}
