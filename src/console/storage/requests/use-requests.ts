import { api } from '../../api/api.js';
import { useCursorList } from '../../api/long-list.js';
import { requestState, type RequestState, type RequestTraces } from './request-state.js';
import type { CursorList } from '../../api/cursor-list.js';

/** A request of a queue, as lists have it. */
interface ListedRequest extends RequestTraces {
    readonly uniqueKey: string;
    readonly url: string;
    readonly method?: string;
    readonly loadedUrl?: string;
}

/** A request, and its state. */
export interface RequestRow {
    readonly request: ListedRequest;
    readonly state: RequestState;
}

/** Which requests are shown. */
export interface RequestChoice {
    readonly state: RequestState | '';
    /** Part of the URL or the unique key, whatever its case. */
    readonly text: string;
}

interface RequestsPage {
    readonly items: ListedRequest[];
    readonly nextCursor?: string;
}

const PART = 1_000;
/** By far more than are locked at once. */
const MOST_LOCKED = 10_000;

/** Returns the path of the requests of a queue below `/v2`. */
export function requestsPath(queueId: string): string {
    return `/request-queues/${encodeURIComponent(queueId)}/requests`;
}

/**
 * Reads the requests of a queue that match, as far as they are seen. The queue itself knows which are pending and which are
 * locked; for all else, the requests are read until enough match.
 */
export function useRequests(queueId: string, { state, text }: RequestChoice, version: number): CursorList<RequestRow> {
    let locked: Promise<ReadonlySet<string>> | undefined;
    const filter = state === 'locked' || state === 'pending' ? state : undefined;
    const wanted = text.toLowerCase();
    return useCursorList(`requests ${queueId} ${state} ${text}`, version, {
        async load(cursor, signal) {
            locked ??= readLocked(queueId, signal);
            const query = { limit: PART, cursor, filter };
            const [lockedIds, page] = await Promise.all([
                locked,
                api<RequestsPage>(requestsPath(queueId), { query, signal }),
            ]);
            const items = page.items.map((request) => ({ request, state: requestState(request, lockedIds) }));
            return { items, next: page.nextCursor };
        },
        isShown: ({ request: { url, uniqueKey, id }, state: own }) =>
            (state === '' || own === state) && [url, uniqueKey, id].some((part) => part.toLowerCase().includes(wanted)),
    });
}

async function readLocked(queueId: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const query = { limit: MOST_LOCKED, filter: 'locked' };
    const { items } = await api<RequestsPage>(requestsPath(queueId), { query, signal });
    return new Set(items.map(({ id }) => id));
}
