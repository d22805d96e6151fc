import { DOCUMENT_KINDS, type AllDocuments } from '../../records/document-store.js';
import type { ChargeLines } from '../../records/charge-log.js';
import type { LogText } from '../../logs/log-store.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { StorageSnapshot } from '../../storage/backend.js';
import type { SourcesState } from './source-files.js';

/**
 * The whole state of an engine, as plain data: what `openMedium` makes a medium of, and what `captureState` makes of one.
 * There is no other place where state is kept, so that whatever is new must be added here, and the compiler leads to the
 * rest. All of it can be cloned, serialized and shared; nobody may change it.
 */
export interface EngineState {
    /** Actors with their versions, builds, runs, tasks, schedules, webhooks, dispatches, users, settings and keys. */
    readonly documents: AllDocuments;
    readonly storages: Readonly<Record<StorageKind, readonly StorageSnapshot[]>>;
    /** What runs were charged for. */
    readonly charges: readonly ChargeLines[];
    readonly logs: readonly LogText[];
    /** What secrets are sealed with in the documents; undefined if there are none. */
    readonly secretKey: string | undefined;
    /** The files of Actors that were given as text, or copied. */
    readonly sources: SourcesState;
}

/** The state of an engine that nothing has happened in yet. */
export const EMPTY_STATE: EngineState = {
    documents: Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, []])) as unknown as AllDocuments,
    storages: { dataset: [], keyValueStore: [], requestQueue: [] },
    charges: [],
    logs: [],
    secretKey: undefined,
    sources: { root: '', folders: [] },
};
