import { EngineError } from '../errors/engine-error.js';
import type { QueueHeadItem, QueueListPage, QueueRequest } from '../model/storage.js';
import { requestId } from './request-id.js';
import { encodeCursor, type ResolvedListOptions } from './request-queue-options.js';
import type { QueueEntry, RequestQueueState } from './request-queue-state.js';

/** How much of what is no request is told. */
const SHOWN_CHARACTERS = 60;

/** A copy of a request. */
export function parseRequest(text: string): QueueRequest {
    try {
        return JSON.parse(text) as QueueRequest;
    } catch (cause) {
        const start = text.slice(0, SHOWN_CHARACTERS);
        const message =
            `A stored request is not JSON: \`${start}\`. Take its line out of the journal of its queue while no engine has the ` +
            'directory open, or restore the file from a backup.';
        throw new EngineError('storage-corrupted', message, { details: { start }, cause });
    }
}

/** What the head of a queue shows of a request. */
export function headItem({ text }: QueueEntry): QueueHeadItem {
    const { id, uniqueKey, url, method, retryCount } = parseRequest(text);
    return { id, uniqueKey, url, method: method ?? 'GET', retryCount: retryCount ?? 0 };
}

/** The entry of a request; throws `record-not-found`. */
export function requireEntry(state: RequestQueueState, id: string): QueueEntry {
    const entry = state.find(id);
    if (entry) return entry;
    const message = `The request queue has no request '${id}'. Look at \`list()\` for those it has.`;
    throw new EngineError('record-not-found', message, { details: { id } });
}

/** The id of a request that is named by its id or its `uniqueKey`; throws `invalid-request` for one that is not. */
export function idOfReference(path: string, reference: unknown): { id: string; uniqueKey?: string } {
    const { id, uniqueKey } = (reference ?? {}) as { id?: unknown; uniqueKey?: unknown };
    if (typeof id === 'string') return { id };
    if (typeof uniqueKey === 'string') return { id: requestId(uniqueKey), uniqueKey };
    throw new EngineError('invalid-request', `\`${path}\` has neither \`id\` nor \`uniqueKey\`. Give one of them.`);
}

/** One page of requests, in the order in which they came. */
export function listRequests(state: RequestQueueState, query: ResolvedListOptions): QueueListPage {
    const { limit, exclusiveStartId, cursor } = query;
    const found: QueueEntry[] = [];
    for (const entry of state.all(startOfPage(state, query))) {
        if (found.length > limit) break;
        if (isWanted(entry, query)) found.push(entry);
    }
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
        limit,
        ...(exclusiveStartId !== undefined && { exclusiveStartId }),
        ...(cursor !== undefined && { cursor }),
        ...(last && { nextCursor: encodeCursor(last.id, last.ordinal) }),
        items: page.map(({ text }) => parseRequest(text)),
    };
}

function isWanted({ isHandled, lock }: QueueEntry, { wantsLocked, wantsPending }: ResolvedListOptions): boolean {
    if (!wantsLocked && !wantsPending) return true;
    return !isHandled && (lock ? wantsLocked : wantsPending);
}

/** The ordinal of the last request before the page. */
function startOfPage(state: RequestQueueState, { exclusiveStartId, after }: ResolvedListOptions): number {
    if (exclusiveStartId !== undefined) return requireEntry(state, exclusiveStartId).ordinal;
    if (after === undefined) return 0;
    return state.find(after.requestId)?.ordinal ?? after.ordinal;
}

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
