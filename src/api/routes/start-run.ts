import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/api/status.js';
import { createRequestClient } from '../../client/client.js';
import { invalid } from '../../util/check.js';
import { dataResponse, emptyResponse, recordResponse } from '../responses.js';
import { readBody } from '../body.js';
import { HttpError } from '../errors.js';
import { locationHeader } from '../links.js';
import { flag, number, text, type Readers } from '../query.js';
import type { AddRoute } from '../route.js';
import { itemsResponse } from './datasets.js';
import type { Client } from '../../model/client/client.js';
import type { ClientRun, WaitOptions } from '../../model/client/run.js';
import type { KeyValueStoreClient } from '../../model/client/storage.js';
import type { ResurrectOptions, StartOptions } from '../../model/api/run.js';
import type { RecordStreamer } from '../../model/streams.js';
import type { WebhookFields } from '../../model/api/webhook.js';
import type { ApiContext } from '../context.js';

/** Maximum time that a request waits; clients ask for hours and repeat the request. */
const MAX_WAIT_SECS = 60;
/** Maximum time that `run-sync` waits for its run, by the engine's clock. */
const MAX_SYNC_SECS = 300;
const DEFAULT_OUTPUT_KEY = 'OUTPUT';

/** The input in the body of a request. */
export interface RunBody {
    /** Undefined if the request has no body. */
    readonly input: Buffer | undefined;
    readonly contentType: string | undefined;
}

/** Returns the client that starts a run or build, whose record then has the origin and the user agent of the request. */
export function startingClient({ env, req }: ApiContext): Client {
    const headers = { origin: req.header('x-apify-request-origin'), userAgent: req.header('user-agent') };
    return createRequestClient(env.client, headers);
}

/** Starts a run of the Actor or task in the path, with the options in the query. */
export type Starter = (c: ApiContext, body: RunBody) => Promise<ClientRun>;

/** Adds the routes that start a run of an Actor or a task, and respond with the run, its output or its items. */
export function addStartRoutes(route: AddRoute, path: string, noun: 'actor' | 'task', start: Starter): void {
    const operation = `${noun}.start`;
    route('POST', `${path}/runs`, operation, async (c) => {
        // An invalid wait time is rejected before a run exists.
        readWaitSecs(c);
        const started = await start(c, await readRunBody(c));
        const run = await waitForFinish(c, started, c.env.client.run(started.id));
        return dataResponse(c, run, 201, locationHeader(c, 'actor-runs', run.id));
    });
    route(['GET', 'POST'], `${path}/run-sync`, operation, async (c) => outputResponse(c, await runToEnd(c, start)));
    route(['GET', 'POST'], `${path}/run-sync-get-dataset-items`, operation, async (c) => {
        const { defaultDatasetId } = await runToEnd(c, start);
        const headers = locationHeader(c, 'datasets', defaultDatasetId, 'items');
        return itemsResponse(c, c.env.client.dataset(defaultDatasetId), { status: 201, headers });
    });
}

/** Reads the input of a run: its unchanged bytes and their type. */
export async function readRunBody(c: ApiContext): Promise<RunBody> {
    const input = await readBody(c);
    // Clients send a type even without a body.
    if (input.length === 0) return { input: undefined, contentType: undefined };
    return { input, contentType: c.req.header('content-type') };
}

/** Starts a run and waits until it succeeds. If that takes longer than the request may, the run continues. */
async function runToEnd(c: ApiContext, start: Starter): Promise<ClientRun> {
    const { id } = await start(c, await readRunBody(c));
    const run = c.env.client.run(id);
    const ended = await run.waitForFinish({ waitSecs: MAX_SYNC_SECS, signal: c.req.raw.signal });
    const { status } = ended;
    if (!isTerminal(status)) {
        const message = `Actor run exceeded the timeout of ${MAX_SYNC_SECS} seconds for this API endpoint`;
        throw new HttpError(408, 'run-timeout-exceeded', message);
    }
    if (status === 'SUCCEEDED') return ended;
    const message = `Actor run did not succeed (run ID: ${id}, status: ${status}).`;
    throw new EngineError('run-failed', message, { details: { run: id, status } });
}

/** Responds with a record of the default store; without a body if the Actor has not stored the record. */
async function outputResponse(c: ApiContext, { defaultKeyValueStoreId }: ClientRun): Promise<Response> {
    const store = c.env.client.keyValueStore(defaultKeyValueStoreId) as KeyValueStoreClient & RecordStreamer;
    const record = await store.streamRecord(text(c, 'outputRecordKey') ?? DEFAULT_OUTPUT_KEY);
    return record === undefined ? emptyResponse(c, 201) : recordResponse(c, record, { status: 201 });
}

/** The client of a run or a build. */
interface JobClient<Job> {
    waitForFinish(options: WaitOptions): Promise<Job>;
}

/**
 * Returns a run or build at its end, or in its state after the wait time. Rejects if the client disconnects.
 *
 * @param job - Its present state, for requests that do not wait.
 */
export async function waitForFinish<Job>(c: ApiContext, job: Job, client: JobClient<Job>): Promise<Job> {
    const waitSecs = readWaitSecs(c);
    // Read only if needed: the first use of a request's signal creates it.
    return waitSecs ? client.waitForFinish({ waitSecs, signal: c.req.raw.signal }) : job;
}

/** Reads the maximum wait for the end of a run, in seconds. */
export function readWaitSecs(c: ApiContext): number | undefined {
    const secs = number(c, 'waitForFinish');
    if (secs !== undefined && secs < 0) throw invalid('waitForFinish', secs, 'a number of seconds, 0 or more');
    return secs === undefined ? undefined : Math.min(secs, MAX_WAIT_SECS);
}

/** Readers of the options of a resurrection, which a start also has. */
export const RESURRECT: Readers<ResurrectOptions> = {
    build: text,
    memory: number,
    timeout(c, name) {
        const secs = number(c, name);
        // The SDK sends the remaining time of a run, to the millisecond.
        return secs === undefined ? undefined : Math.ceil(secs);
    },
    maxItems: number,
    maxTotalChargeUsd: number,
    restartOnError: flag,
};

/** Readers of the options of a start. */
export const START: Readers<StartOptions> = { ...RESURRECT, webhooks: webhooksQuery, forcePermissionLevel: text };

/** Reads ad-hoc webhooks: JSON in Base64. The client validates each. */
function webhooksQuery(c: ApiContext): WebhookFields[] | undefined {
    const encoded = text(c, 'webhooks');
    if (encoded === undefined) return undefined;
    let webhooks: unknown;
    try {
        webhooks = JSON.parse(Buffer.from(encoded, 'base64').toString());
    } catch {
        // Invalid JSON is rejected below.
    }
    if (Array.isArray(webhooks)) return webhooks as WebhookFields[];
    throw invalid('webhooks', encoded, 'an array of webhooks, as JSON in Base64');
}
