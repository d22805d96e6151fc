import { NameMap } from '../util/collections/name-map.js';
import { SortedList } from '../util/collections/sorted-list.js';
import type { StoredData } from './stored-data.js';

/** The storages of one user, by age and by name. The cost of a page does not depend on the number of storages. */
export class UserStorageIndex<Data extends StoredData> {
    readonly all = new SortedList<Data>(compareAge);
    readonly byName = new NameMap<Data>();

    /** Returns the storages that have a name. Sorted on each call, since few storages have one. */
    named(): SortedList<Data> {
        return SortedList.fromSorted([...this.byName.values()].toSorted(compareAge), compareAge);
    }

    add(data: Data): void {
        this.all.add(data);
        this.rename(data, data.metadata.name);
    }

    delete(data: Data): void {
        this.all.delete(data);
        this.rename(data, undefined);
    }

    /** Sets the new name of a storage, which must be free. */
    rename(data: Data, name: string | undefined): void {
        const previous = data.metadata.name;
        if (previous !== undefined) this.byName.delete(previous);
        if (name !== undefined) this.byName.set(name, data);
    }
}

function compareAge(one: StoredData, other: StoredData): number {
    return one.metadata.createdAt - other.metadata.createdAt || one.sequence - other.sequence;
}
