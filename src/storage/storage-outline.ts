import type { StorageKind } from '../model/storage.js';
import type { OutlineRow } from './outline-file.js';
import { savedCounts } from './queue-counts.js';
import { readDocument, type StorageDocument } from './storage-document.js';

/** What lists need to know of a storage. */
export interface StorageOutline {
    readonly id: string;
    readonly userId?: string | undefined;
    readonly name?: string | undefined;
    /** The run that it was made for. */
    readonly actRunId?: string | undefined;
    /** In milliseconds since the epoch. */
    readonly createdAt: number;
    readonly accessedAt: number;
    /** Whether its document says all; not so for a queue that was not properly closed, whose requests have to be counted. */
    readonly isSettled: boolean;
}

/** The outline of a document. */
export function outlineOf(kind: StorageKind, document: StorageDocument): StorageOutline {
    const { id, userId, name, actRunId, createdAt, accessedAt, contents } = document;
    return {
        id,
        userId,
        name,
        actRunId,
        createdAt: Date.parse(createdAt),
        accessedAt: Date.parse(accessedAt),
        isSettled: kind !== 'requestQueue' || savedCounts(contents) !== undefined,
    };
}

/**
 * As it is kept in a file.
 *
 * @throws `storage-corrupted` if the metadata are not the document of this storage.
 */
export function rowOfStorage(kind: StorageKind, id: string, metadata: unknown): OutlineRow {
    const outline = outlineOf(kind, readDocument(kind, id, metadata));
    const { createdAt, accessedAt, isSettled, userId = null, name = null, actRunId = null } = outline;
    return [id, createdAt, accessedAt, isSettled, userId, name, actRunId];
}

/** Whether a row says that the document of its storage says all. */
export function isSettledRow([, , , isSettled]: OutlineRow): boolean {
    return isSettled === true;
}

/** The outline that a row stands for; undefined for a row that is none. */
export function storageOfRow(row: OutlineRow): StorageOutline | undefined {
    const [id, createdAt, accessedAt, isSettled, userId, name, actRunId] = row;
    if (typeof createdAt !== 'number' || typeof accessedAt !== 'number' || typeof isSettled !== 'boolean')
        return undefined;
    return {
        id,
        createdAt,
        accessedAt,
        isSettled,
        userId: textOf(userId),
        name: textOf(name),
        actRunId: textOf(actRunId),
    };
}

function textOf(value: unknown): string | undefined {
    return typeof value === 'string' ? value : undefined;
}
