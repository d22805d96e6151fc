import { EngineError } from '../../errors/engine-error.js';
import { nearMiss } from '../../util/check.js';
import { apiPath, referencePath, type Api, type AsJson } from './api.js';
import type { Page } from '../../model/api/page.js';
import type { Actor } from '../../model/api/actor.js';
import type { ActorListItem } from '../../model/client/client.js';
import type { Run, RunListItem } from '../../model/api/run.js';
import type { DatasetInfo, RequestQueueInfo, StorageInfo } from '../../model/api/storage.js';

/** A run as the API sends it. */
export type RunRecord = AsJson<Run>;

/** A storage of any kind, as the API sends it. */
export type StorageRecord = AsJson<StorageInfo & Pick<DatasetInfo, 'stats'>> &
    Partial<Pick<DatasetInfo, 'itemCount' | 'fields'>> &
    Partial<Pick<RequestQueueInfo, 'totalRequestCount' | 'handledRequestCount' | 'pendingRequestCount'>>;

export const DATASET = {
    command: 'dataset',
    noun: ['dataset', 'datasets'],
    path: 'datasets',
    runField: 'defaultDatasetId',
} as const;
export const KEY_VALUE_STORE = {
    command: 'kv',
    noun: ['key-value store', 'key-value stores'],
    path: 'key-value-stores',
    runField: 'defaultKeyValueStoreId',
} as const;
export const REQUEST_QUEUE = {
    command: 'queue',
    noun: ['request queue', 'request queues'],
    path: 'request-queues',
    runField: 'defaultRequestQueueId',
} as const;

/** All kinds of storages: the group of commands, the path in the API, and the field of a run with the id of its default one. */
export const STORAGE_KINDS = [DATASET, KEY_VALUE_STORE, REQUEST_QUEUE] as const;
export type StorageKindTerms = (typeof STORAGE_KINDS)[number];

/** An existing record, as an error lists it. */
interface Candidate {
    readonly id: string;
    /** Shown instead of the id. */
    readonly name?: string | undefined;
    /** A remark: `SUCCEEDED`. */
    readonly note?: string | undefined;
}

/** The description of an argument that {@link findRun} reads. */
export const RUN_ARGUMENT = 'id of a run or the beginning of one, "last", or an Actor for its latest run';

/** Stands for the run that was started last. */
const LAST = 'last';
/** Length from which the beginning of an id stands for it. */
const LEAST_PREFIX = 4;
const RECENT_RUNS = 1000;
const MOST_SHOWN = 5;
/** Length from which a similar name is suggested; one letter is near to any other. */
const LEAST_NEAR = 3;

/** Returns the Actor of an id or name; the error for a missing one lists existing ones. */
export async function findActor(api: Api, reference: string): Promise<AsJson<Actor>> {
    const actor = await api.find<AsJson<Actor>>(referencePath('acts', reference));
    if (actor !== undefined) return actor;
    const { items } = await api.get<Page<AsJson<ActorListItem>>>('acts');
    throw notFound('Actor', reference, items);
}

/** Returns a function that gives the names of Actors by their ids. */
export async function readActorNames(api: Api): Promise<(actorId: string) => string> {
    const names = new Map<string, string>();
    for (const { id, name, username } of await api.list<AsJson<ActorListItem>>('acts'))
        names.set(id, username === 'local' ? name : `${username}/${name}`);
    // An Actor may have been deleted, unlike its runs.
    return (actorId) => names.get(actorId) ?? actorId;
}

/** Returns the run of an id, of the beginning of one, or of `last`; or the latest run of an Actor. */
export async function findRun(api: Api, reference: string): Promise<RunRecord> {
    const run = await findRunIfAny(api, reference);
    if (run !== undefined) return run;
    const latest = await latestRuns(api, RECENT_RUNS);
    const candidates = latest.map(({ id, status }): Candidate => ({ id, note: status }));
    throw notFound('run', reference, candidates, 'runs list');
}

/** As {@link findRun}; returns undefined if there is none. */
export async function findRunIfAny(api: Api, reference: string): Promise<RunRecord | undefined> {
    if (reference === LAST) {
        const [latest] = await latestRuns(api, 1);
        return latest && api.find(apiPath('actor-runs', latest.id));
    }
    const run =
        (await api.find<RunRecord>(apiPath('actor-runs', reference))) ??
        (await api.find<RunRecord>(referencePath('acts', reference, 'runs', LAST)));
    if (run !== undefined || reference.length < LEAST_PREFIX) return run;
    const begun = (await latestRuns(api, RECENT_RUNS)).filter(({ id }) => id.startsWith(reference));
    return begun.length === 1 ? api.find(apiPath('actor-runs', begun[0]!.id)) : undefined;
}

/** Returns the storage of an id or name; unless `isExact` is set, as for what cannot be undone, also the default one of a run. */
export async function findStorage(
    api: Api,
    kind: StorageKindTerms,
    reference: string,
    isExact = false,
): Promise<StorageRecord> {
    const storage = await api.find<StorageRecord>(referencePath(kind.path, reference));
    if (storage !== undefined) return storage;
    const run = isExact ? undefined : await findRunIfAny(api, reference);
    if (run === undefined) throw await storageNotFound(api, kind, reference);
    const ofRun = await api.find<StorageRecord>(apiPath(kind.path, run[kind.runField]));
    if (ofRun !== undefined) return ofRun;
    const message = `The default ${kind.noun[0]} of run \`${run.id}\` has been deleted. The run still exists.`;
    throw new EngineError('record-not-found', message, { details: { reference } });
}

/**
 * Creates the error for an id or name that does not exist: with the nearest one, else with some of those that exist, which
 * `greenroom <command>` lists.
 */
export function notFound(
    noun: string,
    reference: string,
    candidates: readonly Candidate[],
    command?: string,
): EngineError {
    const names = candidates.flatMap(({ id, name = id }) => [name, id]);
    const near = reference.length < LEAST_NEAR ? undefined : nearMiss(reference, names);
    const list = command === undefined ? '' : ` List them with \`greenroom ${command}\`.`;
    const shown = candidates
        .slice(0, MOST_SHOWN)
        .map(({ id, name = id, note }) => `\`${name}\`${note === undefined ? '' : ` (${note})`}`);
    const more = candidates.length - shown.length;
    const existing = `Existing: ${shown.join(', ')}${more > 0 ? ` and ${more} more.${list}` : '.'}`;
    const all = shown.length > 0 ? existing : `There are no ${noun}s yet.`;
    const remedy = near === undefined ? all : `Did you mean \`${near}\`?${list}`;
    const message = `No ${noun} has the id or name \`${reference}\`. ${remedy}`;
    return new EngineError('record-not-found', message, { details: { reference } });
}

async function latestRuns(api: Api, limit: number): Promise<readonly AsJson<RunListItem>[]> {
    return (await api.get<Page<AsJson<RunListItem>>>('actor-runs', { limit, desc: true })).items;
}

async function storageNotFound(api: Api, kind: StorageKindTerms, reference: string): Promise<EngineError> {
    const { items } = await api.get<Page<StorageRecord>>(kind.path, { unnamed: true, desc: true });
    const note = (runId?: string): string | undefined => runId && `of run ${runId}`;
    // Names say more than ids.
    const candidates = [
        ...items.filter(({ name }) => name !== undefined),
        ...items.filter(({ name }) => name === undefined).map(({ id, actRunId }) => ({ id, note: note(actRunId) })),
    ];
    return notFound(kind.noun[0], reference, candidates, `${kind.command} list --all`);
}
