import { OrderedList } from '../util/ordered-list.js';
import type { StorageContents } from './storage-contents.js';

/** The storages of one user, oldest first and by name. A page of either list costs the same however many there are. */
export class OwnedStorages<Contents extends StorageContents> {
    readonly all = new OrderedList<Contents>(byAge);
    readonly named = new OrderedList<Contents>(byAge);
    readonly byName = new Map<string, Contents>();

    add(contents: Contents): void {
        this.all.add(contents);
        const { name } = contents.document;
        if (name !== undefined) this.#addName(contents, name);
    }

    delete(contents: Contents): void {
        this.all.delete(contents);
        this.#deleteName(contents);
    }

    /** Notes the name that a storage is about to have, which must be free. */
    rename(contents: Contents, name: string | undefined): void {
        this.#deleteName(contents);
        if (name !== undefined) this.#addName(contents, name);
    }

    #addName(contents: Contents, name: string): void {
        this.byName.set(name, contents);
        this.named.add(contents);
    }

    #deleteName(contents: Contents): void {
        const { name } = contents.document;
        if (name !== undefined) this.byName.delete(name);
        this.named.delete(contents);
    }
}

function byAge(one: StorageContents, other: StorageContents): number {
    return one.document.createdAt - other.document.createdAt || one.sequence - other.sequence;
}
