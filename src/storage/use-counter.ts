import type { StorageKind } from '../model/storage.js';
import type { StorageCounter } from './storage-document.js';

/**
 * Told of what somebody does to the data of storages, as the storages themselves count it: one for each item, record or
 * request that is read or written, and one for each page of keys.
 */
export type UseCounter = (kind: StorageKind, counter: StorageCounter, times: number) => void;

/** A storage that can be used on somebody's account. */
export interface AccountableStorage<Self> {
    /** The very same storage; whatever is done through what this returns is told to the counter, too. */
    usedBy(user: UseCounter): Self;
}
