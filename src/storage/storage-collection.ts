import { EngineError, isEngineError } from '../errors/engine-error.js';
import type { Page } from '../model/api/page.js';
import type { StorageInfo, StorageKind } from '../model/api/storage.js';
import { checkFlag, checkOptions, checkWhole, checkWord } from '../util/check.js';
import { newId } from '../util/ids.js';
import { isOwnerName, splitReference } from '../util/collections/named-records.js';
import type { StorageSnapshot } from './backend.js';
import type { CollectionOptions, ListStoragesOptions, NewStorageOptions } from './collection-options.js';
import { isCorruption } from './file/fs-error.js';
import type { DocumentCollection } from './document-collection.js';
import { type CheckName, checkStorageName, nameTaken } from './names.js';
import { UserStorageIndex } from './user-storage-index.js';
import { validateSchema } from './json-schema.js';
import type { StoredDataOwner, StoredData, StorageContext, StorageUser } from './stored-data.js';
import { KIND_LABELS, parseMetadata, storageCorrupted } from './storage-metadata.js';
import type { StorageMetadata, UsageRecorder } from './storage-metadata.js';

const MAX_PAGE_SIZE = 1000;
/** Maximum number of storages on disk whose data stays loaded; the others are loaded again on their next use. */
const MAX_LOADED = 500;
/** Maximum number of storages to try to unload at a time; the rest waits for the next use. */
const MAX_UNLOAD_ATTEMPTS = 4;
/** Delay after which the times and counters, which change with each use, are saved together. */
const SAVE_DELAY_MILLIS = 3000;

/** All storages of one kind, oldest first. Names are those of the default user unless a user is given. */
export class StorageCollection<
    Storage extends { info(): StorageInfo },
    Data extends StoredData,
> implements StoredDataOwner {
    readonly kind: StorageKind;
    readonly context: StorageContext;
    readonly parseSchema: StoredDataOwner['parseSchema'];
    readonly #options: CollectionOptions<Storage, Data>;
    /** In the order of creation. */
    readonly #data: DocumentCollection<Data>;
    /** By the id of the owner. */
    readonly #indexes = new Map<string, UserStorageIndex<Data>>();
    /** Why storages cannot be read, by id and, if known, by {@link nameKey}. */
    readonly #corrupted = new Map<string, EngineError>();
    /** Storages whose data may be loaded, least recently used first. */
    readonly #loaded = new Set<Data>();
    readonly #changed = new Set<Data>();
    #saveTimer: NodeJS.Timeout | undefined;
    #isClosed = false;

    /** {@link Storages} creates the collections. */
    constructor(options: CollectionOptions<Storage, Data>) {
        const { kind, context } = options;
        this.#options = options;
        this.kind = kind;
        this.context = context;
        this.parseSchema = options.parseSchema;
        this.#data = context.backend.openMetadata(kind, (id, value) => {
            return new options.Data(parseMetadata(id, value), this);
        });
        this.#data.sortBy(({ metadata }) => metadata.createdAt);
        for (const data of this.#data.values()) {
            data.isUsed = true;
            this.#indexOf(data.owner.id).add(data);
        }
        for (const [id, { line, problem }] of this.#data.corruptedLines()) {
            this.#registerCorrupted(id, storageCorrupted(kind, id, problem), /"name":"([^"\\]+)"/.exec(line)?.[1]);
        }
    }

    /**
     * Creates a storage. Its data is created on first use.
     *
     * @throws `invalid-value` for a bad name, `name-not-unique` for a name that is taken.
     */
    create(options: NewStorageOptions = {}): Storage {
        return this.#createHandle(this.reserve(options));
    }

    /** Creates the data of a storage that may never be used. See {@link StorageCollection.create}. */
    reserve(options: NewStorageOptions): Data {
        this.#assertOpen();
        const { name, userId = this.context.defaultUser.id, actId, actRunId, schema } = options;
        if (name !== undefined) {
            (options.checkName ?? checkStorageName)('options.name', name);
            this.#assertNameFree('options.name', name, this.#resolveOwner(userId).id);
        }
        const now = this.context.clock.now();
        const { initialState, Data } = this.#options;
        const metadata: StorageMetadata = {
            id: newId(),
            userId,
            createdAt: now,
            modifiedAt: now,
            accessedAt: now,
            actId,
            actRunId,
            name,
            title: undefined,
            generalAccess: undefined,
            counters: undefined,
            contents: schema === undefined ? initialState : { ...initialState, schema },
        };
        const data = new Data(metadata, this);
        this.#data.set(metadata.id, data);
        this.#indexOf(data.owner.id).add(data);
        return data;
    }

    /**
     * Returns the storage of a name and creates it if it is missing; without a name, creates a storage. Throws as {@link create} does.
     *
     * @param schema - Schema of a new storage; an existing one keeps its own.
     */
    getOrCreate(
        name?: string,
        schema?: Record<string, unknown>,
        user: StorageUser = this.context.defaultUser,
        checkName: CheckName = checkStorageName,
    ): { storage: Storage; isNew: boolean } {
        const copy = schema === undefined ? undefined : this.#validateSchema(schema);
        if (name !== undefined) checkName('name', name);
        const found = name === undefined ? undefined : this.#indexOf(this.#resolveOwner(user.id).id).byName.get(name);
        if (found) return { storage: this.#createHandle(found), isNew: false };
        return { storage: this.create({ name, userId: user.id, schema: copy, checkName }), isNew: true };
    }

    /**
     * Returns the storage with an id, `name`, `~name`, `username~name` or `username/name`, of any user.
     *
     * @param user - The caller, who owns a name without a username.
     * @param recordUsage - Receives the operations on the returned handle.
     * @throws `storage-corrupted` if the storage cannot be read.
     */
    find(idOrName: string, user = this.context.defaultUser, recordUsage?: UsageRecorder): Storage | undefined {
        const data = this.#find(idOrName, user);
        return data && this.#createHandle(data, recordUsage);
    }

    /** Returns the storage with an id. See {@link StorageCollection.find}. */
    get(id: string, recordUsage?: UsageRecorder): Storage | undefined {
        this.#assertReadable(id);
        const data = this.#data.get(id);
        return data && this.#createHandle(data, recordUsage);
    }

    /** Returns the id of the owner of a storage; an empty string if the storage does not exist. */
    ownerIdOf(id: string): string {
        return this.#data.get(id)?.owner.id ?? '';
    }

    /** As {@link StorageCollection.get}, but also undefined if the storage has not been used since its creation. */
    findUsed(id: string): Storage | undefined {
        return this.#data.get(id)?.isUsed === true ? this.get(id) : undefined;
    }

    /**
     * Returns one page of infos, oldest first unless `desc`. A limit of 0 or above 1000 means 1000.
     *
     * @throws `invalid-value` or `unknown-option` for bad options.
     */
    list(
        options: ListStoragesOptions = {},
        user: StorageUser = this.context.defaultUser,
    ): Page<ReturnType<Storage['info']>> & { unnamed: boolean } {
        checkOptions('options', options, ['offset', 'limit', 'desc', 'unnamed', 'ownership']);
        const { offset = 0, desc = false, unnamed = false, ownership } = options;
        checkWhole('options.offset', offset, 0);
        checkWhole('options.limit', options.limit, 0);
        checkFlag('options.desc', desc);
        checkFlag('options.unnamed', unnamed);
        checkWord('options.ownership', ownership, ['ownedByMe', 'sharedWithMe']);
        const limit = Math.min(options.limit || MAX_PAGE_SIZE, MAX_PAGE_SIZE);
        // Users who may read the storages of others know the ids; those storages are not listed for them.
        const owned = this.#indexOf(this.#resolveOwner(user.id).id);
        const listed = unnamed ? owned.all : owned.named();
        const total = ownership === 'sharedWithMe' ? 0 : listed.size;
        const end = Math.min(total, offset + limit);
        const page = desc ? listed.backward(total - end, total - offset) : listed.forward(offset, end);
        // A storage that turns out to be corrupted drops off the list.
        const items = [...page].flatMap((data) => this.#readInfo(data) ?? []);
        return { total, offset, limit, count: items.length, desc, unnamed, items };
    }

    /** Excludes a storage whose data cannot be read. Its files stay. */
    markCorrupted(id: string, cause: unknown): void {
        const data = this.#data.get(id);
        if (!data || this.#corrupted.has(id)) return;
        const reason = isEngineError(cause) ? cause.message : String(cause);
        const message = `The ${KIND_LABELS[this.kind]} ${id} cannot be read: ${reason}`;
        this.#removeFromIndexes(data);
        const error = new EngineError('storage-corrupted', message, { details: { kind: this.kind, id }, cause });
        this.#registerCorrupted(id, error, data.metadata.name);
        this.context.warn(`${message} Its files stay unchanged, and the engine continues without it.`);
    }

    /** Removes a storage with all its data. Does nothing if the id is unknown. If the files cannot be deleted, the storage stays. */
    async remove(id: string): Promise<void> {
        this.#assertOpen();
        const data = this.#corrupted.has(id) ? undefined : this.#data.get(id);
        if (!data) return;
        this.#removeFromIndexes(data);
        data.invalidate('removed');
        data.closeData();
        try {
            await this.context.backend.remove(this.kind, id, () => this.#data.delete(id));
        } catch (error) {
            data.undoRemoval();
            this.#indexOf(data.owner.id).add(data);
            throw error;
        }
    }

    /** Returns the data of all readable storages, oldest first. */
    all(): Data[] {
        return [...this.#data.values()].filter(({ id, isRemoved }) => !isRemoved && !this.#corrupted.has(id));
    }

    /**
     * Yields the unnamed storages that have been neither read nor changed since a time, oldest first. Each one is checked when its
     * turn comes, so the caller may remove it during the iteration.
     *
     * @param millis - The time, in milliseconds since the epoch.
     * @param includesOwner - Selects the storages by the ids of their owners. Default: all storages.
     */
    *idleSince(
        millis: number,
        includesOwner: (userId: string) => boolean = () => true,
    ): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        for (const data of this.all()) {
            const { metadata } = data;
            // Younger storages cannot have been idle for that long.
            if (metadata.createdAt >= millis) return;
            const isCandidate = this.#data.get(data.id) === data && includesOwner(data.owner.id);
            if (isCandidate && metadata.name === undefined && metadata.accessedAt < millis) yield metadata;
        }
    }

    /** Returns the named storages of the default user, oldest first. */
    named(): { id: string; name: string }[] {
        const named = this.#indexOf(this.context.defaultUser.id).named();
        return Array.from(named.forward(), ({ id, metadata }) => ({ id, name: metadata.name! }));
    }

    /** Returns all storages with their current data, oldest first. */
    snapshot(): StorageSnapshot[] {
        this.#assertOpen();
        return this.all().map((data) => data.snapshot());
    }

    /** Saves pending changes and closes all data; the storages cannot be used any more. */
    close(): void {
        this.#isClosed = true;
        clearTimeout(this.#saveTimer);
        const all = [...this.#data.values()];
        for (const data of all) if (data.invalidate('closed')) this.#changed.add(data);
        try {
            this.#saveChanged();
        } finally {
            for (const data of all) data.closeData();
            this.#data.close();
        }
    }

    save(data: Data): void {
        this.#data.set(data.id, data);
        data.markSaved();
        this.#changed.delete(data);
    }

    rename(data: Data, name: string | undefined): void {
        if (name === data.metadata.name) return;
        const { id } = data.owner;
        if (name !== undefined) this.#assertNameFree('name', name, id, data);
        this.#indexOf(id).rename(data, name);
    }

    scheduleSave(data: Data): void {
        // In memory, there is nothing to save.
        if (!this.context.backend.isPersistent) return;
        this.#changed.add(data);
        this.#markUsed(data);
        this.#saveTimer ??= setTimeout(() => this.#saveOnTimer(), SAVE_DELAY_MILLIS).unref();
    }

    #createHandle(data: Data, recordUsage?: UsageRecorder): Storage {
        data.isUsed = true;
        this.#markUsed(data);
        return new this.#options.Storage(data, recordUsage);
    }

    /** Unloads the least recently used storages, so that the memory of a long-running engine stays bounded. */
    #markUsed(data: Data): void {
        if (!this.context.backend.isPersistent) return;
        this.#loaded.delete(data);
        this.#loaded.add(data);
        for (let tries = MAX_UNLOAD_ATTEMPTS; tries > 0 && this.#loaded.size > MAX_LOADED; tries--) {
            const oldest = this.#loaded.values().next().value!;
            this.#loaded.delete(oldest);
            if (!oldest.unload()) this.#loaded.add(oldest);
        }
    }

    #saveOnTimer(): void {
        this.#saveTimer = undefined;
        try {
            this.#saveChanged();
        } catch {
            // The operations themselves succeeded. Their times and counters are saved later, at the latest on close.
        }
    }

    #saveChanged(): void {
        this.#data.setAll(Array.from(this.#changed, (data) => [data.id, data] as const));
        for (const data of this.#changed) data.markSaved();
        this.#changed.clear();
    }

    /** Returns the info of a storage; undefined if it turns out that the storage cannot be read. */
    #readInfo(data: Data): ReturnType<Storage['info']> | undefined {
        try {
            return this.#createHandle(data).info() as ReturnType<Storage['info']>;
        } catch (error) {
            if (!isCorruption(error)) throw error;
            this.markCorrupted(data.id, error);
            return undefined;
        }
    }

    #find(idOrName: string, caller: StorageUser): Data | undefined {
        const [ownerName, name] = splitReference(idOrName);
        if (ownerName === undefined) this.#assertReadable(idOrName);
        const byId = this.#data.get(idOrName);
        if (byId) return byId;
        const users = [...this.context.users.values()];
        const owner = users.find((user) => (ownerName ? isOwnerName(user, ownerName) : user.id === caller.id));
        const found = owner && this.#indexOf(owner.id).byName.get(name);
        if (found === undefined && (!ownerName || owner)) this.#assertReadable(nameKey(name));
        return found;
    }

    /** Returns the user with an id; the default user if the id is unknown. */
    #resolveOwner(userId: string): StorageUser {
        return this.context.users.get(userId) ?? this.context.defaultUser;
    }

    #indexOf(userId: string): UserStorageIndex<Data> {
        const index = this.#indexes.get(userId) ?? new UserStorageIndex<Data>();
        this.#indexes.set(userId, index);
        return index;
    }

    /** Throws `name-not-unique` if a name is taken, or is the id of another storage, which a lookup of the name would return. */
    #assertNameFree(path: string, name: string, userId: string, renamed?: Data): void {
        const label = KIND_LABELS[this.kind];
        const holder = this.#indexOf(userId).byName.get(name);
        if (holder !== undefined && holder !== renamed) throw nameTaken(path, name, `the ${label} ${holder.id}`);
        this.#assertReadable(nameKey(name));
        if (this.#data.has(name) || this.#corrupted.has(name)) throw nameTaken(path, name, `a ${label}, as its id,`);
    }

    #registerCorrupted(id: string, error: EngineError, name: string | undefined): void {
        this.#corrupted.set(id, error);
        if (name !== undefined) this.#corrupted.set(nameKey(name), error);
    }

    /** @throws `storage-corrupted` for a storage that cannot be read. */
    #assertReadable(idOrNameKey: string): void {
        const error = this.#corrupted.get(idOrNameKey);
        // A new error each time, as it may travel to another thread or be changed by its receiver.
        if (error) throw new EngineError(error.code, error.message, { details: error.details, cause: error.cause });
    }

    #removeFromIndexes(data: Data): void {
        this.#indexOf(data.owner.id).delete(data);
        this.#loaded.delete(data);
        this.#changed.delete(data);
    }

    #validateSchema(schema: Record<string, unknown>): Record<string, unknown> {
        if (this.parseSchema) return validateSchema('options.schema', schema, this.parseSchema);
        const message = `A ${KIND_LABELS[this.kind]} has no schema. Leave \`schema\` out.`;
        throw new EngineError('unknown-option', message);
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'The storages cannot be used: the engine was closed or restored from a snapshot. Create an engine, or get the storage again.',
        );
    }
}

/** Returns the key of a name among ids. Neither names nor ids contain a tilde, so the two cannot collide. */
function nameKey(name: string): string {
    return `~${name.toLowerCase()}`;
}
