import { isTerminal } from '../../model/api/status.js';
import { linesOf } from '../ui/log-line.js';
import { apiPath, ifFound, type Api } from './api.js';
import type { Run } from '../../model/api/run.js';

/** How long to wait at a time for the first line of a run. */
const WAIT_SECS = 1;

/** Yields the lines of the log of a run or a build, each with its time: the present ones, or all until the end of the run. */
export async function* readLog(api: Api, id: string, { follow = false } = {}): AsyncGenerator<string> {
    // There is no log before the first line is written, and perhaps never.
    for (let isOver = !follow; ; isOver = await hasEnded(api, id)) {
        const query = { raw: true, stream: follow || undefined };
        const response = await ifFound(api.request('GET', apiPath('logs', id), { query }));
        // The types of the DOM do not know that Node's streams can be iterated.
        const body: unknown = response?.body ?? [];
        yield* linesOf(body as AsyncIterable<Uint8Array>);
        if (response !== undefined || isOver) return;
    }
}

async function hasEnded(api: Api, runId: string): Promise<boolean> {
    const run = await api.find<Run>(apiPath('actor-runs', runId), { waitForFinish: WAIT_SECS });
    return run === undefined || isTerminal(run.status);
}
