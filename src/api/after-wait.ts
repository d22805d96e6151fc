import { waitQuery } from './run-query.js';
import type { ClientRun, WaitOptions } from '../model/client.js';
import type { RouteCall } from './route.js';

/** The client of a run or a build. */
interface Waiting<Job> {
    waitForFinish(options: WaitOptions): Promise<Job>;
}

/**
 * A run or a build at its end, or as it is when its request has waited long enough. Rejects when the client of the request
 * goes away.
 *
 * @param job - As it is now, in case the request does not wait.
 */
export async function afterWait<Job>(job: Job, client: Waiting<Job>, { query, request }: RouteCall): Promise<Job> {
    const waitSecs = waitQuery(query);
    // A signal is made when it is first asked for, which takes long.
    return waitSecs ? client.waitForFinish({ waitSecs, signal: request.signal }) : job;
}

/** Starts a run for a request, and returns it as {@link afterWait} does. */
export async function startAndWait(call: RouteCall, start: () => Promise<ClientRun>): Promise<ClientRun> {
    // What cannot be read is to be refused before there is a run.
    waitQuery(call.query);
    const run = await start();
    return afterWait(run, call.client.run(run.id), call);
}
