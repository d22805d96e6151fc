import { EngineError } from '../../errors/engine-error.js';
import type { QueueHeadItem, QueueListOptions, QueueListPage, QueueRequest } from '../../model/api/storage.js';
import { checkOptions, checkText, checkWhole, checkWord, invalid } from '../../util/check.js';
import { requestId } from './validate-request.js';
import type { QueueEntry, RequestQueueState } from './request-queue-state.js';

/** Maximum number of requests on one page of a list. */
export const MAX_LIST_SIZE = 10_000;
/** Maximum length of the excerpt of an invalid request in an error message. */
const MAX_SHOWN_CHARACTERS = 60;

/** Returns a copy of a request. Throws `storage-corrupted` if it is not valid JSON. */
export function parseRequest(text: string): QueueRequest {
    try {
        return JSON.parse(text) as QueueRequest;
    } catch (cause) {
        const start = text.slice(0, MAX_SHOWN_CHARACTERS);
        const message =
            `A stored request is not valid JSON: \`${start}\`. Remove its line from the journal of its queue while no engine has the ` +
            'directory open, or restore the file from a backup.';
        throw new EngineError('storage-corrupted', message, { details: { start }, cause });
    }
}

/** Returns a request as it appears in the head of a queue. */
export function toHeadItem({ text }: QueueEntry): QueueHeadItem {
    const { id, uniqueKey, url, method, retryCount } = parseRequest(text);
    return { id, uniqueKey, url, method: method ?? 'GET', retryCount: retryCount ?? 0 };
}

/** Returns the entry of a request. Throws `record-not-found` if it does not exist. */
export function requireEntry(state: RequestQueueState, id: string): QueueEntry {
    const entry = state.find(id);
    if (entry) return entry;
    const message = `The request queue has no request '${id}'. Use \`list()\` to see its requests.`;
    throw new EngineError('record-not-found', message, { details: { id } });
}

/** Returns the id of a request that is identified by its id or its `uniqueKey`. Throws `invalid-request` without either. */
export function parseReference(path: string, reference: unknown): { id: string; uniqueKey?: string } {
    const { id, uniqueKey } = (reference ?? {}) as { id?: unknown; uniqueKey?: unknown };
    if (typeof id === 'string') return { id };
    if (typeof uniqueKey === 'string') return { id: requestId(uniqueKey), uniqueKey };
    throw new EngineError('invalid-request', `\`${path}\` has neither \`id\` nor \`uniqueKey\`. Set one of them.`);
}

/**
 * Validates the options of a list. Returns a function that returns the page of a queue: requests in the order of their arrival.
 *
 * @throws `invalid-value` or `unknown-option`.
 */
export function createLister(options: QueueListOptions = {}): (state: RequestQueueState) => QueueListPage {
    checkOptions('options', options, ['limit', 'exclusiveStartId', 'cursor', 'filter']);
    const { exclusiveStartId, cursor, filter } = options;
    checkWhole('options.limit', options.limit, 0);
    checkText('options.exclusiveStartId', exclusiveStartId);
    checkText('options.cursor', cursor);
    checkFilter(options);
    const limit = Math.min(options.limit || MAX_LIST_SIZE, MAX_LIST_SIZE);
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const matches = ({ isHandled, lock }: QueueEntry): boolean =>
        !filter?.length || (!isHandled && filter.includes(lock ? 'locked' : 'pending'));
    return (state) => {
        const start = exclusiveStartId === undefined ? undefined : requireEntry(state, exclusiveStartId);
        const before = start ?? (after && (state.find(after.requestId) ?? after));
        const found = takeMatching(state.all(before?.ordinal), matches, limit + 1);
        const page = found.slice(0, limit);
        const last = found.length > limit ? page.at(-1) : undefined;
        return {
            limit,
            ...(exclusiveStartId !== undefined && { exclusiveStartId }),
            ...(cursor !== undefined && { cursor }),
            ...(last && { nextCursor: encodeCursor(last) }),
            items: page.map(({ text }) => parseRequest(text)),
        };
    };
}

function takeMatching(
    entries: Iterable<QueueEntry>,
    matches: (entry: QueueEntry) => boolean,
    count: number,
): QueueEntry[] {
    const found: QueueEntry[] = [];
    for (const entry of entries) {
        if (found.length === count) break;
        if (matches(entry)) found.push(entry);
    }
    return found;
}

function checkFilter({ filter, cursor, exclusiveStartId }: QueueListOptions): void {
    if (filter !== undefined && !Array.isArray(filter)) {
        throw invalid('options.filter', filter, "an array of 'locked' and 'pending'");
    }
    for (const [index, word] of (filter ?? []).entries()) {
        checkWord(`options.filter[${index}]`, word ?? null, ['locked', 'pending']);
    }
    if (exclusiveStartId === undefined || (filter === undefined && cursor === undefined)) return;
    const expected = 'omitted with `filter` or `cursor`';
    throw invalid('options.exclusiveStartId', exclusiveStartId, expected, 'Use `cursor`.');
}

/** Returns a cursor for the requests after an entry. It has the ordinal in case the entry is deleted in the meantime. */
function encodeCursor({ id, ordinal }: QueueEntry): string {
    return Buffer.from(JSON.stringify({ requestId: id, ordinal })).toString('base64url');
}

function decodeCursor(cursor: string): { requestId: string; ordinal: number } {
    try {
        const after = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { requestId: string; ordinal: number };
        if (typeof after.requestId === 'string' && typeof after.ordinal === 'number') return after;
    } catch {
        // Falls through to the error: text that is not JSON is not a cursor.
    }
    throw invalid('options.cursor', cursor, 'the `nextCursor` of a page', 'Omit it for the first page.');
}

/** Returns the error for an operation on the lock of a request that is not locked. */
export function notLockedError({ id, isHandled }: QueueEntry): EngineError {
    const message = isHandled
        ? `The request '${id}' is not locked: it is already handled.`
        : `The request '${id}' has no lock, or its lock has expired. Lock it with \`listAndLockHead()\`.`;
    return new EngineError('invalid-request', message, { details: { id } });
}

/** Throws `request-locked` if another client has locked the request. */
export function assertOwner({ id, lock }: QueueEntry, clientKey: string | undefined): void {
    if (lock?.clientKey === clientKey) return;
    const message =
        `The request '${id}' is locked by another client. ` +
        'Only the client whose `clientKey` locked it can prolong or release the lock before it expires.';
    throw new EngineError('request-locked', message, { details: { id } });
}
