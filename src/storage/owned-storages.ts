import { OrderedList } from '../util/ordered-list.js';
import type { StorageContents } from './storage-contents.js';

/** The storages of one user, oldest first and by name. A page of all of them costs the same however many there are. */
export class OwnedStorages<Contents extends StorageContents> {
    readonly all = new OrderedList<Contents>(byAge);
    readonly byName = new Map<string, Contents>();

    /** Those that have a name, sorted for each call: few storages have one. */
    named(): OrderedList<Contents> {
        return OrderedList.of([...this.byName.values()].toSorted(byAge), byAge);
    }

    add(contents: Contents): void {
        this.all.add(contents);
        this.rename(contents, contents.document.name);
    }

    delete(contents: Contents): void {
        this.all.delete(contents);
        this.rename(contents, undefined);
    }

    /** Notes the name that a storage has from now on, which must be free. */
    rename(contents: Contents, name: string | undefined): void {
        const before = contents.document.name;
        if (before !== undefined) this.byName.delete(before);
        if (name !== undefined) this.byName.set(name, contents);
    }
}

function byAge(one: StorageContents, other: StorageContents): number {
    return one.document.createdAt - other.document.createdAt || one.sequence - other.sequence;
}
