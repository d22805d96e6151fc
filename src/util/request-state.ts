/** The states of a request in a queue. */
export const REQUEST_STATES = ['pending', 'locked', 'handled', 'failed', 'skipped'] as const;
/** The state of a request in a queue. */
export type RequestState = (typeof REQUEST_STATES)[number];

interface RequestOutcome {
    readonly id: string;
    readonly handledAt?: string | null;
    readonly retryCount?: number;
    readonly noRetry?: boolean;
    readonly errorMessages?: readonly string[];
    readonly userData?: Readonly<Record<string, unknown>>;
}

/** Crawlee's numbers for the final states of requests. */
const CRAWLEE_STATES = new Map<unknown, RequestState>([
    [4, 'handled'],
    [6, 'failed'],
    [7, 'skipped'],
]);

/**
 * Returns the state of a request. For a queue, failed requests are handled, too. Crawlee's own state distinguishes them; without it,
 * a request has failed if each attempt has an error, or if it has one and must not be retried.
 *
 * @param lockedIds - Ids of the requests that are locked by a client.
 */
export function requestState(
    { id, handledAt, errorMessages = [], retryCount = 0, noRetry = false, userData }: RequestOutcome,
    lockedIds: ReadonlySet<string>,
): RequestState {
    if (!handledAt) return lockedIds.has(id) ? 'locked' : 'pending';
    const { state } = (userData?.['__crawlee'] ?? {}) as { state?: unknown };
    const failures = noRetry ? 1 : retryCount + 1;
    return CRAWLEE_STATES.get(state) ?? (errorMessages.length >= failures ? 'failed' : 'handled');
}
