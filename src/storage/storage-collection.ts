import { EngineError, isEngineError } from '../errors/engine-error.js';
import type { Page } from '../model/page.js';
import type { StorageInfo, StorageKind } from '../model/storage.js';
import { checkFlag, checkOptions, checkText, checkWhole, checkWord } from '../util/check.js';
import { inOrderOf } from '../util/in-order-of.js';
import type { StoredStorage } from './backend.js';
import { isDamage } from './disk-error.js';
import type { DocumentCollection } from './document-collection.js';
import { checkStorageName } from './names.js';
import { corrupted, KIND_LABELS, readDocument, type StorageDocument } from './storage-document.js';
import type {
    CollectedStorage,
    CollectionOptions,
    ListStoragesOptions,
    NewStorageOptions,
} from './collection-options.js';
import { StorageIndex } from './storage-index.js';
import {
    type MetadataOwner,
    type StorageContents,
    type StorageContext,
    StorageMetadata,
    type StorageUser,
} from './storage-metadata.js';

const MAX_PAGE_SIZE = 1000;
/** As many storages keep their data open where these are on disk; the others are opened again when they are used. */
const MAX_OPEN = 500;
/** So many are tried to be closed at a time before it is left for later. */
const TRIES = 4;
/** Times and counters, which change with each use, are saved together after so long. */
const SAVE_AFTER_MILLIS = 3000;

/** All storages of one kind, oldest first. Unless a user is given, names are those of the first one. */
export class StorageCollection<
    Storage extends CollectedStorage,
    Contents extends StorageContents,
> implements MetadataOwner<Contents> {
    readonly kind: StorageKind;
    readonly context: StorageContext;
    readonly #options: CollectionOptions<Storage, Contents>;
    readonly #storages: DocumentCollection<StorageMetadata<Contents>>;
    readonly #index: StorageIndex<Contents>;
    /** Those whose data may be open; the one that was used longest ago comes first. */
    readonly #open = new Set<StorageMetadata<Contents>>();
    readonly #changed = new Set<StorageMetadata<Contents>>();
    #saving: NodeJS.Timeout | undefined;
    #sequence = 0;
    #isClosed = false;

    /** Collections are made by {@link Storages}. */
    constructor(options: CollectionOptions<Storage, Contents>) {
        const { kind, context } = options;
        this.#options = options;
        this.kind = kind;
        this.context = context;
        this.#storages = context.backend.openMetadata(kind, (id, value) => {
            return new StorageMetadata<Contents>(readDocument(id, value), this);
        });
        this.#index = new StorageIndex(kind, context, this.#storages);
        for (const metadata of inOrderOf(({ createdAt }) => createdAt, [...this.#storages.values()])) {
            metadata.sequence = this.#sequence++;
            metadata.isTouched = true;
            this.#index.add(metadata);
        }
        for (const [id, { line, problem }] of this.#storages.damagedLines()) {
            this.#index.addDamaged(id, corrupted(kind, id, problem), /"name":"([^"\\]+)"/.exec(line)?.[1]);
        }
    }

    /**
     * Makes a new storage. Its data is made when it is first used.
     *
     * @throws `invalid-value` for a bad name, `name-not-unique` for one that is taken.
     */
    create(options: NewStorageOptions = {}): Storage {
        return this.#use(this.#make(options));
    }

    /** Makes a new storage that may never be used; returns its id. See {@link StorageCollection.create}. */
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
    ): { storage: Storage; isNew: boolean } {
        const copy = schema === undefined ? undefined : this.#readSchema(schema);
        if (name !== undefined) checkStorageName('name', name);
        const found = name === undefined ? undefined : this.#index.of(user.id).byName.get(name);
        if (found) return { storage: this.#use(found), isNew: false };
        if (name !== undefined) this.#index.assertNameReadable(name);
        return { storage: this.create({ name, userId: user.id, schema: copy }), isNew: true };
    }

    /**
     * By id, `name`, `~name`, `username~name` or `username/name`; of whichever user.
     *
     * @param user - Who asks: whose a mere name is.
     * @throws `storage-corrupted` for one that cannot be read.
     */
    find(idOrName: string, user: StorageUser = this.#firstUser): Storage | undefined {
        const metadata = this.#index.find(idOrName, user);
        return metadata && this.#use(metadata);
    }

    /** The id of the user who has a storage that is there. */
    ownerIdOf(id: string): string {
        return this.#storages.get(id)?.owner.id ?? '';
    }

    /** As {@link StorageCollection.find}, but undefined too for one that has not been used since it was made. */
    findTouched(idOrName: string): Storage | undefined {
        const metadata = this.#index.find(idOrName, this.#firstUser);
        return metadata?.isTouched === true ? this.#use(metadata) : undefined;
    }

    /**
     * One page of infos, oldest first unless `desc`. A limit of 0 or above 1000 means 1000.
     *
     * @throws `invalid-value` or `unknown-option` for bad options.
     */
    list(
        options: ListStoragesOptions = {},
        user: StorageUser = this.#firstUser,
    ): Page<ReturnType<Storage['info']>> & { unnamed: boolean } {
        checkOptions('options', options, ['offset', 'limit', 'desc', 'unnamed', 'ownership']);
        const { offset = 0, desc = false, unnamed = false, ownership } = options;
        checkWhole('options.offset', offset, 0);
        checkWhole('options.limit', options.limit, 0);
        checkFlag('options.desc', desc);
        checkFlag('options.unnamed', unnamed);
        checkWord('options.ownership', ownership, ['ownedByMe', 'sharedWithMe']);
        const limit = Math.min(options.limit || MAX_PAGE_SIZE, MAX_PAGE_SIZE);
        const { all, named } = this.#index.of(user.id);
        const listed = unnamed ? all : named;
        // Users who may read what others have know its id; it is not listed for them.
        const total = ownership === 'sharedWithMe' ? 0 : listed.size;
        const [from, to] = [Math.min(offset, total), Math.min(offset + limit, total)];
        const page = desc ? listed.backward(total - to, total - from) : listed.forward(from, to);
        // Gone through first, as one that cannot be read leaves the list.
        const items = [...page].flatMap((metadata) => this.#infoOf(metadata) ?? []);
        return { total, offset, limit, count: items.length, desc, unnamed, items };
    }

    /** Gives up a storage whose data cannot be read; its files stay. */
    markDamaged(id: string, cause: unknown): void {
        const metadata = this.#storages.get(id);
        if (!metadata || this.#index.isDamaged(id)) return;
        const what = isEngineError(cause) ? cause.message : String(cause);
        const message = `The ${KIND_LABELS[this.kind]} ${id} cannot be read: ${what}`;
        this.#unlist(metadata);
        this.#index.addDamaged(
            id,
            new EngineError('storage-corrupted', message, { details: { kind: this.kind, id }, cause }),
            metadata.name,
        );
        this.context.warn(`${message} Its files stay as they are, and the engine continues without it.`);
    }

    /** Removes a storage with all its data; does nothing if there is none with that id. If the disk refuses, it stays. */
    async remove(id: string): Promise<void> {
        this.#assertOpen();
        const metadata = this.#index.isDamaged(id) ? undefined : this.#storages.get(id);
        if (!metadata) return;
        this.#unlist(metadata);
        metadata.end('removed');
        metadata.closeContents();
        try {
            await this.context.backend.remove(this.kind, id, () => this.#storages.delete(id));
        } catch (error) {
            metadata.restore();
            this.#index.add(metadata);
            throw error;
        }
    }

    /** Those whose metadata do not have what `isSettled` looks for, oldest first. */
    unsettled(isSettled: (contents: Readonly<Record<string, unknown>>) => boolean): Storage[] {
        return this.#index
            .all()
            .filter(({ savedContents }) => !isSettled(savedContents))
            .map((metadata) => this.#use(metadata));
    }

    /**
     * Those without a name that have not been read or changed since then, in milliseconds since the epoch; those of a user oldest
     * first. Each is looked at when it is its turn, and may be removed then.
     */
    *unusedSince(
        millis: number,
        isOf: (userId: string) => boolean = () => true,
    ): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        for (const [userId, { all }] of this.#index.users) {
            if (!isOf(userId)) continue;
            // None that is younger can have been left unused for so long.
            const end = all.findPlace(({ createdAt }) => createdAt >= millis);
            for (const metadata of [...all.forward(0, end)]) {
                const isThere = this.#storages.get(metadata.id) === metadata;
                if (isThere && metadata.name === undefined && metadata.accessedAt < millis) yield metadata;
            }
        }
    }

    /** The storages that the first user has named, oldest first. */
    named(): { id: string; name: string }[] {
        return Array.from(this.#index.of(this.#firstUser.id).named.forward(), ({ id, name }) => ({ id, name: name! }));
    }

    /** All storages with their data as they are at this moment, oldest first. */
    dump(): StoredStorage[] {
        this.#assertOpen();
        const { backend } = this.context;
        return this.#index.all().map((metadata) => {
            // First, as it may take in data that is still on its way.
            const document = metadata.capture();
            const data = backend.dump!(this.kind, metadata.id);
            const lines = metadata.openContents?.dumpLines?.() ?? data.lines;
            return { id: metadata.id, metadata: document, lines, records: data.records };
        });
    }

    /** Saves what has changed and closes all data; the storages cannot be used any more. */
    close(): void {
        this.#isClosed = true;
        clearTimeout(this.#saving);
        const all = [...this.#storages.values()];
        for (const metadata of all) if (metadata.end('closed')) this.#changed.add(metadata);
        try {
            this.#saveChanged();
        } finally {
            for (const metadata of all) metadata.closeContents();
            this.#storages.close();
        }
    }

    openContents(metadata: StorageMetadata<Contents>): Contents {
        return this.#options.openContents(metadata);
    }

    save(metadata: StorageMetadata<Contents>): void {
        this.#storages.set(metadata.id, metadata);
        metadata.noteSaved();
        this.#changed.delete(metadata);
    }

    claimName(metadata: StorageMetadata<Contents>, name: string | undefined): void {
        if (name === metadata.name) return;
        if (name !== undefined) this.#index.assertFree('fields.name', name, metadata.owner.id);
        this.#index.rename(metadata, name);
    }

    noteChange(metadata: StorageMetadata<Contents>): void {
        // In memory, there is nothing to be saved.
        if (!this.context.backend.isPersistent) return;
        this.#changed.add(metadata);
        this.#noteUse(metadata);
        this.#saving ??= setTimeout(() => this.#saveInTime(), SAVE_AFTER_MILLIS).unref();
    }

    get #firstUser(): StorageUser {
        return this.context.firstUser;
    }

    #use(metadata: StorageMetadata<Contents>): Storage {
        metadata.isTouched = true;
        this.#noteUse(metadata);
        return this.#options.open(metadata);
    }

    /** Closes the data of those that were used longest ago, so that they do not fill the memory of an engine that lives long. */
    #noteUse(metadata: StorageMetadata<Contents>): void {
        if (!this.context.backend.isPersistent) return;
        this.#open.delete(metadata);
        this.#open.add(metadata);
        for (let tries = TRIES; tries > 0 && this.#open.size > MAX_OPEN; tries--) {
            const oldest = this.#open.values().next().value!;
            this.#open.delete(oldest);
            if (!oldest.unload()) this.#open.add(oldest);
        }
    }

    #saveInTime(): void {
        this.#saving = undefined;
        try {
            this.#saveChanged();
        } catch {
            // The operations have been done. What they have changed is saved later, at the latest when the engine closes.
        }
    }

    #saveChanged(): void {
        this.#storages.setAll(Array.from(this.#changed, (metadata) => [metadata.id, metadata] as const));
        for (const metadata of this.#changed) metadata.noteSaved();
        this.#changed.clear();
    }

    /** What can be said of a storage; undefined if it turns out that it cannot be read. */
    #infoOf(metadata: StorageMetadata<Contents>): ReturnType<Storage['info']> | undefined {
        try {
            return this.#use(metadata).info() as ReturnType<Storage['info']>;
        } catch (error) {
            if (!isDamage(error)) throw error;
            this.markDamaged(metadata.id, error);
            return undefined;
        }
    }

    #make(options: NewStorageOptions): StorageMetadata<Contents> {
        this.#assertOpen();
        checkOptions('options', options, ['name', 'userId', 'actId', 'actRunId', 'schema']);
        const { name, userId = this.#firstUser.id, actId, actRunId, schema } = options;
        checkText('options.actId', actId);
        checkText('options.actRunId', actRunId);
        if (name !== undefined) {
            checkStorageName('options.name', name);
            this.#index.assertFree('options.name', name, userId);
        }
        const now = this.context.clock.now();
        const { newContents } = this.#options;
        const document: StorageDocument = {
            id: this.#index.freshId(),
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
        const metadata = new StorageMetadata<Contents>(document, this);
        metadata.sequence = this.#sequence++;
        this.#storages.set(metadata.id, metadata);
        this.#index.add(metadata);
        return metadata;
    }

    #unlist(metadata: StorageMetadata<Contents>): void {
        this.#index.delete(metadata);
        this.#open.delete(metadata);
        this.#changed.delete(metadata);
    }

    #readSchema(schema: Record<string, unknown>): Record<string, unknown> {
        const { readSchema } = this.#options;
        if (readSchema) return readSchema(schema);
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

/** What its users need of a collection. */
export type UsedCollection<Storage extends CollectedStorage> = Pick<
    StorageCollection<Storage, never>,
    'find' | 'ownerIdOf' | 'remove' | 'getOrCreate' | 'list'
>;
