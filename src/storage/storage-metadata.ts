import { isJsonObject } from '../util/json/json.js';
import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/api/run.js';
import type { StorageKind } from '../model/api/storage.js';

/** What the kinds of storage are called in messages. */
export const KIND_LABELS: Record<StorageKind, string> = {
    dataset: 'dataset',
    keyValueStore: 'key-value store',
    requestQueue: 'request queue',
};

/** What the kinds of storage are called in the Console, in the API and on disk. */
export const KIND_PATHS: Record<StorageKind, string> = {
    dataset: 'datasets',
    keyValueStore: 'key-value-stores',
    requestQueue: 'request-queues',
};

/** Operations that storages count. */
export type StorageCounter = 'readCount' | 'writeCount' | 'deleteCount' | 'listCount' | 'headItemReadCount';

/**
 * Told of what somebody does to the data of storages, as the storages themselves count it: one for each item, record or
 * request that is read or written, and one for each page of keys.
 */
export type UsageRecorder = (kind: StorageKind, counter: StorageCounter, times: number) => void;

/** What is kept of a storage besides its data. Times are in milliseconds since the epoch. */
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
    /** What only one kind of storage knows. */
    contents?: Readonly<Record<string, unknown>> | undefined;
}

/** Reads a document that was kept. Throws what keeps it from being that of this storage. */
export function parseMetadata(id: string, value: unknown): StorageMetadata {
    const problem = findProblem(id, value);
    if (problem === undefined) return value as StorageMetadata;
    throw new Error(problem);
}

function findProblem(id: string, value: unknown): string | undefined {
    if (!isJsonObject(value) || value['id'] !== id) return 'it has no such id in it';
    for (const field of ['createdAt', 'modifiedAt', 'accessedAt']) {
        if (!Number.isFinite(value[field])) return `its \`${field}\` is not a time`;
    }
    for (const field of ['name', 'title', 'userId']) {
        if (value[field] !== undefined && typeof value[field] !== 'string') return `its \`${field}\` is not a text`;
    }
    for (const field of ['counters', 'contents']) {
        if (value[field] !== undefined && !isJsonObject(value[field])) return `its \`${field}\` is not an object`;
    }
    return undefined;
}

/** The error for stored data of a storage that is not what it should be. */
export function storageCorrupted(kind: StorageKind, id: string, what: string): EngineError {
    const message =
        `The stored ${KIND_LABELS[kind]} ${id} cannot be read: ${what}. ` +
        'Restore its files from a copy, or remove them from the storage directory.';
    return new EngineError('storage-corrupted', message, { details: { kind, id } });
}
