import { OrderedList } from '../util/ordered-list.js';
import type { StorageEntry } from './storage-entry.js';

/** The storages of one kind that one user has, oldest first, by name. */
export class StorageShelf<S> {
    readonly all = newList<S>();
    readonly named = newList<S>();
    readonly #byName = new Map<string, StorageEntry<S>>();

    find(name: string): StorageEntry<S> | undefined {
        return this.#byName.get(name);
    }

    add(entry: StorageEntry<S>): void {
        this.all.add(entry);
        if (entry.name !== undefined) this.noteName(entry, entry.name);
    }

    remove(entry: StorageEntry<S>): void {
        this.all.delete(entry);
        if (entry.name !== undefined) this.forgetName(entry, entry.name);
    }

    noteName(entry: StorageEntry<S>, name: string): void {
        this.#byName.set(name, entry);
        this.named.add(entry);
    }

    forgetName(entry: StorageEntry<S>, name: string): void {
        this.#byName.delete(name);
        this.named.delete(entry);
    }
}

function newList<S>(): OrderedList<StorageEntry<S>> {
    return new OrderedList((a, b) => a.sequence - b.sequence);
}
