import { wholeNumber, type OptionsOf } from '../command.js';
import { defineDataCommand } from '../data-command.js';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../util/json/json.js';
import { show } from '../../util/check.js';
import { apiPath, type Api } from '../backend/api.js';
import { findStorage, REQUEST_QUEUE } from '../backend/resolve.js';
import { REQUEST_STATES, requestState, type RequestState } from '../../util/request-state.js';
import { usageError } from '../errors.js';
import { parseJson, readValue } from '../input.js';
import { inBatches } from '../ui/progress.js';
import { formatTable, type Column } from '../ui/table.js';
import { formatCount, formatTime } from '../ui/units.js';
import { createStorageCommands, describeArgument } from './storage-commands.js';
import type { NewQueueRequest, QueueBatchResult, QueueListPage, QueueRequest } from '../../model/api/storage.js';
import type { Cli } from '../cli.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'OPTIONS', 'CONNECT', 'PATCH'] as const;
/** Number of requests per page. */
const PAGE_SIZE = 1000;
/** Maximum number of requests in a batch of the API. */
const BATCH_SIZE = 25;

const LIST_OPTIONS = {
    '--filter <STATE>': ['filter by state', REQUEST_STATES],
    '-n, --limit <N>': ['maximum number of results', wholeNumber(1), 20],
    '--offset <N>': ['skip the first N', wholeNumber(0), 0],
} as const;

const ADD_OPTIONS = {
    '-f, --file <FILE>': 'read the requests from a file (- = stdin)',
    '--forefront': 'add to the front',
    '--label <LABEL>': 'label of the requests, by which Crawlee routes them',
    '--user-data <JSON>': 'user data of the requests',
    '--method <METHOD>': ['method of the requests (default: "GET")', METHODS],
} as const;

const requests = defineDataCommand({
    description: 'List the requests of a queue, with their states and errors',
    args: { '<queue>': describeArgument(REQUEST_QUEUE) },
    options: LIST_OPTIONS,
    examples: {
        'greenroom queue requests last': 'The requests of the latest run',
        'greenroom queue requests last --filter failed': 'Failed requests, with their errors',
    },
    run: (cli, options, queue: string) => async (api) => {
        const { filter, limit, offset } = options;
        const { id, totalRequestCount = 0 } = await findStorage(api, REQUEST_QUEUE, queue);
        const { items, isMore } = await readRequests(api, id, options);
        return {
            json: { filter, offset, limit, count: items.length, isMore, items },
            text: () => formatTable(cli.out, items, COLUMNS),
            note: isMore
                ? `See more with --offset ${offset + items.length} or --limit N.`
                : formatNote(items.length, totalRequestCount, options),
        };
    },
});

const add = defineDataCommand({
    description: 'Add requests to a queue; a file has a URL on each line, or a JSON array of URLs and requests',
    args: { '<queue>': describeArgument(REQUEST_QUEUE), '[url...]': 'URLs (default: stdin)' },
    options: ADD_OPTIONS,
    examples: {
        'greenroom queue add todo https://example.com': 'Add one URL',
        'greenroom queue add todo --file urls.txt --label DETAIL': 'Add the URLs of a file, with a label',
    },
    async run(cli, options, queue: string, urls: string[]) {
        // All requests are parsed before the first is added.
        const requests = (await readRequestList(cli, urls, options.file)).map(createRequestCompleter(options));
        const { forefront = false } = options;
        return async (api) => {
            const { id, name } = await findStorage(api, REQUEST_QUEUE, queue);
            const path = apiPath('request-queues', id, 'requests', 'batch');
            let alreadyPresent = 0;
            const describe = (done: number): string => `${done} of ${requests.length} requests added`;
            await inBatches(cli.err, splitBatches(requests, forefront), describe, async (body) => {
                const { processedRequests } = await api.post<QueueBatchResult>(path, { query: { forefront }, body });
                alreadyPresent += processedRequests.filter(({ wasAlreadyPresent }) => wasAlreadyPresent).length;
            });
            const added = requests.length - alreadyPresent;
            const duplicatesNote = alreadyPresent === 0 ? '' : ` Already present: ${alreadyPresent}.`;
            const text = `Added ${formatCount(added, 'request')} to the request queue ${name ?? id}.${duplicatesNote}`;
            return { json: { queueId: id, added, alreadyPresent }, text };
        };
    },
});

export const commands = { queue: { commands: { ...createStorageCommands(REQUEST_QUEUE), requests, add } } };

/** A request with its state. */
type ListedRequest = QueueRequest & { readonly state: RequestState };

const COLUMNS: readonly Column<ListedRequest>[] = [
    { title: 'ID', keepsWidth: true, cell: ({ id }) => id },
    {
        title: 'STATE',
        style: (state) => (state === 'handled' ? 'green' : state === 'failed' ? 'red' : 'yellow'),
        keepsWidth: true,
        cell: ({ state }) => state,
    },
    { title: 'METHOD', isOptional: true, cell: ({ method = 'GET' }) => method },
    { title: 'URL', cell: ({ url }) => url },
    { title: 'RETRIES', isOptional: true, align: 'right', cell: ({ retryCount = 0 }) => String(retryCount) },
    {
        title: 'HANDLED',
        isOptional: true,
        keepsWidth: true,
        cell: ({ handledAt }) => formatTime(handledAt ?? undefined),
    },
    {
        title: 'LAST ERROR',
        style: () => 'red',
        cell: ({ errorMessages = [] }) => errorMessages.at(-1)?.split('\n')[0] ?? '',
    },
];

function formatNote(count: number, total: number, { filter, offset }: OptionsOf<typeof LIST_OPTIONS>): string {
    const kind = filter === undefined ? 'request' : `${filter} request`;
    if (total === 0) return 'The request queue is empty.';
    if (count === 0) return offset > 0 ? `No more ${kind}s after --offset ${offset}.` : `No ${kind}s.`;
    return `${formatCount(count, kind)}${filter === undefined ? '' : ` of ${total}`}.`;
}

/** Reads a range of the requests that match, in the order of the queue. */
async function readRequests(api: Api, queueId: string, { filter, offset, limit }: OptionsOf<typeof LIST_OPTIONS>) {
    // Requests do not include their locks, but the API filters by them. Handled and failed requests are filtered here.
    const lockedIds = new Set<string>();
    for await (const items of readPages(api, queueId, 'locked')) for (const { id } of items) lockedIds.add(id);
    const found: ListedRequest[] = [];
    for await (const items of readPages(
        api,
        queueId,
        filter === 'pending' || filter === 'locked' ? filter : undefined,
    )) {
        const listed = items.map((request) => ({ ...request, state: requestState(request, lockedIds) }));
        found.push(...listed.filter(({ state }) => isWanted(state, filter)));
        if (found.length > offset + limit) break;
    }
    return { items: found.slice(offset, offset + limit), isMore: found.length > offset + limit };
}

async function* readPages(
    api: Api,
    queueId: string,
    filter: 'pending' | 'locked' | undefined,
): AsyncGenerator<readonly QueueRequest[]> {
    let cursor: string | undefined;
    do {
        const query = { limit: PAGE_SIZE, cursor, filter };
        const page = await api.get<QueueListPage>(apiPath('request-queues', queueId, 'requests'), query);
        yield page.items;
        cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
}

/** True if a state matches a filter. Failed and skipped requests are handled, too. */
function isWanted(state: RequestState, filter: RequestState | undefined): boolean {
    return filter === undefined || state === filter || (filter === 'handled' && /failed|skipped/.test(state));
}

async function readRequestList(
    cli: Cli,
    urls: readonly string[],
    file: string | undefined,
): Promise<readonly NewQueueRequest[]> {
    if (urls.length > 0 && urls.join() !== '-') {
        if (file !== undefined) throw usageError('Pass the URLs either as arguments or with --file, not both.');
        return urls.map((url, index) => parseRequest(url, `URL ${index + 1}`));
    }
    const { bytes, source } = await readValue(cli, 'requests', urls[0], file);
    const requests = parseRequests(bytes.toString(), source);
    if (requests.length === 0) throw usageError(`No requests found in ${source}.`);
    return requests;
}

/** Returns a function that adds the options to a request. Properties of the request take precedence. */
function createRequestCompleter({
    method,
    label,
    userData: json,
}: OptionsOf<typeof ADD_OPTIONS>): (request: NewQueueRequest) => NewQueueRequest {
    const userData = json === undefined ? {} : parseJson(json, '--user-data');
    if (!isJsonObject(userData)) throw usageError('--user-data must be a JSON object, such as {}.');
    const common = { ...userData, ...(label !== undefined && { label }) };
    return (request) => ({
        ...(method !== undefined && { method }),
        ...request,
        ...(Object.keys(common).length > 0 && { userData: { ...common, ...request.userData } }),
    });
}

/** Splits requests into batches. For the front of the queue, the last batch is added first, which keeps the order. */
function splitBatches(requests: readonly NewQueueRequest[], isForefront: boolean): NewQueueRequest[][] {
    const all = isForefront ? requests.toReversed() : requests;
    const starts = Array.from({ length: Math.ceil(all.length / BATCH_SIZE) }, (_, index) => index * BATCH_SIZE);
    return starts.map((from) => all.slice(from, from + BATCH_SIZE));
}

/**
 * Parses requests: a URL on each line (empty lines and `#` comments are skipped), or a JSON array of URLs and requests.
 *
 * @param source - Origin of the text, for messages: `urls.txt`.
 * @throws EngineError `invalid-value`, with the position of a value that is not a request.
 */
export function parseRequests(text: string, source: string): NewQueueRequest[] {
    const plain = text.replace(/^\uFEFF/, '');
    if (/^\s*[[{]/.test(plain)) {
        const entries = [parseJson(plain, source)].flat();
        return entries.map((entry, index) => parseRequest(entry, `Request ${index + 1} of ${source}`));
    }
    return plain.split('\n').flatMap((line, index) => {
        const url = line.trim();
        return url === '' || url.startsWith('#') ? [] : [parseRequest(url, `Line ${index + 1} of ${source}`)];
    });
}

function parseRequest(entry: unknown, label: string): NewQueueRequest {
    const request = typeof entry === 'string' ? { url: entry } : entry;
    if (!isJsonObject(request) || typeof request['url'] !== 'string') {
        const message = `${label} is ${show(entry)}, but must be a URL or an object with a \`url\`.`;
        throw new EngineError('invalid-value', message);
    }
    const { url } = request;
    if (URL.canParse(url) && /^https?:/i.test(url)) return { ...request, url };
    const hasHost = /^[\w.-]+\.\w+/.test(url) && URL.canParse(`https://${url}`);
    const hint = hasHost ? ` Did you mean \`https://${url}\`?` : '';
    const message = `${label}: ${show(url)} is not an http or https URL.${hint}`;
    throw new EngineError('invalid-value', message, { details: { url } });
}
