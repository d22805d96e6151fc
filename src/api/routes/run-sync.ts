import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/status.js';
import { ApiRefusal } from '../api-refusal.js';
import { locationHeader } from '../location.js';
import { recordAnswer } from '../record-answer.js';
import { readRunBody, type RunBody } from '../run-body.js';
import { itemsAnswer } from './dataset.js';
import type { ClientRun, KeyValueStoreClient, RunClient } from '../../model/client.js';
import type { RecordStreamer } from '../../model/streams.js';
import type { RouteCall, RouteTable } from '../route.js';

/** So long a request waits for the end of the run that it has started, by the engine's clock. */
const MAX_WAIT_SECS = 300;
const DEFAULT_OUTPUT_KEY = 'OUTPUT';

/** Starts a run for a request, with the options that its query has. */
export type StartForCall = (call: RouteCall, body: RunBody) => Promise<Pick<ClientRun, 'id'>>;

/**
 * The routes that start a run and answer with what comes of it: a record of its default key-value store, or the items of its
 * default dataset. The run goes on if it takes too long for the request.
 *
 * @param path - Of what is run: `/actors/:actorId`.
 */
export function runSyncRoutes(path: string, start: StartForCall): RouteTable {
    const output = async (call: RouteCall): Promise<Response> => {
        const { id } = await finish(call, start);
        return outputAnswer(call.client.run(id), call);
    };
    const items = async (call: RouteCall): Promise<Response> => {
        const { defaultDatasetId } = await finish(call, start);
        const headers = locationHeader(call, ['datasets', defaultDatasetId, 'items']);
        return itemsAnswer(call.client.dataset(defaultDatasetId), call, { status: 201, headers });
    };
    return {
        [`GET ${path}/run-sync`]: output,
        [`POST ${path}/run-sync`]: output,
        [`GET ${path}/run-sync-get-dataset-items`]: items,
        [`POST ${path}/run-sync-get-dataset-items`]: items,
    };
}

/** The run of a request, once it has succeeded. */
async function finish(call: RouteCall, start: StartForCall): Promise<ClientRun> {
    const { client, request } = call;
    const { id } = await start(call, await readRunBody(request));
    const ended = await client.run(id).waitForFinish({ waitSecs: MAX_WAIT_SECS, signal: request.signal });
    const { status } = ended;
    if (!isTerminal(status)) {
        const message = `Actor run exceeded the timeout of ${MAX_WAIT_SECS} seconds for this API endpoint`;
        throw new ApiRefusal(408, 'run-timeout-exceeded', message);
    }
    if (status === 'SUCCEEDED') return ended;
    const message = `Actor run did not succeed (run ID: ${id}, status: ${status}).`;
    throw new EngineError('run-failed', message, { details: { run: id, status } });
}

/** A record under its own type; no body where the Actor has not made any, as none has to. */
async function outputAnswer(run: RunClient, { query, request }: RouteCall): Promise<Response> {
    const key = query.text('outputRecordKey') ?? DEFAULT_OUTPUT_KEY;
    const record = await (run.keyValueStore() as KeyValueStoreClient & RecordStreamer).streamRecord(key);
    return record === undefined ? new Response(null, { status: 201 }) : recordAnswer(record, request, { status: 201 });
}
