import { isJsonObject } from '../../registry/json-file.js';
import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { readJson } from '../read-json.js';
import { showProgress } from '../progress.js';
import { readGiven } from '../read-given.js';
import { REQUEST_QUEUE_KIND } from '../storages/storage-kind.js';
import { formatCount } from '../terminal/units.js';
import { checkUrl, parseRequests } from './parse-requests.js';
import type { NewQueueRequest, QueueBatchResult } from '../../model/storage.js';
import type { CommandAction, CommandCall } from '../command.js';

/** As many as the API takes at once. */
const BATCH_SIZE = 25;

/** `queue add`. */
export const addRequests: CommandAction = async (call) => {
    const { words, terminal } = call;
    // All are read before any is added.
    const requests = (await readRequests(call)).map(withOptions(call));
    await withApi(call, async (api) => {
        const { id, name } = await findStorage(api, REQUEST_QUEUE_KIND, words.args[0]!);
        const path = pathOf('request-queues', id, 'requests', 'batch');
        const forefront = words.flag('forefront') || undefined;
        const progress = showProgress(terminal.err);
        let added = 0;
        let present = 0;
        try {
            for (const batch of inOrder(requests, forefront === true)) {
                const { processedRequests } = await api.post<QueueBatchResult>(path, {
                    query: { forefront },
                    body: batch,
                });
                present += processedRequests.filter(({ wasAlreadyPresent }) => wasAlreadyPresent).length;
                added += processedRequests.filter(({ wasAlreadyPresent }) => !wasAlreadyPresent).length;
                progress.tell(() => `${added + present} of ${requests.length} requests`);
            }
        } finally {
            progress.end();
        }
        if (words.flag('json')) {
            terminal.json({ queueId: id, added, alreadyPresent: present });
            return;
        }
        const others =
            present === 0 ? '' : ` ${formatCount(present, 'other')} ${present === 1 ? 'was' : 'were'} there already.`;
        terminal.out.line(`Added ${formatCount(added, 'request')} to the request queue ${name ?? id}.${others}`);
    });
};

async function readRequests(call: CommandCall): Promise<NewQueueRequest[]> {
    const [, ...urls] = call.words.args;
    if (urls.length > 0 && !(urls.length === 1 && urls[0] === '-')) {
        if (call.words.text('file') !== undefined)
            throw call.words.bad('Give the URLs either as arguments or with --file.');
        return urls.map((url, index) => ({ url: checkUrl(url, `URL ${index + 1}`) }));
    }
    const { bytes, source } = await readGiven(call, urls[0], 'the requests');
    const requests = parseRequests(bytes.toString(), source);
    if (requests.length === 0) throw call.words.bad(`${source}: there are no requests in it.`);
    return requests;
}

/** What the options say of all requests, unless a request says otherwise itself. */
function withOptions({ words }: CommandCall): (request: NewQueueRequest) => NewQueueRequest {
    const method = words.text('method') as NewQueueRequest['method'] | undefined;
    const label = words.text('label');
    const json = words.text('user-data');
    const userData = json === undefined ? {} : readJson(json, '--user-data');
    if (!isJsonObject(userData)) throw words.bad('--user-data must be a JSON object, in {}.');
    const common = { ...userData, ...(label !== undefined && { label }) };
    return (request) => ({
        ...(method !== undefined && { method }),
        ...request,
        ...(Object.keys(common).length > 0 && { userData: { ...common, ...request.userData } }),
    });
}

/** In batches; what goes to the front of the queue is added from its end, so that it is in order there. */
function* inOrder(requests: readonly NewQueueRequest[], isForefront: boolean): Generator<readonly NewQueueRequest[]> {
    const all = isForefront ? requests.toReversed() : requests;
    for (let from = 0; from < all.length; from += BATCH_SIZE) yield all.slice(from, from + BATCH_SIZE);
}
