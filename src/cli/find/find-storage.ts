import { EngineError } from '../../errors/engine-error.js';
import { findRunIfAny } from './find-run.js';
import { notThere, type Candidate } from './not-there.js';
import { pathOf, referencePath } from './path-of.js';
import type { Api } from '../api/api.js';
import type { StorageKindWords } from '../storages/storage-kind.js';

/** A storage of whichever kind, as the API sends it. */
export interface StorageRecord {
    readonly id: string;
    readonly name?: string;
    readonly title?: string;
    readonly createdAt: string;
    readonly modifiedAt: string;
    readonly accessedAt: string;
    readonly actId?: string;
    readonly actRunId?: string;
    readonly stats: { readonly storageBytes: number; readonly readCount: number; readonly writeCount: number };
    /** Of datasets. */
    readonly itemCount?: number;
    readonly fields?: readonly string[];
    /** Of request queues. */
    readonly totalRequestCount?: number;
    readonly handledRequestCount?: number;
    readonly pendingRequestCount?: number;
}

/**
 * The storage that somebody means: by its id or name, or as the default one of a run.
 *
 * @throws EngineError `record-not-found`, which tells some that there are.
 */
export async function findStorage(api: Api, kind: StorageKindWords, reference: string): Promise<StorageRecord> {
    const storage = await api.find<StorageRecord>(referencePath(kind.path, reference));
    if (storage !== undefined) return storage;
    const run = await findRunIfAny(api, reference);
    if (run === undefined) throw await noStorage(api, kind, reference);
    const ofRun = await api.find<StorageRecord>(pathOf(kind.path, run[kind.runField]));
    if (ofRun !== undefined) return ofRun;
    const message = `The default ${kind.noun[0]} of the run \`${run.id}\` has been deleted. The run itself is still there.`;
    throw new EngineError('record-not-found', message, { details: { reference } });
}

/** The same by id or name alone, for what cannot be undone. */
export async function findStorageItself(api: Api, kind: StorageKindWords, reference: string): Promise<StorageRecord> {
    const storage = await api.find<StorageRecord>(referencePath(kind.path, reference));
    if (storage !== undefined) return storage;
    throw await noStorage(api, kind, reference);
}

async function noStorage(api: Api, { path, noun, command }: StorageKindWords, reference: string): Promise<EngineError> {
    const { items } = await api.page<StorageRecord>(path, { query: { unnamed: true, desc: true } });
    const candidates = items.map(({ id, name, actRunId }): Candidate => {
        return { id, name, note: name === undefined && actRunId !== undefined ? `of run ${actRunId}` : undefined };
    });
    // Names tell more than ids.
    const named = candidates.filter(({ name }) => name !== undefined);
    return notThere(
        noun[0],
        reference,
        [...named, ...candidates.filter(({ name }) => name === undefined)],
        `${command} ls --all`,
    );
}
