import type { StorageEntry } from './storage-entry.js';

/** So many stay in use, whoever wants them next. */
const MOST = 500;
/** So many are tried at a time before it is left for later. */
const TRIES = 4;

/**
 * Which storages are in use, so that those that nobody has wanted for longest can rest: runs come and go by the thousand, and
 * what all of them have used is neither to fill the memory nor to be saved at the very end.
 */
export class StoragesInUse<S> {
    readonly #rest: (entry: StorageEntry<S>) => boolean;
    /** The one that was wanted longest ago comes first. */
    readonly #entries = new Set<StorageEntry<S>>();

    /** @param rest - Lets one rest, unless it cannot just now. */
    constructor(rest: (entry: StorageEntry<S>) => boolean) {
        this.#rest = rest;
    }

    note(entry: StorageEntry<S>): void {
        this.#entries.delete(entry);
        this.#entries.add(entry);
        for (let tries = TRIES; tries > 0 && this.#entries.size > MOST; tries--) {
            const oldest = this.#entries.values().next().value!;
            this.#entries.delete(oldest);
            if (!this.#rest(oldest)) this.#entries.add(oldest);
        }
    }

    forget(entry: StorageEntry<S>): void {
        this.#entries.delete(entry);
    }
}
