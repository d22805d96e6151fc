import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import { newId } from '../util/ids.js';
import { OrderedList } from '../util/ordered-list.js';
import { nameTaken, parseReference } from './names.js';
import { KIND_LABELS } from './storage-document.js';
import type { StorageContext, StorageMetadata, StorageUser } from './storage-metadata.js';

/** The storages of one user, oldest first, and by name. */
export class UserStorages<Contents> {
    readonly all = new OrderedList<StorageMetadata<Contents>>((a, b) => a.sequence - b.sequence);
    readonly named = new OrderedList<StorageMetadata<Contents>>((a, b) => a.sequence - b.sequence);
    readonly byName = new Map<string, StorageMetadata<Contents>>();

    addName(metadata: StorageMetadata<Contents>, name: string): void {
        this.byName.set(name, metadata);
        this.named.add(metadata);
    }

    deleteName(metadata: StorageMetadata<Contents>, name: string): void {
        this.byName.delete(name);
        this.named.delete(metadata);
    }
}

/** The storages of one kind by user, name and age. Those that cannot be read keep their ids, and their names where they are known. */
export class StorageIndex<Contents> {
    readonly users: ReadonlyMap<string, UserStorages<Contents>>;
    readonly #kind: StorageKind;
    readonly #context: StorageContext;
    readonly #byId: Pick<ReadonlyMap<string, StorageMetadata<Contents>>, 'get' | 'has'>;
    readonly #damaged = new Map<string, EngineError>();
    readonly #damagedNames = new Map<string, string>();

    constructor(
        kind: StorageKind,
        context: StorageContext,
        byId: Pick<ReadonlyMap<string, StorageMetadata<Contents>>, 'get' | 'has'>,
    ) {
        this.#kind = kind;
        this.#context = context;
        this.#byId = byId;
        this.users = new Map(Array.from(context.users.keys(), (id) => [id, new UserStorages<Contents>()]));
    }

    of(userId: string): UserStorages<Contents> {
        return this.users.get(userId) ?? this.users.get(this.#context.firstUser.id)!;
    }

    /** Oldest first. */
    all(): StorageMetadata<Contents>[] {
        const all = Array.from(this.users.values(), ({ all: own }) => [...own.forward()]).flat();
        return all.toSorted((a, b) => a.sequence - b.sequence);
    }

    add(metadata: StorageMetadata<Contents>): void {
        const storages = this.of(metadata.owner.id);
        storages.all.add(metadata);
        if (metadata.name !== undefined) storages.addName(metadata, metadata.name);
    }

    delete(metadata: StorageMetadata<Contents>): void {
        const storages = this.of(metadata.owner.id);
        storages.all.delete(metadata);
        if (metadata.name !== undefined) storages.deleteName(metadata, metadata.name);
    }

    /** Notes another name, which must be free. */
    rename(metadata: StorageMetadata<Contents>, name: string | undefined): void {
        const storages = this.of(metadata.owner.id);
        if (metadata.name !== undefined) storages.deleteName(metadata, metadata.name);
        if (name !== undefined) storages.addName(metadata, name);
    }

    /**
     * By id, `name`, `~name`, `username~name` or `username/name`.
     *
     * @param asker - Whose a mere name is.
     * @throws `storage-corrupted` for one that cannot be read.
     */
    find(idOrName: string, asker: StorageUser): StorageMetadata<Contents> | undefined {
        const { id, name, username = asker.username } = parseReference(idOrName);
        this.#assertReadable(id);
        const byId = id === undefined ? undefined : this.#byId.get(id);
        if (byId) return byId;
        const owner = username === asker.username ? asker : this.#userNamed(username);
        const found = owner && this.users.get(owner.id)?.byName.get(name);
        if (owner && !found) this.assertNameReadable(name);
        return found;
    }

    /**
     * Refuses a name that is taken: `name-not-unique`. Also the id of another storage, as looking the name up would find
     * that one.
     */
    assertFree(path: string, name: string, userId: string): void {
        const label = KIND_LABELS[this.#kind];
        const holder = this.of(userId).byName.get(name);
        if (holder !== undefined) throw nameTaken(path, name, `the ${label} ${holder.id}`);
        this.assertNameReadable(name);
        if (this.#byId.has(name) || this.#damaged.has(name)) {
            throw nameTaken(path, name, `a ${label}, as its id,`);
        }
    }

    freshId(): string {
        for (;;) {
            const id = newId();
            const isName = [...this.users.values()].some(({ byName }) => byName.has(id));
            if (!this.#byId.has(id) && !this.#damaged.has(id) && !isName) return id;
        }
    }

    /** Notes a storage that cannot be read. */
    addDamaged(id: string, error: EngineError, name: string | undefined): void {
        this.#damaged.set(id, error);
        if (name !== undefined) this.#damagedNames.set(name, id);
    }

    isDamaged(id: string): boolean {
        return this.#damaged.has(id);
    }

    /** @throws `storage-corrupted` for the name of a storage that cannot be read. */
    assertNameReadable(name: string): void {
        this.#assertReadable(this.#damagedNames.get(name));
    }

    #assertReadable(id: string | undefined): void {
        const error = id === undefined ? undefined : this.#damaged.get(id);
        // A new one each time, as it may travel to another thread, or be changed by its receiver.
        if (error) throw new EngineError(error.code, error.message, { details: error.details, cause: error.cause });
    }

    #userNamed(username: string): StorageUser | undefined {
        return [...this.#context.users.values()].find((user) => user.username === username);
    }
}
