import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { printTable } from '../lists/print-list.js';
import { REQUEST_QUEUE_KIND } from '../storages/storage-kind.js';
import { formatCount, formatTime } from '../terminal/units.js';
import type { QueueListPage, QueueRequest } from '../../model/storage.js';
import type { Api } from '../api/api.js';
import type { CommandAction } from '../command.js';
import type { RequestFilter } from './request-filters.js';

const DEFAULT_LIMIT = 20;
/** As many as are read at once where only some of them are wanted. */
const PAGE_SIZE = 1000;

/** `queue requests`. */
export const listRequests: CommandAction = (call) => {
    const { words, terminal } = call;
    const wish: RequestsWish = {
        filter: words.text('filter') as RequestFilter | undefined,
        offset: words.whole('offset') ?? 0,
        limit: words.whole('limit', 1) ?? DEFAULT_LIMIT,
    };
    return withApi(call, async (api) => {
        const storage = await findStorage(api, REQUEST_QUEUE_KIND, words.args[0]!);
        const { items, isMore } = await readRequests(api, storage.id, wish);
        if (words.flag('json')) {
            terminal.json({ ...wish, count: items.length, isMore, items });
            return;
        }
        if (items.length > 0) {
            printTable(call, items, [
                { title: 'ID', isWhole: true, cell: ({ id }) => id },
                { title: 'STATE', style: styleOf, isWhole: true, cell: stateOf },
                { title: 'METHOD', isOptional: true, cell: ({ method = 'GET' }) => method },
                { title: 'URL', cell: ({ url }) => url },
                {
                    title: 'RETRIES',
                    isOptional: true,
                    align: 'right',
                    cell: ({ retryCount = 0 }) => String(retryCount),
                },
                {
                    title: 'HANDLED',
                    isOptional: true,
                    isWhole: true,
                    cell: ({ handledAt }) => formatTime(handledAt ?? undefined),
                },
                { title: 'LAST ERROR', style: () => 'red', cell: lastErrorOf },
            ]);
        }
        terminal.err.line(terminal.err.paint('dim', noteOf(wish, items.length, isMore, storage.totalRequestCount)));
    });
};

interface RequestsWish {
    readonly filter: RequestFilter | undefined;
    readonly offset: number;
    readonly limit: number;
}

/** The part of the requests that is wanted, in the order of the queue. */
async function readRequests(
    api: Api,
    queueId: string,
    { filter, offset, limit }: RequestsWish,
): Promise<{ items: QueueRequest[]; isMore: boolean }> {
    const items: QueueRequest[] = [];
    let skipped = 0;
    for await (const request of allRequests(api, queueId, filter)) {
        if (skipped < offset) skipped++;
        else if (items.length < limit) items.push(request);
        else return { items, isMore: true };
    }
    return { items, isMore: false };
}

async function* allRequests(
    api: Api,
    queueId: string,
    filter: RequestFilter | undefined,
): AsyncGenerator<QueueRequest> {
    const ofApi = filter === 'pending' || filter === 'locked' ? filter : undefined;
    for (let cursor: string | undefined; ;) {
        const query = { limit: PAGE_SIZE, cursor, filter: ofApi };
        const page = await api.get<QueueListPage>(pathOf('request-queues', queueId, 'requests'), { query });
        yield* page.items.filter((request) => isChosen(request, filter));
        cursor = page.nextCursor;
        if (cursor === undefined || cursor === null) return;
    }
}

/** The API itself chooses those that are pending or locked. */
function isChosen(request: QueueRequest, filter: RequestFilter | undefined): boolean {
    if (filter === 'handled') return isHandled(request);
    if (filter === 'failed') return stateOf(request) === 'failed';
    return true;
}

function isHandled({ handledAt }: QueueRequest): boolean {
    return handledAt !== undefined && handledAt !== null;
}

/** Crawlee marks a request that it has given up as handled, too; how it went shows in what it was left with. */
function stateOf(request: QueueRequest): string {
    if (!isHandled(request)) return 'pending';
    const { errorMessages = [], retryCount = 0, noRetry } = request;
    const hasFailed = errorMessages.length > retryCount || (noRetry === true && errorMessages.length > 0);
    return hasFailed ? 'failed' : 'handled';
}

function styleOf(state: string): 'green' | 'red' | 'yellow' {
    return state === 'handled' ? 'green' : state === 'failed' ? 'red' : 'yellow';
}

function lastErrorOf({ errorMessages = [] }: QueueRequest): string {
    return errorMessages.at(-1)?.split('\n')[0] ?? '';
}

function noteOf({ filter, offset }: RequestsWish, count: number, isMore: boolean, total = 0): string {
    const kind = filter === undefined ? 'request' : `${filter} request`;
    if (count === 0 && total === 0) return 'The request queue is empty.';
    if (count === 0)
        return offset > 0 ? `There are no more ${kind}s after --offset ${offset}.` : `There are no ${kind}s.`;
    if (isMore) return `There are more. See them with --offset ${offset + count}, or --limit N.`;
    return `${formatCount(count, kind)}${filter === undefined ? '' : ` of ${total}`}.`;
}
