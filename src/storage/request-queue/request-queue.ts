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

/**
 * Rules of locks. By those of the API, a prolonged lock ends a number of seconds from now, and a request whose lock was prolonged or
 * released without `forefront` goes to the back of the queue. By those of Crawlee's memory storage, the seconds are added to the
 * remaining time, and the request keeps its place.
 */
export type LockRules = 'api' | 'crawlee';

/** A result, or a promise of it while the queue is being read from its journal. */
export type Awaitable<T> = T | Promise<T>;

/**
 * A queue of requests, each to be handled once, in order. A `uniqueKey` identifies a request. A locked request is hidden from other
 * clients until its lock ends. Where the API does not say where it returns to, it keeps its place, as in Crawlee's memory storage.
 *
 * Operations validate their arguments synchronously. They are synchronous unless the queue must be read first.
 */
export class RequestQueue extends StorageHandle<RequestQueueData> {
    /**
     * Returns all requests as JSON, for a copy of the queue: the handled ones, then the others in the order in which they would come up
     * if all locks ended now. The operation is not counted.
     */
    async exportRequests(): Promise<{ id: string; text: string; isHandled: boolean }[]> {
        return this.data.run((state) => state.inOrder().map(({ id, text, isHandled }) => ({ id, text, isHandled })));
    }

    /** Returns a copy of the queue's metadata. The counts are always current. */
    info(): RequestQueueInfo {
        const { data } = this;
        const { total, handled, bytes } = data.counts;
        return {
            ...data.info(),
            totalRequestCount: total,
            handledRequestCount: handled,
            pendingRequestCount: total - handled,
            hadMultipleClients: data.hadMultipleClients,
            stats: {
                readCount: data.counter('readCount'),
                writeCount: data.counter('writeCount'),
                deleteCount: data.counter('deleteCount'),
                headItemReadCount: data.counter('headItemReadCount'),
                storageBytes: bytes,
            },
        };
    }

    /**
     * Adds a request, unless the queue has a request with its `uniqueKey`.
     *
     * @throws `invalid-request`, `request-id-invalid` or `request-too-large` for a bad request.
     */
    add(request: NewQueueRequest, options?: QueueOperationOptions, clientKey?: string): Awaitable<QueueOperation> {
        const forefront = resolveForefront(options);
        const valid = validateRequest('request', request);
        return this.#run(clientKey, (state) => {
            const result = state.add(valid, forefront);
            this.countWrite('writeCount', 1);
            return result;
        });
    }

    /**
     * Adds up to 25 requests one after the other, so that at the front the last one comes first. Adds none if one is not valid. See
     * {@link RequestQueue.add}.
     */
    addBatch(
        requests: readonly NewQueueRequest[],
        options?: QueueOperationOptions,
        clientKey?: string,
    ): Awaitable<QueueBatchResult> {
        checkBatch(requests);
        const forefront = resolveForefront(options);
        const valid = requests.map((request, index) => validateRequest(`requests[${index}]`, request));
        return this.#run(clientKey, (state) => {
            const processedRequests = state
                .addAll(valid, forefront)
                .map((operation, index) => Object.assign(operation, { uniqueKey: valid[index]!.uniqueKey }));
            this.countWrite('writeCount', valid.length);
            return { processedRequests, unprocessedRequests: [] };
        });
    }

    /** Returns a copy of a request; undefined if it does not exist. */
    get(id: string): Awaitable<QueueRequest | undefined> {
        return this.data.run((state) => {
            this.countRead('readCount', 1);
            const entry = state.find(id);
            return entry && parseRequest(entry.text);
        });
    }

    /**
     * Replaces a request, or adds a missing one. With `handledAt`, the request is handled: it leaves the head, and its lock ends.
     * Without, it returns to the queue, and a lock of this client ends; a lock of another client stays.
     *
     * @throws `invalid-request`, `request-id-invalid` or `request-too-large` for a bad request.
     */
    updateRequest(
        request: QueueRequest,
        options?: QueueOperationOptions,
        clientKey?: string,
    ): Awaitable<QueueOperation> {
        const forefront = resolveForefront(options);
        const valid = validateRequest('request', request);
        return this.#run(clientKey, (state) => {
            const result = state.update(valid, forefront, clientKey);
            this.countWrite('writeCount', 1);
            return result;
        });
    }

    /** Deletes a request, even if another client has locked it. Does nothing if it does not exist. */
    delete(id: string, clientKey?: string): Awaitable<void> {
        return this.#run(clientKey, (state) => {
            const entry = state.find(id);
            if (!entry) return this.countRead('deleteCount', 1);
            state.remove(entry);
            this.countWrite('deleteCount', 1);
        });
    }

    /** Deletes up to 25 requests, each identified by its id or its `uniqueKey`. */
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

    /** Returns the first requests that are neither handled nor locked. `limit` is 1 to 1000, by default 100. */
    head(limit?: number, clientKey?: string): Awaitable<QueueHead> {
        const resolved = resolveHeadLimit(limit);
        return this.#run(clientKey, (state) => {
            const items = state.head(resolved).map(toHeadItem);
            this.countRead('headItemReadCount', items.length);
            return Object.assign(this.#headInfo(resolved), { items });
        });
    }

    /** Locks the first requests that are neither handled nor locked, for a client and a duration. */
    lockHead(options: LockHeadOptions, clientKey: string = newId()): Awaitable<LockedQueueHead> {
        const { limit, lockMillis } = resolveLockHead(options);
        return this.#run(clientKey, (state, now) => {
            const expiresAt = now + lockMillis;
            const head = state.head(limit);
            // Parsed first, so that a request that cannot be read is not locked.
            const items = head.map((entry) => Object.assign(toHeadItem(entry), { lockExpiresAt: new Date(expiresAt) }));
            for (const entry of head) state.lock(entry, clientKey, expiresAt);
            this.countRead('headItemReadCount', items.length);
            this.countRead('writeCount', items.length);
            const queueHasLockedRequests = state.lockedCount > 0;
            const { lockSecs } = options;
            return Object.assign(this.#headInfo(limit), { lockSecs, queueHasLockedRequests, clientKey, items });
        });
    }

    /**
     * Prolongs a lock, see {@link LockRules}.
     *
     * @throws `request-locked` if another client has the lock, `invalid-request` if the request is not locked, `record-not-found`.
     */
    prolongLock(
        id: string,
        options: ProlongLockOptions,
        clientKey?: string,
        rules: LockRules = 'api',
    ): Awaitable<{ lockExpiresAt: Date }> {
        const { lockMillis, forefront } = resolveProlongLock(options);
        return this.#run(clientKey, (state, now) => {
            const entry = requireEntry(state, id);
            const { lock } = entry;
            if (!lock) throw notLockedError(entry);
            assertOwner(entry, clientKey);
            const expiresAt = (rules === 'api' ? now : lock.expiresAt) + lockMillis;
            state.lock(entry, lock.clientKey, expiresAt, rules === 'api' ? forefront : forefront || lock.forefront);
            this.countRead('writeCount', 1);
            return { lockExpiresAt: new Date(expiresAt) };
        });
    }

    /**
     * Releases a lock, see {@link LockRules}. Does nothing if the request is not locked any more.
     *
     * @throws `request-locked` if another client has the lock, `record-not-found`.
     */
    unlock(id: string, options?: QueueOperationOptions, clientKey?: string, rules: LockRules = 'api'): Awaitable<void> {
        const forefront = resolveForefront(options);
        return this.#run(clientKey, (state) => {
            const entry = requireEntry(state, id);
            const { lock } = entry;
            if (!lock) return;
            assertOwner(entry, clientKey);
            state.unlock(entry, rules === 'api' ? forefront : forefront || lock.forefront);
            this.countRead('writeCount', 1);
        });
    }

    /**
     * Removes the lock of a client if the client has locked the request: the lock expires early, or another client gets it for the
     * remaining time. For injected faults.
     *
     * @param decideLoss - Returns the kind of loss, or undefined for none. Called only if the client has the lock.
     */
    loseLock(id: string, clientKey: string, decideLoss: () => true | 'taken' | undefined): Awaitable<void> {
        return this.data.run((state) => {
            const entry = state.find(id);
            if (entry?.lock?.clientKey !== clientKey) return;
            const loss = decideLoss();
            const { expiresAt, forefront } = entry.lock;
            if (loss === 'taken') state.lock(entry, newId(), expiresAt, forefront);
            else if (loss === true) state.unlock(entry, forefront);
        });
    }

    /** Releases all locks of a client. */
    unlockAll(clientKey: string): Awaitable<{ unlockedCount: number }> {
        return this.#run(clientKey, (state) => {
            const unlockedCount = state.unlockAll(clientKey);
            this.countRead('writeCount', unlockedCount);
            return { unlockedCount };
        });
    }

    /** Returns one page of requests in the order of their arrival: all, or those that are locked or pending, as `filter` says. */
    list(options?: QueueListOptions): Awaitable<QueueListPage> {
        const createPage = createLister(options);
        return this.data.run((state) => {
            const page = createPage(state);
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
            queueModifiedAt: new Date(this.data.metadata.modifiedAt),
            hadMultipleClients: this.data.hadMultipleClients,
        };
    }
}
