import type { StorageKind } from '../model/storage.js';
import { newId } from '../util/ids.js';
import { DamagedStorages } from './damaged-storages.js';
import { nameTaken, parseReference } from './names.js';
import { KIND_LABELS } from './storage-document.js';
import type { StorageEntry } from './storage-entry.js';
import type { StorageContext, StorageUser } from './storage-header.js';
import { StorageShelf } from './storage-shelf.js';

/** Which storages of one kind there are, by their ids and names; those that cannot be read keep theirs. */
export class StorageRegister<S> {
    readonly damaged: DamagedStorages;
    readonly #kind: StorageKind;
    readonly #context: StorageContext;
    readonly #entries = new Map<string, StorageEntry<S>>();
    /** What each user has. */
    readonly #shelves: ReadonlyMap<string, StorageShelf<S>>;

    constructor(kind: StorageKind, context: StorageContext) {
        this.#kind = kind;
        this.#context = context;
        this.damaged = new DamagedStorages(kind, context.warn);
        this.#shelves = new Map(Array.from(context.users.keys(), (id) => [id, new StorageShelf<S>()]));
    }

    get(id: string): StorageEntry<S> | undefined {
        return this.#entries.get(id);
    }

    all(): StorageEntry<S>[] {
        return [...this.#entries.values()];
    }

    /** What each user has, by the user's id. */
    get shelves(): Iterable<[userId: string, shelf: StorageShelf<S>]> {
        return this.#shelves;
    }

    shelfOf(userId: string): StorageShelf<S> {
        return this.#shelves.get(userId) ?? this.#shelves.get(this.#context.firstUser.id)!;
    }

    add(entry: StorageEntry<S>): StorageEntry<S> {
        this.#entries.set(entry.id, entry);
        this.shelfOf(entry.userId).add(entry);
        return entry;
    }

    remove(entry: StorageEntry<S>): void {
        this.#entries.delete(entry.id);
        this.shelfOf(entry.userId).remove(entry);
    }

    /** Notes another name, which must be free. */
    rename(entry: StorageEntry<S>, before: string | undefined, name: string | undefined): void {
        const shelf = this.shelfOf(entry.userId);
        if (before !== undefined) shelf.forgetName(entry, before);
        if (name !== undefined) shelf.noteName(entry, name);
    }

    /**
     * By id, `name`, `~name`, `username~name` or `username/name`.
     *
     * @param asker - Whose a mere name is.
     * @throws `storage-corrupted` for one that cannot be read.
     */
    find(idOrName: string, asker: StorageUser): StorageEntry<S> | undefined {
        const { id, name, username = asker.username } = parseReference(idOrName);
        const byId = id === undefined ? undefined : this.#entries.get(id);
        if (byId) return byId;
        this.damaged.assertReadable(id);
        const owner = username === asker.username ? asker : this.#userNamed(username);
        const found = owner && this.#shelves.get(owner.id)?.find(name);
        if (owner && !found) this.damaged.assertReadable(this.damaged.find(name));
        return found;
    }

    /**
     * Refuses a name that is taken: `name-not-unique`. Also the id of another storage, as looking the name up would find
     * that one.
     */
    assertFree(path: string, name: string, userId: string): void {
        const label = KIND_LABELS[this.#kind];
        const holder = this.shelfOf(userId).find(name);
        if (holder !== undefined) throw nameTaken(path, name, `the ${label} ${holder.id}`);
        this.damaged.assertReadable(this.damaged.find(name));
        if (this.#entries.has(name) || this.damaged.has(name)) throw nameTaken(path, name, `a ${label}, as its id,`);
    }

    freshId(): string {
        for (;;) {
            const id = newId();
            const isName = [...this.#shelves.values()].some((shelf) => shelf.find(id) !== undefined);
            if (!this.#entries.has(id) && !this.damaged.has(id) && !isName) return id;
        }
    }

    #userNamed(username: string): StorageUser | undefined {
        return [...this.#context.users.values()].find((user) => user.username === username);
    }
}
