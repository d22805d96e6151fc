import type { QueueRequest } from '../../api/json.js';

export const STATES = ['pending', 'locked', 'handled', 'failed', 'skipped'] as const;
export type RequestState = (typeof STATES)[number];

type RequestOutcome = Pick<QueueRequest, 'id' | 'handledAt' | 'retryCount' | 'userData'> & {
    readonly errorMessages?: readonly string[];
};

/** As Crawlee numbers the states of requests that are done. */
const CRAWLEE_STATES = new Map<unknown, RequestState>([
    [4, 'handled'],
    [6, 'failed'],
    [7, 'skipped'],
]);

/**
 * Returns the state of a request. A queue knows handled ones only, and those that were given up are handled too: Crawlee says which
 * these are, and where it does not, they are those that have failed at each try.
 *
 * @param lockedIds - The requests that a client works on.
 */
export function requestState(
    { id, handledAt, errorMessages = [], retryCount = 0, userData }: RequestOutcome,
    lockedIds: ReadonlySet<string>,
): RequestState {
    if (!handledAt) return lockedIds.has(id) ? 'locked' : 'pending';
    const { state } = (userData?.['__crawlee'] ?? {}) as { state?: unknown };
    return CRAWLEE_STATES.get(state) ?? (errorMessages.length > retryCount ? 'failed' : 'handled');
}
