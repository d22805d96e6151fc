import { isTerminal } from '../../model/status.js';
import { ifFound } from '../api/if-found.js';
import { pathOf } from '../find/path-of.js';
import { linesOf } from '../lines-of.js';
import type { Run } from '../../model/run.js';
import type { Api } from '../api/api.js';

/** How long to wait at a time for the first line of a run that has not written any. */
const WAIT_SECS = 1;

/**
 * The lines of the log of a run or a build, each with its time, as they were written.
 *
 * @param isLive - Whether they go on until the end of the run. Default: false, only those that there are by now.
 */
export async function* logLines(api: Api, id: string, { isLive = false } = {}): AsyncGenerator<string> {
    // There is no log until something is written to it, and maybe never.
    for (let isOver = !isLive; ; isOver = await hasEnded(api, id)) {
        const query = { raw: true, stream: isLive || undefined };
        const response = await ifFound(api.request('GET', pathOf('logs', id), { query }));
        // Not all types of the DOM know that Node's streams can be iterated.
        const body: unknown = response?.body ?? [];
        yield* linesOf(body as AsyncIterable<Uint8Array>);
        if (response !== undefined || isOver) return;
    }
}

async function hasEnded(api: Api, runId: string): Promise<boolean> {
    const run = await api.find<Run>(pathOf('actor-runs', runId), { query: { waitForFinish: WAIT_SECS } });
    return run === undefined || isTerminal(run.status);
}
