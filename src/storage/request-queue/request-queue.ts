import type {
    LockedQueueHead,
    NewQueueRequest,
    QueueBatchResult,
    QueueHead,
    QueueListOptions,
    QueueListPage,
    QueueOperation,
    QueueOperationOptions,
    QueueRequest,
    RequestQueueInfo,
} from '../../model/api/storage.js';
import { newId } from '../../util/ids.js';
import { validateRequest } from './validate-request.js';
import {
    checkBatch,
    checkClientKey,
    type LockHeadOptions,
    type ProlongLockOptions,
    resolveForefront,
    resolveHeadLimit,
    resolveLockHead,
    resolveProlongLock,
} from './request-queue-options.js';
import type { RequestQueueState } from './request-queue-state.js';
import type { RequestQueueData } from './request-queue-data.js';
import {
    assertOwner,
    toHeadItem,
    parseReference,
    notLockedError,
    parseRequest,
    createLister,
    requireEntry,
} from './request-queue-responses.js';
import { StorageHandle } from '../storage-handle.js';

/** A result at once, or a promise of it while the queue is still being read from its journal. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Requests to be handled, each once, in order. Requests are known by their `uniqueKey`; one that a client has locked is
 * hidden from the others until the lock ends, and then returns to the back, or to the front if it was there or was told to.
 *
 * Operations check their arguments at once. They work at once too, except before the first one has opened the queue.
 */
export class RequestQueue extends StorageHandle<RequestQueueData> {
    /**
     * All requests as JSON, as for a copy of the queue: those that are handled, then the others in the order in which they would be
     * handed out if all locks ended now. It counts as nothing.
     */
    async exportRequests(): Promise<{ id: string; text: string; isHandled: boolean }[]> {
        return this.data.run((state) => state.inOrder().map(({ id, text, isHandled }) => ({ id, text, isHandled })));
    }

    /** A copy of what is known of the queue; its counts are right at every moment. */
    info(): RequestQueueInfo {
        const contents = this.data;
        const { total, handled, bytes } = contents.counts;
        return {
            ...contents.info(),
            totalRequestCount: total,
            handledRequestCount: handled,
            pendingRequestCount: total - handled,
            hadMultipleClients: contents.hadMultipleClients,
            stats: {
                readCount: contents.counter('readCount'),
                writeCount: contents.counter('writeCount'),
                deleteCount: contents.counter('deleteCount'),
                headItemReadCount: contents.counter('headItemReadCount'),
                storageBytes: bytes,
            },
        };
    }

    /**
     * Adds a request, unless one with its `uniqueKey` is there already.
     *
     * @throws `invalid-request`, `request-id-invalid` or `request-too-large` for a bad request.
     */
    add(request: NewQueueRequest, options?: QueueOperationOptions, clientKey?: string): Awaitable<QueueOperation> {
        const forefront = resolveForefront(options);
        const checked = validateRequest('request', request);
        return this.#run(clientKey, (state) => {
            const result = state.add(checked, forefront);
            this.countWrite('writeCount', 1);
            return result;
        });
    }

    /**
     * Adds up to 25 requests one after the other, so that at the front the last one comes first; none if one of them is
     * bad. See {@link RequestQueue.add}.
     */
    addBatch(
        requests: readonly NewQueueRequest[],
        options?: QueueOperationOptions,
        clientKey?: string,
    ): Awaitable<QueueBatchResult> {
        checkBatch(requests);
        const forefront = resolveForefront(options);
        const checked = requests.map((request, index) => validateRequest(`requests[${index}]`, request));
        return this.#run(clientKey, (state) => {
            const processedRequests = state
                .addAll(checked, forefront)
                .map((operation, index) => Object.assign(operation, { uniqueKey: checked[index]!.uniqueKey }));
            this.countWrite('writeCount', checked.length);
            return { processedRequests, unprocessedRequests: [] };
        });
    }

    /** A copy of a request, or undefined if there is none. */
    get(id: string): Awaitable<QueueRequest | undefined> {
        return this.data.run((state) => {
            this.countRead('readCount', 1);
            const entry = state.find(id);
            return entry && parseRequest(entry.text);
        });
    }

    /**
     * Replaces a request, or adds it if it is not there. With `handledAt` it is handled: it leaves the head, and its lock
     * ends. Without, it goes back into the queue, and the lock of this client ends; a lock of another client stays.
     *
     * @throws `invalid-request`, `request-id-invalid` or `request-too-large` for a bad request.
     */
    updateRequest(
        request: QueueRequest,
        options?: QueueOperationOptions,
        clientKey?: string,
    ): Awaitable<QueueOperation> {
        const forefront = resolveForefront(options);
        const checked = validateRequest('request', request);
        return this.#run(clientKey, (state) => {
            const result = state.update(checked, forefront, clientKey);
            this.countWrite('writeCount', 1);
            return result;
        });
    }

    /** Deletes a request, whoever has locked it; does nothing if there is none. */
    delete(id: string, clientKey?: string): Awaitable<void> {
        return this.#run(clientKey, (state) => {
            const entry = state.find(id);
            if (!entry) return this.countRead('deleteCount', 1);
            state.remove(entry);
            this.countWrite('deleteCount', 1);
        });
    }

    /** Deletes up to 25 requests, each named by its id or its `uniqueKey`. */
    deleteBatch(
        requests: readonly ({ id: string } | { uniqueKey: string })[],
        clientKey?: string,
    ): Awaitable<QueueBatchResult> {
        checkBatch(requests);
        const ids = requests.map((request, index) => parseReference(`requests[${index}]`, request));
        return this.#run(clientKey, (state) => {
            const processedRequests = ids.map(({ id, uniqueKey }) => {
                const entry = state.find(id);
                const key = entry ? parseRequest(entry.text).uniqueKey : (uniqueKey ?? '');
                if (entry) state.remove(entry);
                const wasAlreadyHandled = entry?.isHandled ?? false;
                return { requestId: id, uniqueKey: key, wasAlreadyPresent: entry !== undefined, wasAlreadyHandled };
            });
            this.countWrite('deleteCount', ids.length);
            return { processedRequests, unprocessedRequests: [] };
        });
    }

    /** The first requests that are neither handled nor locked; `limit` is 1 to 1000, by default 100. */
    head(limit?: number, clientKey?: string): Awaitable<QueueHead> {
        const resolved = resolveHeadLimit(limit);
        return this.#run(clientKey, (state) => {
            const items = state.head(resolved).map(toHeadItem);
            this.countRead('headItemReadCount', items.length);
            return Object.assign(this.#headInfo(resolved), { items });
        });
    }

    /** Locks the first requests that are neither handled nor locked, for a client and a time. */
    lockHead(options: LockHeadOptions, clientKey: string = newId()): Awaitable<LockedQueueHead> {
        const { limit, toLockMillis: lockMillis } = resolveLockHead(options);
        return this.#run(clientKey, (state, now) => {
            const expiresAt = now + lockMillis;
            const head = state.head(limit);
            // Read first: what cannot be read is not locked.
            const items = head.map((entry) => Object.assign(toHeadItem(entry), { lockExpiresAt: new Date(expiresAt) }));
            // It returns to where it came from: those in front of all others have places below zero.
            for (const entry of head) state.lock(entry, clientKey, expiresAt, entry.position < 0);
            this.countRead('headItemReadCount', items.length);
            this.countRead('writeCount', items.length);
            const queueHasLockedRequests = state.lockedCount > 0;
            const { lockSecs } = options;
            return Object.assign(this.#headInfo(limit), { lockSecs, queueHasLockedRequests, clientKey, items });
        });
    }

    /**
     * Lets a lock end so many seconds from now.
     *
     * @throws `request-locked` if another client has the lock, `invalid-request` if nobody has, `record-not-found`.
     */
    prolongLock(id: string, options: ProlongLockOptions, clientKey?: string): Awaitable<{ lockExpiresAt: Date }> {
        const { lockMillis, forefront } = resolveProlongLock(options);
        return this.#run(clientKey, (state, now) => {
            const entry = requireEntry(state, id);
            if (!entry.lock) throw notLockedError(entry);
            assertOwner(entry, clientKey);
            state.lock(entry, entry.lock.clientKey, now + lockMillis, forefront);
            this.countRead('writeCount', 1);
            return { lockExpiresAt: new Date(now + lockMillis) };
        });
    }

    /**
     * Ends a lock: the request goes to the back, or to the front. Does nothing if it is not locked any more.
     *
     * @throws `request-locked` if another client has the lock, `record-not-found`.
     */
    unlock(id: string, options?: QueueOperationOptions, clientKey?: string): Awaitable<void> {
        const forefront = resolveForefront(options);
        return this.#run(clientKey, (state) => {
            const entry = requireEntry(state, id);
            if (!entry.lock) return;
            assertOwner(entry, clientKey);
            state.unlock(entry, forefront);
            this.countRead('writeCount', 1);
        });
    }

    /**
     * Takes the lock of a client from it, if it has locked the request: as if its time had come, or by giving it to another
     * client for the time that is left. It is a fault, for tests.
     *
     * @param lossOf - Says what is to happen; asked only if there is a lock to lose.
     */
    loseLock(id: string, clientKey: string, lossOf: () => true | 'taken' | undefined): Awaitable<void> {
        return this.data.run((state) => {
            const entry = state.find(id);
            if (entry?.lock?.clientKey !== clientKey) return;
            const loss = lossOf();
            const { expiresAt, forefront } = entry.lock;
            if (loss === 'taken') state.lock(entry, newId(), expiresAt, forefront);
            else if (loss === true) state.unlock(entry, forefront);
        });
    }

    /** Ends all locks of a client. */
    unlockAll(clientKey: string): Awaitable<{ unlockedCount: number }> {
        return this.#run(clientKey, (state) => {
            const unlockedCount = state.unlockAll(clientKey);
            this.countRead('writeCount', unlockedCount);
            return { unlockedCount };
        });
    }

    /** One page of requests, in the order in which they came: all, or those that are locked or wait, as `filter` says. */
    list(options?: QueueListOptions): Awaitable<QueueListPage> {
        const pageOf = createLister(options);
        return this.data.run((state) => {
            const page = pageOf(state);
            this.countRead('readCount', page.items.length);
            return page;
        });
    }

    #run<T>(clientKey: string | undefined, work: (state: RequestQueueState, now: number) => T): Awaitable<T> {
        checkClientKey(clientKey);
        return this.data.run((state, now) => {
            this.data.trackClient(clientKey);
            return work(state, now);
        });
    }

    #headInfo(limit: number): Omit<QueueHead, 'items'> {
        return {
            limit,
            queueModifiedAt: new Date(this.data.document.modifiedAt),
            hadMultipleClients: this.data.hadMultipleClients,
        };
    }
}
