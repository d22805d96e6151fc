export interface RequestTraces {
    readonly id: string;
    readonly handledAt?: string | null;
    readonly errorMessages?: readonly string[];
    readonly retryCount?: number;
    readonly userData?: Readonly<Record<string, unknown>>;
}

export type RequestState = 'pending' | 'locked' | 'handled' | 'failed' | 'skipped';

/** As Crawlee numbers the states of requests. */
const CRAWLEE_DONE = 4;
const CRAWLEE_ERROR = 6;
const CRAWLEE_SKIPPED = 7;

/**
 * How it is with a request. A queue knows handled ones only, and those that were given up are handled too: Crawlee says which
 * these are, and where it does not, they are those that have failed at each try.
 *
 * @param lockedIds - The requests that somebody works on.
 */
export function requestState(request: RequestTraces, lockedIds: ReadonlySet<string>): RequestState {
    const { id, handledAt, errorMessages = [], retryCount = 0 } = request;
    if (!handledAt) return lockedIds.has(id) ? 'locked' : 'pending';
    switch (crawleeState(request)) {
        case CRAWLEE_ERROR:
            return 'failed';
        case CRAWLEE_SKIPPED:
            return 'skipped';
        case CRAWLEE_DONE:
            return 'handled';
        default:
            return errorMessages.length > retryCount ? 'failed' : 'handled';
    }
}

function crawleeState({ userData }: RequestTraces): unknown {
    const crawlee = userData?.['__crawlee'];
    return typeof crawlee === 'object' && crawlee !== null ? (crawlee as { state?: unknown }).state : undefined;
}
