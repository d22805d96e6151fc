import { checkRequest } from '../../storage/request-check.js';
import { storageMethods } from './storage-collection.js';
import { checkClientKey, MAX_BATCH_SIZE } from '../../storage/request-queue-options.js';
import { MAX_LIST_SIZE } from '../../storage/request-queue-views.js';
import { checkOptions, checkWhole, invalid } from '../../util/check.js';
import { newId } from '../../util/ids.js';
import { checkGiven, checkId } from '../arguments.js';
import { cursorList, paginate } from '../paging.js';
import type {
    BatchAddOptions,
    ClientRequest,
    ClientRequestsPage,
    RequestQueueClient,
    RequestQueueClientOptions,
} from '../../model/client.js';
import type { HttpMethod, NewQueueRequest, QueueBatchResult, QueueListOptions } from '../../model/storage.js';
import type { LockOperation } from '../../protocol/operations.js';
import type { ClientContext, LockLoss } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

const LIST_KEYS = ['limit', 'exclusiveStartId', 'cursor', 'filter'];
const BATCH_ADD_KEYS = [
    'forefront',
    'maxUnprocessedRequestsRetries',
    'maxParallel',
    'minDelayBetweenUnprocessedRequestsRetriesMillis',
];

/** Who else has to do with the locks of a client. */
export interface LockHolder {
    /** The other clients of the run that speaks: locks belong to a run as well as to a client. */
    clientsOfRun?: (queueId: string) => readonly string[];
    /** How the lock is lost of the request that an operation is about; absent where none is ever lost so. */
    lossBy?: LockLoss;
}

type Ref = StorageRef<'requestQueue'>;
type LockMethods =
    | 'updateRequest'
    | 'deleteRequest'
    | 'listAndLockHead'
    | 'prolongRequestLock'
    | 'deleteRequestLock'
    | 'unlockRequests';

/** One request queue, as one client of it sees it: locks belong to the client's key. */
export function requestQueueClient(
    context: ClientContext,
    ref: Ref,
    options?: RequestQueueClientOptions,
    holder: LockHolder = {},
): RequestQueueClient {
    checkOptions('options', options, ['clientKey', 'timeoutSecs']);
    checkClientKey(options?.clientKey);
    const clientKey = options?.clientKey ?? newId();
    const listRequests: RequestQueueClient['listRequests'] = (options = {}) => {
        checkListOptions(options, LIST_KEYS);
        return cursorList<ClientRequest, ClientRequestsPage>(options.limit, {
            maxLimit: MAX_LIST_SIZE,
            load: async (limit, cursor) => {
                const { exclusiveStartId, ...rest } = options;
                const start = cursor === undefined ? { exclusiveStartId } : { cursor };
                return (await ref.require().list({ ...rest, ...start, limit })) as ClientRequestsPage;
            },
            cursorAfter: (page) => page.nextCursor,
        });
    };
    return {
        ...storageMethods(context, ref),
        ...lockMethods(ref, clientKey, holder),
        listRequests,
        addRequest: async (request, options) => ref.requireOwn().add(request, options, clientKey),
        batchAddRequests: async (requests, options) => addRequests(ref, clientKey, requests, options),
        batchDeleteRequests: async (requests) => ref.requireOwn().deleteBatch(requests, clientKey),
        getRequest: async (id) => {
            checkId('id', id);
            return (await ref.find()?.get(id)) as (ClientRequest & { method: HttpMethod }) | undefined;
        },
        listHead: async (options) => {
            checkOptions('options', options, ['limit']);
            return ref.require().head(options?.limit, clientKey);
        },
        paginateRequests: (options = {}) => {
            checkListOptions(options, [...LIST_KEYS, 'maxPageLimit']);
            checkWhole('options.limit', options.limit, 0);
            checkWhole('options.maxPageLimit', options.maxPageLimit, 1);
            return paginate(options, listRequests);
        },
    };
}

/** What looks at locks, or changes them. */
function lockMethods(ref: Ref, clientKey: string, holder: LockHolder): Pick<RequestQueueClient, LockMethods> {
    const loseLock = async (id: string, operation: LockOperation): Promise<void> => {
        const { lossBy } = holder;
        if (lossBy) await ref.requireOwn().loseLock(id, clientKey, () => lossBy(operation));
    };
    return {
        updateRequest: async (request, options) => {
            checkId('request.id', request?.id);
            await loseLock(request.id, 'updateRequest');
            return ref.requireOwn().updateRequest(request, options, clientKey);
        },
        deleteRequest: async (id) => {
            checkId('id', id);
            await loseLock(id, 'deleteRequest');
            await ref.requireOwn().delete(id, clientKey);
        },
        listAndLockHead: async (options) => {
            checkGiven('options', options);
            return ref.requireOwn().lockHead(options, clientKey);
        },
        prolongRequestLock: async (id, options) => {
            checkId('id', id);
            checkGiven('options', options);
            await loseLock(id, 'prolongRequestLock');
            return ref.requireOwn().prolongLock(id, options, clientKey);
        },
        deleteRequestLock: async (id, options) => {
            checkId('id', id);
            await loseLock(id, 'deleteRequestLock');
            await ref.requireOwn().unlock(id, options, clientKey);
        },
        unlockRequests: async () => {
            const queue = ref.requireOwn();
            let unlockedCount = 0;
            for (const key of new Set([clientKey, ...(holder.clientsOfRun?.(queue.id) ?? [])])) {
                unlockedCount += (await queue.unlockAll(key)).unlockedCount;
            }
            return { unlockedCount };
        },
    };
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
    const queue = ref.requireOwn();
    // The queue checks a batch before it adds it; the others are checked here, so that bad input is all or nothing.
    for (let index = MAX_BATCH_SIZE; index < requests.length; index++) {
        checkRequest(`requests[${index}]`, requests[index]);
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
    throw invalid('options.exclusiveStartId', exclusiveStartId, 'left out where there is a `cursor`');
}
