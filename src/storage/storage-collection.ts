import { EngineError } from '../errors/engine-error.js';
import type { Page, PageOptions } from '../model/page.js';
import type { StorageInfo, StorageKind } from '../model/storage.js';
import { checkFlag, checkOptions, checkText, checkWhole, checkWord } from '../util/check.js';
import { inOrderOf } from '../util/in-order-of.js';
import type { DamagedStorage, LoadedStorage, StoredStorage } from './backend.js';
import { isDamage } from './disk-error.js';
import { isoTime } from './iso-time.js';
import { checkStorageName } from './names.js';
import type { NewStorageOptions } from './new-storage-options.js';
import { KIND_LABELS, NO_COUNTERS, readDocument, type StorageDocument } from './storage-document.js';
import { StorageEntry } from './storage-entry.js';
import { type HeaderTies, ownerOf, type StorageContext, StorageHeader, type StorageUser } from './storage-header.js';
import { outlineOf, type StorageOutline } from './storage-outline.js';
import { StoragesInUse } from './storages-in-use.js';
import { StorageRegister } from './storage-register.js';
import type { StorageShelf } from './storage-shelf.js';

const MAX_PAGE_SIZE = 1000;

/** What a collection needs of the storages in it. */
export interface CollectedStorage {
    readonly id: string;
    info(): StorageInfo;
}

/** What a collection starts with: documents, or outlines where the backend has the documents whenever they are wanted. */
export type LoadedStorages =
    | { documents: readonly LoadedStorage[] }
    | { outlines: readonly (StorageOutline | DamagedStorage)[] };

/** How a collection makes its storages. */
export interface CollectionOptions<S> {
    kind: StorageKind;
    context: StorageContext;
    /** Makes a storage with this header; must not touch its data yet. */
    open: (header: StorageHeader) => S;
    /** What a new storage starts with as its saved contents. Default: nothing. */
    newContents?: Record<string, unknown>;
    /** Copies a schema that a caller gave, or refuses it. Default: storages of the kind have none. */
    readSchema?: (schema: Record<string, unknown>) => Record<string, unknown>;
}

/** Which storages to list. */
export interface ListStoragesOptions extends PageOptions {
    /** Those without a name, too. Default: false. */
    unnamed?: boolean;
    ownership?: string;
}

/** All storages of one kind, oldest first. Unless a user is given, names are those of the first one. */
export class StorageCollection<S extends CollectedStorage> {
    readonly #options: CollectionOptions<S>;
    readonly #register: StorageRegister<S>;
    /** Shared by all that are made, since they sleep by the thousand. */
    readonly #newContents: StorageDocument['contents'];
    readonly #storages = new WeakMap<StorageHeader, S>();
    /** Only where storages can be found again that are not in memory. */
    readonly #inUse: StoragesInUse<S> | undefined;
    #sequence = 0;
    #isClosed = false;

    /** Collections are made by {@link Storages}, with the documents that the backend has. */
    constructor(options: CollectionOptions<S>, loaded: LoadedStorages) {
        const { kind, context } = options;
        this.#options = options;
        this.#register = new StorageRegister(kind, context);
        this.#newContents = Object.freeze({ ...options.newContents });
        if ('outlines' in loaded) this.#inUse = new StoragesInUse((entry) => this.#rest(entry));
        const all = 'outlines' in loaded ? loaded.outlines : loaded.documents;
        const entries = all.flatMap((one) => this.#read(one) ?? []);
        // Those of the same age stay in the order in which the backend has them.
        for (const entry of inOrderOf(({ createdAt }) => new Date(createdAt).getTime(), entries)) this.#add(entry);
    }

    /**
     * Makes a new storage. Its data is made when it is first used.
     *
     * @throws `invalid-value` for a bad name, `name-not-unique` for one that is taken.
     */
    create(options: NewStorageOptions = {}): S {
        return this.#wake(this.#make(options))!;
    }

    /** Makes a new storage for somebody who may never use it; returns its id. See {@link StorageCollection.create}. */
    prepare(options: NewStorageOptions): string {
        return this.#make(options).id;
    }

    /**
     * The storage of that name, made if there is none; without a name always a new one. See {@link create} for errors.
     *
     * @param schema - Of a new one; one that is there already keeps its own.
     */
    getOrCreate(
        name?: string,
        schema?: Record<string, unknown>,
        user: StorageUser = this.#firstUser,
    ): { storage: S; isNew: boolean } {
        const copy = schema === undefined ? undefined : this.#readSchema(schema);
        if (name !== undefined) checkStorageName('name', name);
        const found = name === undefined ? undefined : this.#register.shelfOf(user.id).find(name);
        const storage = found && this.#wake(found);
        if (storage) return { storage, isNew: false };
        if (name !== undefined) this.#register.damaged.assertReadable(this.#register.damaged.find(name));
        return { storage: this.create({ name, userId: user.id, schema: copy }), isNew: true };
    }

    /**
     * By id, `name`, `~name`, `username~name` or `username/name`; of whichever user.
     *
     * @param user - Who asks: whose a mere name is.
     */
    find(idOrName: string, user: StorageUser = this.#firstUser): S | undefined {
        const entry = this.#register.find(idOrName, user);
        return entry && this.#wake(entry);
    }

    /** The id of whoever has a storage that is there. */
    ownerIdOf(id: string): string {
        return this.#register.get(id)?.userId ?? '';
    }

    /** As {@link StorageCollection.find}, but undefined too for one that nobody has used since it was made. */
    findTouched(idOrName: string): S | undefined {
        const entry = this.#register.find(idOrName, this.#firstUser);
        return entry === undefined || entry.isUntouched ? undefined : this.#wake(entry);
    }

    /**
     * One page of infos, oldest first unless `desc`. A limit of 0 or above 1000 means 1000.
     *
     * @throws `invalid-value` or `unknown-option` for bad options.
     */
    list(
        options: ListStoragesOptions = {},
        user: StorageUser = this.#firstUser,
    ): Page<ReturnType<S['info']>> & { unnamed: boolean } {
        checkOptions('options', options, ['offset', 'limit', 'desc', 'unnamed', 'ownership']);
        const { offset = 0, desc = false, unnamed = false, ownership } = options;
        checkWhole('options.offset', offset, 0);
        checkWhole('options.limit', options.limit, 0);
        checkFlag('options.desc', desc);
        checkFlag('options.unnamed', unnamed);
        checkWord('options.ownership', ownership, ['ownedByMe', 'sharedWithMe']);
        const limit = Math.min(options.limit || MAX_PAGE_SIZE, MAX_PAGE_SIZE);
        const { all, named } = this.#register.shelfOf(user.id);
        const listed = unnamed ? all : named;
        // Who may read what others have knows its id, and is not told of it.
        const total = ownership === 'sharedWithMe' ? 0 : listed.size;
        const [from, to] = [Math.min(offset, total), Math.min(offset + limit, total)];
        const page = desc ? listed.backward(total - to, total - from) : listed.forward(from, to);
        // Gone through first, as what a person has removed leaves the list when it is looked for.
        const items = [...page].flatMap((entry) => this.#infoOf(entry) ?? []);
        return { total, offset, limit, count: items.length, desc, unnamed, items };
    }

    /** Gives up a storage whose data cannot be read; its files stay. */
    spoil(id: string, cause: unknown): void {
        const entry = this.#register.get(id);
        if (!entry) return;
        this.#register.remove(entry);
        this.#inUse?.forget(entry);
        this.#register.damaged.add(id, cause, entry.name);
    }

    /** Removes a storage with all its data; does nothing if there is none with that id. What the disk does not let go stays. */
    async remove(id: string): Promise<void> {
        this.#assertOpen();
        const entry = this.#register.get(id);
        if (!entry) return;
        const { kind, context } = this.#options;
        const header = entry.awake?.header ?? entry.last;
        const document = header?.capture();
        this.#register.remove(entry);
        this.#inUse?.forget(entry);
        header?.end('removed');
        try {
            await context.backend.remove(kind, id);
        } catch (error) {
            this.#register.add(document ? new StorageEntry<S>(document, entry.sequence, entry.userId) : entry);
            throw error;
        }
    }

    /** Those that were not properly closed, as far as that matters; oldest first. */
    unsettled(): S[] {
        const all = this.#register.all().filter(({ isSettled }) => !isSettled);
        return all.flatMap((entry) => this.#wakeIfReadable(entry) ?? []);
    }

    /**
     * Those without a name that nobody has read or changed since then, in milliseconds since the epoch; those of a user oldest
     * first. Each is looked at when it is its turn, and may be removed then.
     */
    *unusedSince(
        millis: number,
        isOf: (userId: string) => boolean = () => true,
    ): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        for (const [userId, { all }] of this.#register.shelves) if (isOf(userId)) yield* this.#unusedOf(all, millis);
    }

    *#unusedOf(all: StorageShelf<S>['all'], millis: number): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        // None that is younger can have been left unused for so long.
        const end = all.findPlace(({ createdAt }) => createdAt >= millis);
        for (const entry of [...all.forward(0, end)]) {
            const isThere = this.#register.get(entry.id) === entry;
            if (isThere && this.#isUnused(entry, millis)) yield entry;
        }
    }

    #isUnused(entry: StorageEntry<S>, millis: number): boolean {
        if (entry.name !== undefined || entry.accessedAt >= millis) return false;
        // What is not in memory may have been saved again since it was outlined.
        if (entry.awake === undefined && entry.document === undefined && !this.#wakeIfReadable(entry)) return false;
        return entry.name === undefined && entry.accessedAt < millis;
    }

    /** The storages that the first user has named, oldest first. */
    named(): { id: string; name: string }[] {
        return Array.from(this.#register.shelfOf(this.#firstUser.id).named.forward(), ({ id, name }) => ({
            id,
            name: name!,
        }));
    }

    /** All storages with their data as they are at this moment, oldest first. */
    dump(): StoredStorage[] {
        this.#assertOpen();
        const { kind, context } = this.#options;
        return this.#register.all().map((entry) => {
            const metadata = entry.awake?.header.capture() ?? entry.document ?? context.backend.load(kind, entry.id);
            return { id: entry.id, metadata, ...context.backend.dump(kind, entry.id) };
        });
    }

    /** Saves what has changed and lets go of all data; the storages cannot be used any more. */
    close(): void {
        this.#isClosed = true;
        for (const entry of this.#register.all()) (entry.awake?.header ?? entry.last)?.end('closed');
    }

    /** What can be said of a storage; nothing, if it turns out that it cannot be read. */
    #infoOf(entry: StorageEntry<S>): ReturnType<S['info']> | undefined {
        return this.#unlessDamaged(entry, () => this.#wake(entry)?.info() as ReturnType<S['info']> | undefined);
    }

    #wakeIfReadable(entry: StorageEntry<S>): S | undefined {
        return this.#unlessDamaged(entry, () => this.#wake(entry));
    }

    #unlessDamaged<Result>(entry: StorageEntry<S>, work: () => Result): Result | undefined {
        try {
            return work();
        } catch (error) {
            if (!isDamage(error)) throw error;
            this.spoil(entry.id, error);
            return undefined;
        }
    }

    #readSchema(schema: Record<string, unknown>): Record<string, unknown> {
        const { kind, readSchema } = this.#options;
        if (readSchema) return readSchema(schema);
        const message = `A ${KIND_LABELS[kind]} has no schema. Leave \`schema\` out.`;
        throw new EngineError('unknown-option', message);
    }

    #make(options: NewStorageOptions): StorageEntry<S> {
        this.#assertOpen();
        checkOptions('options', options, ['name', 'userId', 'actId', 'actRunId', 'schema']);
        const { name, userId = this.#firstUser.id, actId, actRunId, schema } = options;
        checkText('options.actId', actId);
        checkText('options.actRunId', actRunId);
        if (name !== undefined) {
            checkStorageName('options.name', name);
            this.#register.assertFree('options.name', name, userId);
        }
        const { kind, context } = this.#options;
        const now = isoTime(context.clock.now());
        const document: StorageDocument = {
            id: this.#register.freshId(),
            userId,
            createdAt: now,
            modifiedAt: now,
            accessedAt: now,
            actId,
            actRunId,
            generalAccess: 'FOLLOW_USER_SETTING',
            counters: NO_COUNTERS,
            contents: schema === undefined ? this.#newContents : { ...this.#newContents, schema },
            ...(name !== undefined && { name }),
        };
        context.backend.saveMetadata(kind, document.id, document);
        const entry = this.#add(document);
        this.#inUse?.note(entry);
        return entry;
    }

    #read(loaded: LoadedStorage | StorageOutline): StorageDocument | StorageOutline | undefined {
        if ('createdAt' in loaded) return loaded;
        if ('damage' in loaded) {
            this.#register.damaged.add(loaded.id, loaded.damage, loaded.name);
            return undefined;
        }
        const { id, metadata } = loaded;
        try {
            return readDocument(this.#options.kind, id, metadata);
        } catch (error) {
            this.#register.damaged.add(id, error, (metadata as { name?: unknown } | null)?.name);
            return undefined;
        }
    }

    #add(state: StorageDocument | StorageOutline): StorageEntry<S> {
        const { id } = ownerOf(state, this.#options.context);
        return this.#register.add(new StorageEntry<S>(state, this.#sequence++, id));
    }

    get #firstUser(): StorageUser {
        return this.#options.context.firstUser;
    }

    /** The storage, made by its document if it is not in use; undefined for one whose files a person has removed. */
    #wake(entry: StorageEntry<S>): S | undefined {
        const { awake } = entry;
        if (awake !== undefined) {
            this.#inUse?.note(entry);
            return awake.storage;
        }
        const { last } = entry;
        const storage = last === undefined ? this.#open(entry) : this.#storages.get(last);
        if (storage === undefined) return undefined;
        if (last !== undefined) entry.wake({ header: last, storage });
        this.#inUse?.note(entry);
        return storage;
    }

    #open(entry: StorageEntry<S>): S | undefined {
        const { kind, context, open } = this.#options;
        const document = entry.document ?? this.#load(entry);
        if (document === undefined) return undefined;
        const header = new StorageHeader(kind, document, context, this.#ties);
        const storage = open(header);
        this.#storages.set(header, storage);
        entry.wake({ header, storage });
        return storage;
    }

    /** The document of a storage of which only the outline is in memory. A person may have edited or removed it. */
    #load(entry: StorageEntry<S>): StorageDocument | undefined {
        const { kind, context } = this.#options;
        const metadata = context.backend.load(kind, entry.id);
        if (metadata === undefined) {
            this.#register.remove(entry);
            return undefined;
        }
        const document = readDocument(kind, entry.id, metadata);
        if (document.name !== entry.name) this.#register.rename(entry, entry.name, document.name);
        return document;
    }

    #rest(entry: StorageEntry<S>): boolean {
        const document = entry.document ?? entry.awake?.header.rest();
        if (document !== undefined) entry.rest(outlineOf(this.#options.kind, document));
        return document !== undefined || entry.awake === undefined;
    }

    /** One for all headers. */
    readonly #ties: HeaderTies = {
        claimName: (header, name) => {
            if (name === header.name) return;
            const entry = this.#register.get(header.id)!;
            if (name !== undefined) this.#register.assertFree('fields.name', name, entry.userId);
            this.#register.rename(entry, header.name, name);
        },
        noteChange: ({ id }) => {
            const entry = this.#register.get(id);
            // Somebody has kept it beyond its rest.
            if (entry !== undefined && entry.awake === undefined) this.#wake(entry);
        },
    };

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'Storages cannot be used: the engine is closed, or has taken on another state. Create a new engine, or ask it anew.',
        );
    }
}
