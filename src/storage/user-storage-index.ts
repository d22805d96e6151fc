import { SortedList } from '../util/collections/sorted-list.js';
import type { StoredData } from './stored-data.js';

/** The storages of one user, oldest first and by name. A page of all of them costs the same however many there are. */
export class UserStorageIndex<Contents extends StoredData> {
    readonly all = new SortedList<Contents>(compareAge);
    readonly byName = new Map<string, Contents>();

    /** Those that have a name, sorted for each call: few storages have one. */
    named(): SortedList<Contents> {
        return SortedList.of([...this.byName.values()].toSorted(compareAge), compareAge);
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

function compareAge(one: StoredData, other: StoredData): number {
    return one.document.createdAt - other.document.createdAt || one.sequence - other.sequence;
}
