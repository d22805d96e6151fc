import { EngineError, isEngineError } from '../errors/engine-error.js';
import type { Page } from '../model/api/page.js';
import type { StorageInfo, StorageKind } from '../model/api/storage.js';
import { checkFlag, checkOptions, checkWhole, checkWord } from '../util/check.js';
import { newId } from '../util/ids.js';
import { splitReference } from '../util/collections/named-records.js';
import type { StorageSnapshot } from './backend.js';
import type { CollectionOptions, ListStoragesOptions, NewStorageOptions } from './collection-options.js';
import { isCorruption } from './file/fs-error.js';
import type { DocumentCollection } from './document-collection.js';
import { checkStorageName, nameTaken } from './names.js';
import { UserStorageIndex } from './user-storage-index.js';
import { validateSchema } from './json-schema.js';
import type { StoredDataOwner, StoredData, StorageContext, StorageUser } from './stored-data.js';
import {
    storageCorrupted,
    KIND_LABELS,
    parseMetadata,
    type StorageMetadata,
    type UsageRecorder,
} from './storage-metadata.js';

const MAX_PAGE_SIZE = 1000;
/** As many storages keep their data open where these are on disk; the others are opened again when they are used. */
const MAX_LOADED = 500;
/** So many are tried to be closed at a time before it is left for later. */
const MAX_UNLOAD_ATTEMPTS = 4;
/** Times and counters, which change with each use, are saved together after so long. */
const SAVE_DELAY_MILLIS = 3000;

/** All storages of one kind, oldest first. Unless a user is given, names are those of the first one. */
export class StorageCollection<
    Storage extends { info(): StorageInfo },
    Contents extends StoredData,
> implements StoredDataOwner {
    readonly kind: StorageKind;
    readonly context: StorageContext;
    readonly parseSchema: StoredDataOwner['parseSchema'];
    readonly #options: CollectionOptions<Storage, Contents>;
    /** In the order of their creation. */
    readonly #data: DocumentCollection<Contents>;
    /** By the ids of their owners. */
    readonly #indexes = new Map<string, UserStorageIndex<Contents>>();
    /** Why storages cannot be read; by their ids, and by the owners and names of those whose names are known. */
    readonly #corrupted = new Map<string, EngineError>();
    /** Those whose data may be open; the one that was used longest ago comes first. */
    readonly #loaded = new Set<Contents>();
    readonly #changed = new Set<Contents>();
    #saveTimer: NodeJS.Timeout | undefined;
    #isClosed = false;

    /** Collections are made by {@link Storages}. */
    constructor(options: CollectionOptions<Storage, Contents>) {
        const { kind, context } = options;
        this.#options = options;
        this.kind = kind;
        this.context = context;
        this.parseSchema = options.parseSchema;
        this.#data = context.backend.openMetadata(kind, (id, value) => {
            return new options.Data(parseMetadata(id, value), this);
        });
        this.#data.sortBy(({ document }) => document.createdAt);
        for (const contents of this.#data.values()) {
            contents.isUsed = true;
            this.#indexOf(contents.owner.id).add(contents);
        }
        for (const [id, { line, problem }] of this.#data.corruptedLines()) {
            this.#registerCorrupted(id, storageCorrupted(kind, id, problem), /"name":"([^"\\]+)"/.exec(line)?.[1]);
        }
    }

    /**
     * Makes a new storage. Its data is made when it is first used.
     *
     * @throws `invalid-value` for a bad name, `name-not-unique` for one that is taken.
     */
    create(options: NewStorageOptions = {}): Storage {
        return this.#createHandle(this.reserve(options));
    }

    /** Makes the contents of a new storage that may never be used. See {@link StorageCollection.create}. */
    reserve(options: NewStorageOptions): Contents {
        this.#assertOpen();
        const { name, userId = this.context.defaultUser.id, actId, actRunId, schema } = options;
        if (name !== undefined) {
            checkStorageName('options.name', name);
            this.#assertNameFree('options.name', name, this.#resolveOwner(userId).id);
        }
        const now = this.context.clock.now();
        const { initialState: newContents, Data: Contents } = this.#options;
        const document: StorageMetadata = {
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
            contents: schema === undefined ? newContents : { ...newContents, schema },
        };
        const contents = new Contents(document, this);
        this.#data.set(document.id, contents);
        this.#indexOf(contents.owner.id).add(contents);
        return contents;
    }

    /**
     * The storage of that name, made if there is none; without a name always a new one. See {@link create} for errors.
     *
     * @param schema - Of a new one; one that is there already keeps its own.
     */
    getOrCreate(
        name?: string,
        schema?: Record<string, unknown>,
        user: StorageUser = this.context.defaultUser,
    ): { storage: Storage; isNew: boolean } {
        const copy = schema === undefined ? undefined : this.#validateSchema(schema);
        if (name !== undefined) checkStorageName('name', name);
        const found = name === undefined ? undefined : this.#indexOf(this.#resolveOwner(user.id).id).byName.get(name);
        if (found) return { storage: this.#createHandle(found), isNew: false };
        if (name !== undefined) this.#assertReadable(nameKey(name));
        return { storage: this.create({ name, userId: user.id, schema: copy }), isNew: true };
    }

    /**
     * By id, `name`, `~name`, `username~name` or `username/name`; of whichever user.
     *
     * @param user - Who asks: whose a mere name is.
     * @param counter - Counts what is done through the storage that is returned.
     * @throws `storage-corrupted` for one that cannot be read.
     */
    find(idOrName: string, user: StorageUser = this.context.defaultUser, counter?: UsageRecorder): Storage | undefined {
        const contents = this.#find(idOrName, user);
        return contents && this.#createHandle(contents, counter);
    }

    /** As {@link StorageCollection.find}, by the id only. */
    get(id: string, counter?: UsageRecorder): Storage | undefined {
        this.#assertReadable(id);
        const contents = this.#data.get(id);
        return contents && this.#createHandle(contents, counter);
    }

    /** The id of the user who has a storage that is there. */
    ownerIdOf(id: string): string {
        return this.#data.get(id)?.owner.id ?? '';
    }

    /** As {@link StorageCollection.get}, but undefined too for one that has not been used since it was made. */
    findUsed(id: string): Storage | undefined {
        return this.#data.get(id)?.isUsed === true ? this.get(id) : undefined;
    }

    /**
     * One page of infos, oldest first unless `desc`. A limit of 0 or above 1000 means 1000.
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
        // Users who may read what others have know its id; it is not listed for them.
        const owned = this.#indexOf(this.#resolveOwner(user.id).id);
        const listed = unnamed ? owned.all : owned.named();
        const total = ownership === 'sharedWithMe' ? 0 : listed.size;
        const end = Math.min(total, offset + limit);
        const page = desc ? listed.backward(total - end, total - offset) : listed.forward(offset, end);
        // A storage that turns out to be damaged is taken off the list.
        const items = [...page].flatMap((contents) => this.#readInfo(contents) ?? []);
        return { total, offset, limit, count: items.length, desc, unnamed, items };
    }

    /** Gives up a storage whose data cannot be read; its files stay. */
    markCorrupted(id: string, cause: unknown): void {
        const contents = this.#data.get(id);
        if (!contents || this.#corrupted.has(id)) return;
        const what = isEngineError(cause) ? cause.message : String(cause);
        const message = `The ${KIND_LABELS[this.kind]} ${id} cannot be read: ${what}`;
        this.#removeFromIndexes(contents);
        const error = new EngineError('storage-corrupted', message, { details: { kind: this.kind, id }, cause });
        this.#registerCorrupted(id, error, contents.document.name);
        this.context.warn(`${message} Its files stay as they are, and the engine continues without it.`);
    }

    /** Removes a storage with all its data; does nothing if there is none with that id. If the disk refuses, it stays. */
    async remove(id: string): Promise<void> {
        this.#assertOpen();
        const contents = this.#corrupted.has(id) ? undefined : this.#data.get(id);
        if (!contents) return;
        this.#removeFromIndexes(contents);
        contents.invalidate('removed');
        contents.closeData();
        try {
            await this.context.backend.remove(this.kind, id, () => this.#data.delete(id));
        } catch (error) {
            contents.undoRemoval();
            this.#indexOf(contents.owner.id).add(contents);
            throw error;
        }
    }

    /** All that can be read, oldest first. */
    all(): Contents[] {
        return [...this.#data.values()].filter(({ id, isRemoved }) => !isRemoved && !this.#corrupted.has(id));
    }

    /**
     * Those without a name that have not been read or changed since then, in milliseconds since the epoch, oldest first. Each is
     * looked at when it is its turn, and may be removed then.
     */
    *idleSince(
        millis: number,
        isOf: (userId: string) => boolean = () => true,
    ): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        for (const contents of this.all()) {
            const { document } = contents;
            // None that is younger can have been left unused for so long.
            if (document.createdAt >= millis) return;
            const isThere = this.#data.get(contents.id) === contents && isOf(contents.owner.id);
            if (isThere && document.name === undefined && document.accessedAt < millis) yield document;
        }
    }

    /** The storages that the first user has named, oldest first. */
    named(): { id: string; name: string }[] {
        const named = this.#indexOf(this.context.defaultUser.id).named();
        return Array.from(named.forward(), ({ id, document }) => ({ id, name: document.name! }));
    }

    /** All storages with their data as they are at this moment, oldest first. */
    snapshot(): StorageSnapshot[] {
        this.#assertOpen();
        return this.all().map((contents) => contents.snapshot());
    }

    /** Saves what has changed and closes all data; the storages cannot be used any more. */
    close(): void {
        this.#isClosed = true;
        clearTimeout(this.#saveTimer);
        const all = [...this.#data.values()];
        for (const contents of all) if (contents.invalidate('closed')) this.#changed.add(contents);
        try {
            this.#saveChanged();
        } finally {
            for (const contents of all) contents.closeData();
            this.#data.close();
        }
    }

    save(contents: Contents): void {
        this.#data.set(contents.id, contents);
        contents.markSaved();
        this.#changed.delete(contents);
    }

    rename(contents: Contents, name: string | undefined): void {
        if (name === contents.document.name) return;
        const { id } = contents.owner;
        if (name !== undefined) this.#assertNameFree('fields.name', name, id);
        this.#indexOf(id).rename(contents, name);
    }

    scheduleSave(contents: Contents): void {
        // In memory, there is nothing to be saved.
        if (!this.context.backend.isPersistent) return;
        this.#changed.add(contents);
        this.#markUsed(contents);
        this.#saveTimer ??= setTimeout(() => this.#saveOnTimer(), SAVE_DELAY_MILLIS).unref();
    }

    #createHandle(contents: Contents, counter?: UsageRecorder): Storage {
        contents.isUsed = true;
        this.#markUsed(contents);
        return new this.#options.Storage(contents, counter);
    }

    /** Closes the data of those that were used longest ago, so that they do not fill the memory of an engine that lives long. */
    #markUsed(contents: Contents): void {
        if (!this.context.backend.isPersistent) return;
        this.#loaded.delete(contents);
        this.#loaded.add(contents);
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
            // The operations have been done. What they have changed is saved later, at the latest when the engine closes.
        }
    }

    #saveChanged(): void {
        this.#data.setAll(Array.from(this.#changed, (contents) => [contents.id, contents] as const));
        for (const contents of this.#changed) contents.markSaved();
        this.#changed.clear();
    }

    /** What can be said of a storage; undefined if it turns out that it cannot be read. */
    #readInfo(contents: Contents): ReturnType<Storage['info']> | undefined {
        try {
            return this.#createHandle(contents).info() as ReturnType<Storage['info']>;
        } catch (error) {
            if (!isCorruption(error)) throw error;
            this.markCorrupted(contents.id, error);
            return undefined;
        }
    }

    #find(idOrName: string, asker: StorageUser): Contents | undefined {
        const [ownerName, name] = splitReference(idOrName);
        if (ownerName === undefined) this.#assertReadable(idOrName);
        const byId = this.#data.get(idOrName);
        if (byId) return byId;
        const username = ownerName || asker.username;
        const { users } = this.context;
        const isAsker = username === asker.username;
        const owner = isAsker ? users.get(asker.id) : [...users.values()].find((user) => user.username === username);
        const found = owner && this.#indexOf(owner.id).byName.get(name);
        if (found === undefined && (isAsker || owner)) this.#assertReadable(nameKey(name));
        return found;
    }

    /** The user of an id; the first one if there is none. */
    #resolveOwner(userId: string): StorageUser {
        return this.context.users.get(userId) ?? this.context.defaultUser;
    }

    #indexOf(userId: string): UserStorageIndex<Contents> {
        const owned = this.#indexes.get(userId) ?? new UserStorageIndex<Contents>();
        this.#indexes.set(userId, owned);
        return owned;
    }

    /**
     * Refuses a name that is taken: `name-not-unique`. Also the id of another storage, as looking the name up would find
     * that one.
     */
    #assertNameFree(path: string, name: string, userId: string): void {
        const label = KIND_LABELS[this.kind];
        const holder = this.#indexOf(userId).byName.get(name);
        if (holder !== undefined) throw nameTaken(path, name, `the ${label} ${holder.id}`);
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
        // A new one each time, as it may travel to another thread, or be changed by its receiver.
        if (error) throw new EngineError(error.code, error.message, { details: error.details, cause: error.cause });
    }

    #removeFromIndexes(contents: Contents): void {
        this.#indexOf(contents.owner.id).delete(contents);
        this.#loaded.delete(contents);
        this.#changed.delete(contents);
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
            'Storages cannot be used: the engine is closed, or has taken on another state. Create a new engine, or ask it again.',
        );
    }
}

/** Names have neither slashes nor tildes in them, and so are no ids here. */
function nameKey(name: string): string {
    return `~${name}`;
}
