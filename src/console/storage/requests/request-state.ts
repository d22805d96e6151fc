import type { QueueRequest } from '../../api/json.js';

export const STATES = ['pending', 'locked', 'handled', 'failed', 'skipped'] as const;
export type RequestState = (typeof STATES)[number];

type RequestOutcome = Pick<QueueRequest, 'id' | 'handledAt' | 'retryCount' | 'userData'> & {
    readonly errorMessages?: readonly string[];
};

/** Crawlee's numbers for the final states of requests. */
const CRAWLEE_STATES = new Map<unknown, RequestState>([
    [4, 'handled'],
    [6, 'failed'],
    [7, 'skipped'],
]);

/**
 * Returns the state of a request. For a queue, failed requests are handled, too. Crawlee's own state distinguishes them; without it,
 * a request has failed if each attempt has an error.
 *
 * @param lockedIds - Ids of the requests that are locked by a client.
 */
export function requestState(
    { id, handledAt, errorMessages = [], retryCount = 0, userData }: RequestOutcome,
    lockedIds: ReadonlySet<string>,
): RequestState {
    if (!handledAt) return lockedIds.has(id) ? 'locked' : 'pending';
    const { state } = (userData?.['__crawlee'] ?? {}) as { state?: unknown };
    return CRAWLEE_STATES.get(state) ?? (errorMessages.length > retryCount ? 'failed' : 'handled');
}
