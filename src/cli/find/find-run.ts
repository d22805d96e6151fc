import { notThere, type Candidate } from './not-there.js';
import { pathOf, referencePath } from './path-of.js';
import type { Run, RunListItem } from '../../model/run.js';
import type { Api } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';

/** A run as the API sends it. */
export type RunRecord = AsJson<Run>;

/** What stands for the run that was started last. */
const LAST = 'last';
/** The beginning of an id may stand for it, if it is so long. */
const LEAST_PREFIX = 4;

/**
 * The run that somebody means: by its id or the beginning of it, as `last`, or by the name of the Actor whose latest one it is.
 *
 * @throws EngineError `record-not-found`, which tells some that there are.
 */
export async function findRun(api: Api, reference: string): Promise<RunRecord> {
    const run = await findRunIfAny(api, reference);
    if (run !== undefined) return run;
    const latest = await latestRuns(api, 1000);
    throw notThere('run', reference, latest.map(candidateOf), 'runs ls');
}

/** The same; undefined if there is none. */
export async function findRunIfAny(api: Api, reference: string): Promise<RunRecord | undefined> {
    if (reference === LAST) {
        const [latest] = await latestRuns(api, 1);
        return latest && api.find(pathOf('actor-runs', latest.id));
    }
    return (
        (await api.find<RunRecord>(pathOf('actor-runs', reference))) ??
        (await api.find<RunRecord>(referencePath('acts', reference, 'runs', LAST))) ??
        (await byBeginning(api, reference))
    );
}

async function byBeginning(api: Api, beginning: string): Promise<RunRecord | undefined> {
    if (beginning.length < LEAST_PREFIX) return undefined;
    const meant = (await latestRuns(api, 1000)).filter(({ id }) => id.startsWith(beginning));
    return meant.length === 1 ? api.find(pathOf('actor-runs', meant[0]!.id)) : undefined;
}

async function latestRuns(api: Api, limit: number): Promise<readonly AsJson<RunListItem>[]> {
    return (await api.page<AsJson<RunListItem>>('actor-runs', { limit, query: { desc: true } })).items;
}

function candidateOf({ id, status }: AsJson<RunListItem>): Candidate {
    return { id, note: status };
}
