import { isTerminal } from '../../model/api/status.js';
import { splitLines } from '../ui/log-line.js';
import { apiPath, ifFound, type Api } from './api.js';
import type { Run } from '../../model/api/run.js';

/** Seconds to wait between checks for the first line of a run. */
const WAIT_SECS = 1;

/** Yields the lines of the log of a run or a build, each with its time: the present lines, or all until the run ends. */
export async function* readLog(api: Api, id: string, { follow = false } = {}): AsyncGenerator<string> {
    // No log exists before the first line is written, which may never happen.
    for (let isEnded = !follow; ; isEnded = await hasEnded(api, id)) {
        const query = { raw: true, stream: follow || undefined };
        const response = await ifFound(api.request('GET', apiPath('logs', id), { query }));
        // The DOM types lack async iteration, which Node's streams have.
        const body: unknown = response?.body ?? [];
        yield* splitLines(body as AsyncIterable<Uint8Array>);
        if (response !== undefined || isEnded) return;
    }
}

async function hasEnded(api: Api, runId: string): Promise<boolean> {
    const run = await api.find<Run>(apiPath('actor-runs', runId), { waitForFinish: WAIT_SECS });
    return run === undefined || isTerminal(run.status);
}
