import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/run.js';
import type { StorageKind } from '../model/storage.js';

/** What the kinds of storage are called in messages. */
export const KIND_LABELS: Record<StorageKind, string> = {
    dataset: 'dataset',
    keyValueStore: 'key-value store',
    requestQueue: 'request queue',
};

/** Operations that storages count. */
export type StorageCounter = 'readCount' | 'writeCount' | 'deleteCount' | 'listCount' | 'headItemReadCount';

/** What a backend keeps of a storage besides its data: plain JSON, times in ISO format. */
export interface StorageDocument {
    id: string;
    /** Absent in documents of before there were several users. */
    userId?: string;
    name?: string;
    title?: string;
    createdAt: string;
    modifiedAt: string;
    accessedAt: string;
    actId?: string;
    actRunId?: string;
    generalAccess: GeneralAccess;
    counters: Partial<Record<StorageCounter, number>>;
    /** What only one kind of storage knows. */
    contents: Record<string, unknown>;
}

/** The counters of a storage that nobody has used since it was made. */
export const NO_COUNTERS: StorageDocument['counters'] = Object.freeze({});

/**
 * Reads a document that a backend has loaded.
 *
 * @throws `storage-corrupted` if it is not a document of this storage.
 */
export function readDocument(kind: StorageKind, id: string, metadata: unknown): StorageDocument {
    if (!isRecord(metadata) || metadata['id'] !== id) throw corrupted(kind, id, 'it has no such id in it');
    const document = metadata as Partial<StorageDocument>;
    for (const field of ['createdAt', 'modifiedAt', 'accessedAt'] as const) {
        if (Number.isNaN(Date.parse(String(document[field]))))
            throw corrupted(kind, id, `its \`${field}\` is not a time`);
    }
    for (const field of ['name', 'title', 'userId'] as const) {
        if (document[field] !== undefined && typeof document[field] !== 'string') {
            throw corrupted(kind, id, `its \`${field}\` is no text`);
        }
    }
    return {
        ...(document as StorageDocument),
        generalAccess: document.generalAccess ?? 'FOLLOW_USER_SETTING',
        counters: isRecord(document.counters) ? document.counters : {},
        contents: isRecord(document.contents) ? document.contents : {},
    };
}

/** The error for stored data of a storage that does not say what it should. */
export function corrupted(kind: StorageKind, id: string, what: string): EngineError {
    const message =
        `The stored ${KIND_LABELS[kind]} ${id} cannot be read: ${what}. ` +
        'Restore its files from a copy, or remove them from the storage directory.';
    return new EngineError('storage-corrupted', message, { details: { kind, id } });
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
