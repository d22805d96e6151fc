import { EngineError } from '../errors/engine-error.js';
import type { QueueEntry } from './request-queue-state.js';

/** The error for the lock of a request that has none. */
export function notLocked({ id, isHandled }: QueueEntry): EngineError {
    const why = isHandled ? 'it is handled already' : 'its lock has ended';
    const message = `The request ${id} is not locked: ${why}. Lock it again with the head of the queue.`;
    return new EngineError('invalid-request', message, { details: { id } });
}

/** Refuses a client that has not itself locked the request: `request-locked`. */
export function assertOwner({ id, lock }: QueueEntry, clientKey: string | undefined): void {
    if (lock?.clientKey === clientKey) return;
    const message =
        `The request ${id} is locked by another client. ` +
        'Only the client whose `clientKey` locked it can prolong or end the lock, before it ends by itself.';
    throw new EngineError('request-locked', message, { details: { id } });
}
