import { EngineError } from '../../errors/engine-error.js';
import { findClosest } from '../../util/check.js';
import { apiPath, referencePath, type Api, type AsJson } from './api.js';
import type { Page } from '../../model/api/page.js';
import type { Actor } from '../../model/api/actor.js';
import type { ActorListItem } from '../../model/client/client.js';
import type { Run, RunListItem } from '../../model/api/run.js';
import type { DatasetInfo, RequestQueueInfo, StorageInfo } from '../../model/api/storage.js';

/** A run as the API sends it. */
export type RunRecord = AsJson<Run>;

/** A storage of any kind, as the API sends it. */
export type StorageRecord = Omit<AsJson<StorageInfo & Pick<DatasetInfo, 'stats'>>, 'name'> & {
    /** Null for unnamed storages. */
    name: string | null;
} & Partial<Pick<DatasetInfo, 'itemCount' | 'fields'>> &
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

/** All kinds of storages: the group of commands, the path in the API, and the field of a run that has the id of its default storage. */
export const STORAGE_KINDS = [DATASET, KEY_VALUE_STORE, REQUEST_QUEUE] as const;
export type StorageKindLabels = (typeof STORAGE_KINDS)[number];

/** An existing record that an error lists. */
interface Candidate {
    readonly id: string;
    /** Shown instead of the id. */
    readonly name?: string | null | undefined;
    /** A remark: `SUCCEEDED`. */
    readonly note?: string | undefined;
}

/** The description of an argument that {@link findRun} reads. */
export const RUN_ARGUMENT = 'id of a run or its first characters, "last", or an Actor for its latest run';

/** References to kinds of records that have no id or name. */
const PROPERTIES: Readonly<Record<string, string>> = { run: 'id or Actor', record: 'key' };

/** The reference to the latest run. */
const LAST = 'last';
/** Minimum length of a reference to a run by the beginning of its id. */
const MIN_PREFIX_LENGTH = 4;
const RECENT_RUNS = 1000;
const MAX_SHOWN = 5;
/** Minimum length of a reference for which a similar name is suggested; very short ones resemble any name. */
const MIN_SUGGESTION_LENGTH = 3;

/** Finds an Actor by its id or name. The error for a missing one lists existing Actors. */
export async function findActor(api: Api, reference: string): Promise<AsJson<Actor>> {
    const actor = await api.find<AsJson<Actor>>(referencePath('acts', reference));
    if (actor !== undefined) return actor;
    const { items } = await api.get<Page<AsJson<ActorListItem>>>('acts');
    throw notFoundError('Actor', reference, items);
}

/** Reads the names of all Actors. Returns a function that looks up the name of an id. */
export async function readActorNames(api: Api): Promise<(actorId: string) => string> {
    const names = new Map<string, string>();
    for (const { id, name, username } of await api.list<AsJson<ActorListItem>>('acts'))
        names.set(id, username === 'local' ? name : `${username}/${name}`);
    // The runs of a deleted Actor still exist.
    return (actorId) => names.get(actorId) ?? actorId;
}

/** Finds a run by its id, the beginning of its id, or `last`; for an Actor, its latest run. */
export async function findRun(api: Api, reference: string): Promise<RunRecord> {
    const run = await findRunIfAny(api, reference);
    if (run !== undefined) return run;
    if (reference === LAST) throw noRunsError();
    const latest = await latestRuns(api, RECENT_RUNS);
    const candidates = latest.map(({ id, status }): Candidate => ({ id, note: status }));
    throw notFoundError('run', reference, candidates, 'runs list');
}

/** As {@link findRun}, but returns undefined if no run matches. */
export async function findRunIfAny(api: Api, reference: string): Promise<RunRecord | undefined> {
    if (reference === LAST) {
        const [latest] = await latestRuns(api, 1);
        return latest && api.find(apiPath('actor-runs', latest.id));
    }
    const run =
        (await api.find<RunRecord>(apiPath('actor-runs', reference))) ??
        (await api.find<RunRecord>(referencePath('acts', reference, 'runs', LAST)));
    if (run !== undefined || reference.length < MIN_PREFIX_LENGTH) return run;
    const matches = (await latestRuns(api, RECENT_RUNS)).filter(({ id }) => id.startsWith(reference));
    return matches.length === 1 ? api.find(apiPath('actor-runs', matches[0]!.id)) : undefined;
}

/** Finds a storage by its id or name; unless `isExact` is set, as for deletions, also as the default storage of a run. */
export async function findStorage(
    api: Api,
    kind: StorageKindLabels,
    reference: string,
    isExact = false,
): Promise<StorageRecord> {
    const storage = await api.find<StorageRecord>(referencePath(kind.path, reference));
    if (storage !== undefined) return storage;
    const run = isExact ? undefined : await findRunIfAny(api, reference);
    if (run === undefined && reference === LAST && !isExact) throw noRunsError();
    if (run === undefined) throw await storageNotFoundError(api, kind, reference);
    const runStorage = await api.find<StorageRecord>(apiPath(kind.path, run[kind.runField]));
    if (runStorage !== undefined) return runStorage;
    const message = `The default ${kind.noun[0]} of run \`${run.id}\` has been deleted. The run still exists.`;
    throw new EngineError('record-not-found', message, { details: { reference } });
}

/**
 * Creates the error for an unknown id or name. It suggests the nearest one, or else lists some existing ones; `greenroom
 * <command>` lists all.
 */
export function notFoundError(
    noun: string,
    reference: string,
    candidates: readonly Candidate[],
    command?: string,
): EngineError {
    const names = candidates.flatMap(({ id, name }) => [name ?? id, id]);
    const near = reference.length < MIN_SUGGESTION_LENGTH ? undefined : findClosest(reference, names);
    const list = command === undefined ? '' : ` List them with \`greenroom ${command}\`.`;
    const shown = candidates
        .slice(0, MAX_SHOWN)
        .map(({ id, name, note }) => `\`${name ?? id}\`${note === undefined ? '' : ` (${note})`}`);
    const more = candidates.length - shown.length;
    const existing = `Existing: ${shown.join(', ')}${more > 0 ? ` and ${more} more.${list}` : '.'}`;
    const alternatives = shown.length > 0 ? existing : `No ${noun}s exist yet.`;
    const remedy = near === undefined ? alternatives : `Did you mean \`${near}\`?${list}`;
    const property = Object.hasOwn(PROPERTIES, noun) ? PROPERTIES[noun] : 'id or name';
    const message = `No ${noun} has the ${property} \`${reference}\`. ${remedy}`;
    return new EngineError('record-not-found', message, { details: { reference } });
}

function noRunsError(): EngineError {
    const message = 'No runs exist yet. Start one with `greenroom run`.';
    return new EngineError('record-not-found', message, { details: { reference: LAST } });
}

async function latestRuns(api: Api, limit: number): Promise<readonly AsJson<RunListItem>[]> {
    return (await api.get<Page<AsJson<RunListItem>>>('actor-runs', { limit, desc: true })).items;
}

async function storageNotFoundError(api: Api, kind: StorageKindLabels, reference: string): Promise<EngineError> {
    const { items } = await api.get<Page<StorageRecord>>(kind.path, { unnamed: true, desc: true });
    const note = (runId?: string): string | undefined => runId && `of run ${runId}`;
    // Names are more helpful than ids.
    const candidates = [
        ...items.filter(({ name }) => name),
        ...items.filter(({ name }) => !name).map(({ id, actRunId }) => ({ id, note: note(actRunId) })),
    ];
    return notFoundError(kind.noun[0], reference, candidates, `${kind.command} list --all`);
}
