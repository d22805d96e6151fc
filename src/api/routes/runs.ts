import { respond, attachmentHeaders, jsonResponse } from '../responses.js';
import { readFields } from '../body.js';
import { HttpError, orNotFound } from '../errors.js';
import { flag, list, PAGE, readQuery, requiredText, text, type Readers } from '../query.js';
import { param, routesBelow, type AddRoute } from '../route.js';
import { JOB_STATUSES } from '../../model/api/status.js';
import { checkOptions, checkString, invalid } from '../../util/check.js';
import { addDatasetRoutes } from './datasets.js';
import { addKeyValueStoreRoutes } from './key-value-stores.js';
import { addRequestQueueRoutes, queueById } from './request-queues.js';
import { deleteFound } from './resource.js';
import { waitForFinish, readRunBody, RESURRECT } from './start-run.js';
import type {
    LastRunOptions,
    LogClient,
    RunClient,
    RunCollectionClient,
    RunListOptions,
} from '../../model/client/run.js';
import type { RunChargeOptions } from '../../model/api/pricing.js';
import type { ApiContext, Resolver } from '../context.js';

const TEXT = 'text/plain; charset=utf-8';
const LIST: Readers<RunListOptions> = { ...PAGE, status: statuses, startedBefore: text, startedAfter: text };
/** Readers of the options that select the last run. */
export const LAST_RUN: Readers<LastRunOptions> = { status: (c, name) => statuses(c, name)?.[0], origin: text };

/** Reads a filter by status; the platform has another error for it than for other parameters. */
function statuses(c: ApiContext, name: string): string[] | undefined {
    const names = list(c, name);
    const unknown = names?.find((status) => !(JOB_STATUSES as readonly string[]).includes(status));
    if (unknown === undefined) return names;
    const message = `\`status\` is '${unknown}', but must be one of ${JOB_STATUSES.join(', ')}.`;
    throw new HttpError(400, 'invalid-request', message);
}

/** Adds the routes of all runs, and of logs by the id of their run or build. */
export function addAllRunRoutes(route: AddRoute): void {
    addRunListRoute(route, '/actor-runs', (c) => c.env.client.runs());
    addRunRoutes(route, '/actor-runs/:runId', (c) => c.env.client.run(param(c, 'runId')));
    route('GET', '/logs/:jobId', 'log.get', (c) => logResponse(c, c.env.client.log(param(c, 'jobId'))));
}

/** Adds the route that lists runs, of one Actor or of all. */
export function addRunListRoute(route: AddRoute, path: string, runsOf: (c: ApiContext) => RunCollectionClient): void {
    route('GET', path, 'runs.list', (c) => runsOf(c).list(readQuery(c, LIST)));
}

/** Adds the routes of one run, with those of its log and its default storages. */
export function addRunRoutes(route: AddRoute, path: string, runOf: Resolver<RunClient>): void {
    const at = routesBelow(route, path, runOf);
    at('GET', '', 'run.get', async (run, c) => waitForFinish(c, orNotFound(await run.get(), 'Run', c), run));
    at('PUT', '', 'run.update', async (run, c) => {
        // Some clients repeat the id in the body, as the API's description requires.
        const { runId: _, ...fields } = await readFields(c);
        return run.update(fields);
    });
    at('DELETE', '', 'run.delete', (run, c) => deleteFound(run, 'Run', c));
    at('POST', '/abort', 'run.abort', (run, c) => run.abort({ gracefully: flag(c, 'gracefully') }));
    at('POST', '/metamorph', 'run.metamorph', async (run, c) => {
        const target = requiredText(c, 'targetActorId');
        const { input, contentType } = await readRunBody(c);
        return run.metamorph(target, input, { build: text(c, 'build'), contentType });
    });
    at('POST', '/reboot', 'run.reboot', (run) => run.reboot());
    at('POST', '/resurrect', 'run.resurrect', (run, c) => run.resurrect(readQuery(c, RESURRECT)));
    at('POST', '/charge', 'run.charge', async (run, c) => {
        await run.charge(await readCharge(c));
        return jsonResponse(c, {}, 201);
    });
    at('GET', '/log', 'log.get', (run, c) => logResponse(c, run.log()));
    addStorageRoutes(route, path, runOf);
}

/** Responds with a log: the present lines, or a live stream until the run ends. */
export async function logResponse(c: ApiContext, log: LogClient): Promise<Response> {
    const options = { raw: flag(c, 'raw') };
    const headers = { ...attachmentHeaders(flag(c, 'download'), 'log.txt'), 'content-type': TEXT };
    const body = flag(c, 'stream') ? await log.stream(options) : await log.get(options);
    return respond(c, orNotFound(body, 'Log', c), { headers });
}

async function readCharge(c: ApiContext): Promise<RunChargeOptions> {
    // The request of a Server Actor that the charge is for. All requests here are of the run's own user.
    const { requestId, ...fields } = await readFields(c);
    checkString('body.requestId', requestId);
    checkOptions('body', fields, ['eventName', 'count']);
    // The client has a default; the API does not.
    if (fields['count'] === undefined) throw invalid('body.count', undefined, 'a whole number, 1 or more');
    return { ...(fields as unknown as RunChargeOptions), idempotencyKey: c.req.header('idempotency-key') };
}

function addStorageRoutes(route: AddRoute, path: string, runOf: Resolver<RunClient>): void {
    const recordOf = async (c: ApiContext) => orNotFound(await (await runOf(c)).get(), 'Run', c);
    addDatasetRoutes(route, `${path}/dataset`, {
        storageOf: async (c) => (await runOf(c)).dataset(),
        idOf: async (c) => (await recordOf(c)).defaultDatasetId,
    });
    addKeyValueStoreRoutes(route, `${path}/key-value-store`, {
        storageOf: async (c) => (await runOf(c)).keyValueStore(),
        idOf: async (c) => (await recordOf(c)).defaultKeyValueStoreId,
    });
    // By id: the queue of a run client has no `clientKey`.
    addRequestQueueRoutes(route, `${path}/request-queue`, async (c) =>
        queueById(c, (await recordOf(c)).defaultRequestQueueId),
    );
}
