import { DOCUMENT_KINDS, type AllDocuments } from '../../records/document-store.js';
import type { ChargeLines } from '../../records/charge-log.js';
import type { LogText } from '../../logs/log-store.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { StorageSnapshot } from '../../storage/backend.js';
import type { SourcesState } from './source-files.js';

/**
 * The whole state of an engine, as plain data: `serializeState` creates it, and `openMemoryPersistence` opens it. Add every new kind
 * of state here; the compiler then shows the other places. It can be cloned, serialized and shared, and must not be changed.
 */
export interface EngineState {
    /** Actors with their versions, builds, runs, tasks, schedules, webhooks, dispatches, users, settings and keys. */
    readonly documents: AllDocuments;
    readonly storages: Readonly<Record<StorageKind, readonly StorageSnapshot[]>>;
    /** The charges of runs. */
    readonly charges: readonly ChargeLines[];
    readonly logs: readonly LogText[];
    /** The key of the encrypted secrets in the documents; undefined if there are none. */
    readonly secretKey: string | undefined;
    /** The files of Actors that were added as text or copied. */
    readonly sources: SourcesState;
}

/** The state of a new engine. */
export const EMPTY_STATE: EngineState = {
    documents: Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, []])) as unknown as AllDocuments,
    storages: { dataset: [], keyValueStore: [], requestQueue: [] },
    charges: [],
    logs: [],
    secretKey: undefined,
    sources: { folders: [] },
};
