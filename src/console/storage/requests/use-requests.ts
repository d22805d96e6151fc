import { api } from '../../api/api.js';
import type { CursorList } from '../../api/cursor-list.js';
import { useCursorList } from '../../api/use-cursor-list.js';
import { requestState, type RequestState, type RequestTraces } from './request-state.js';

/** A request of a queue, as lists of them have it. */
export interface ListedRequest extends RequestTraces {
    readonly uniqueKey: string;
    readonly url: string;
    readonly method?: string;
    readonly loadedUrl?: string;
    readonly payload?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly noRetry?: boolean;
}

/** A request, and how it is with it. */
export interface RequestRow {
    readonly request: ListedRequest;
    readonly state: RequestState;
}

/** Which requests are looked at. */
export interface RequestChoice {
    readonly state: RequestState | '';
    /** Part of the URL or the unique key, whatever its case. */
    readonly text: string;
}

interface RequestsPage {
    items: ListedRequest[];
    nextCursor?: string;
}

const PART = 1_000;
/** A queue has no more of them under way at once, by far. */
const MOST_LOCKED = 10_000;

/** The path of a queue below `/v2`. */
export function queuePath(queueId: string): string {
    return `/request-queues/${encodeURIComponent(queueId)}`;
}

/**
 * The requests of a queue that are like that, read as far as they are seen. The queue itself knows which are pending and which
 * are locked; among all others those that are looked for are found by reading on.
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
                api<RequestsPage>(`${queuePath(queueId)}/requests`, { query, signal }),
            ]);
            const items = page.items.map((request) => ({ request, state: requestState(request, lockedIds) }));
            return { items, next: page.nextCursor };
        },
        isShown: (row) => (state === '' || row.state === state) && (wanted === '' || isLike(row.request, wanted)),
    });
}

async function readLocked(queueId: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const query = { limit: MOST_LOCKED, filter: 'locked' };
    const { items } = await api<RequestsPage>(`${queuePath(queueId)}/requests`, { query, signal });
    return new Set(items.map(({ id }) => id));
}

function isLike({ url, uniqueKey, id }: ListedRequest, text: string): boolean {
    return [url, uniqueKey, id].some((where) => where.toLowerCase().includes(text));
}
