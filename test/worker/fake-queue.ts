import type { CallSegment } from '../../src/protocol/calls.js';

interface Stored {
    id: string;
    uniqueKey: string;
    url: string;
    handledAt?: string;
    lockedBy?: string;
}

/** A minimal request queue with locks, which never expire. */
export class FakeQueue {
    readonly requests: Stored[] = [];

    /** True if any client has locked the request. */
    isLocked(id: string): boolean {
        return this.#byId(id).lockedBy !== undefined;
    }

    loseLock(id: string): void {
        this.#byId(id).lockedBy = 'another';
    }

    readonly handle = (segments: CallSegment[]): unknown => {
        const { clientKey } = (segments[0]![2] ?? {}) as { clientKey: string };
        const [method, first, options] = segments.at(-1)! as [string, never, { forefront?: boolean }?];
        switch (method) {
            case 'get':
                return {
                    id: 'QUEUE',
                    totalRequestCount: this.requests.length,
                    handledRequestCount: this.#handled.length,
                };
            case 'addRequest':
                return this.#add(first, options?.forefront ?? false);
            case 'batchAddRequests':
                return {
                    processedRequests: (first as Stored[]).map((request) =>
                        this.#add(request, options?.forefront ?? false),
                    ),
                    unprocessedRequests: [],
                };
            case 'getRequest':
                return this.#byId(first);
            case 'updateRequest':
                return this.#update(first);
            case 'listAndLockHead':
                return this.#lock(clientKey, (first as { limit: number }).limit);
            case 'prolongRequestLock':
                if (this.#byId(first).lockedBy !== clientKey) throw new Error('not yours');
                return { lockExpiresAt: new Date() };
            case 'deleteRequestLock':
                delete this.#byId(first).lockedBy;
                return undefined;
            default:
                throw new Error(`Nothing answers ${method}.`);
        }
    };

    get #handled(): Stored[] {
        return this.requests.filter(({ handledAt }) => handledAt !== undefined);
    }

    #byId(id: string): Stored {
        return this.requests.find((request) => request.id === id)!;
    }

    #add(request: Omit<Stored, 'id'>, forefront: boolean): object {
        const present = this.requests.find(({ uniqueKey }) => uniqueKey === request.uniqueKey);
        const stored = present ?? { ...request, id: `id-${request.uniqueKey}` };
        if (present === undefined) this.requests[forefront ? 'unshift' : 'push'](stored);
        return {
            requestId: stored.id,
            uniqueKey: stored.uniqueKey,
            wasAlreadyPresent: present !== undefined,
            wasAlreadyHandled: present?.handledAt !== undefined,
        };
    }

    #update(request: Stored): object {
        const stored = this.#byId(request.id);
        const wasAlreadyHandled = stored.handledAt !== undefined;
        Object.assign(stored, request);
        if (stored.handledAt !== undefined) delete stored.lockedBy;
        return { requestId: stored.id, wasAlreadyPresent: true, wasAlreadyHandled };
    }

    #lock(clientKey: string, limit: number): object {
        const free = this.requests.filter(
            ({ lockedBy, handledAt }) => lockedBy === undefined && handledAt === undefined,
        );
        const items = free.slice(0, limit);
        for (const item of items) item.lockedBy = clientKey;
        return { items, queueHasLockedRequests: this.requests.some(({ lockedBy }) => lockedBy !== undefined) };
    }
}
