import { isJsonObject } from '../util/json/json.js';
import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/api/access.js';
import type { StorageKind } from '../model/api/storage.js';

/** Labels of the kinds of storages in messages. */
export const KIND_LABELS: Record<StorageKind, string> = {
    dataset: 'dataset',
    keyValueStore: 'key-value store',
    requestQueue: 'request queue',
};

/** Names of the kinds of storages in URLs and in the storage directory. */
export const KIND_PATHS: Record<StorageKind, string> = {
    dataset: 'datasets',
    keyValueStore: 'key-value-stores',
    requestQueue: 'request-queues',
};

/** Operations that a storage counts. */
export type StorageCounter = 'readCount' | 'writeCount' | 'deleteCount' | 'listCount' | 'headItemReadCount';

/**
 * Receives the operations on the data of storages, as the storages count them: one for each item, record or request that is read or
 * written, and one for each page of keys.
 */
export type UsageRecorder = (kind: StorageKind, counter: StorageCounter, times: number) => void;

/** The metadata of a storage, as it is saved. Times are in milliseconds since the epoch. */
export interface StorageMetadata {
    readonly id: string;
    readonly userId: string;
    readonly createdAt: number;
    readonly actId?: string | undefined;
    readonly actRunId?: string | undefined;
    name?: string | undefined;
    title?: string | undefined;
    modifiedAt: number;
    accessedAt: number;
    /** Default: `FOLLOW_USER_SETTING`. */
    generalAccess?: GeneralAccess | undefined;
    /** Absent until the storage is used. */
    counters?: Partial<Record<StorageCounter, number>> | undefined;
    /** Data that is specific to the kind of the storage. */
    contents?: Readonly<Record<string, unknown>> | undefined;
}

/** Returns stored metadata. Throws an error that says why the value is not the metadata of this storage. */
export function parseMetadata(id: string, value: unknown): StorageMetadata {
    const problem = findProblem(id, value);
    if (problem === undefined) return value as StorageMetadata;
    throw new Error(problem);
}

function findProblem(id: string, value: unknown): string | undefined {
    if (!isJsonObject(value) || value['id'] !== id) return 'its `id` is missing or different';
    for (const field of ['createdAt', 'modifiedAt', 'accessedAt']) {
        if (!Number.isFinite(value[field])) return `its \`${field}\` is not a time`;
    }
    for (const field of ['name', 'title', 'userId']) {
        if (value[field] !== undefined && typeof value[field] !== 'string') return `its \`${field}\` is not a string`;
    }
    for (const field of ['counters', 'contents']) {
        if (value[field] !== undefined && !isJsonObject(value[field])) return `its \`${field}\` is not an object`;
    }
    return undefined;
}

/** Returns the error for stored data that is not valid. */
export function storageCorrupted(kind: StorageKind, id: string, problem: string): EngineError {
    const message =
        `The stored ${KIND_LABELS[kind]} ${id} cannot be read: ${problem}. ` +
        'Restore its files from a backup, or remove them from the storage directory.';
    return new EngineError('storage-corrupted', message, { details: { kind, id } });
}
