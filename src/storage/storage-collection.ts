import { EngineError } from '../errors/engine-error.js';
import type { Page, PageOptions } from '../model/page.js';
import type { StorageInfo, StorageKind } from '../model/storage.js';
import { checkFlag, checkOptions, checkText, checkWhole, checkWord } from '../util/check.js';
import { newId } from '../util/ids.js';
import { OrderedList } from '../util/ordered-list.js';
import { checkStorageName, nameTaken, parseReference } from './names.js';
import { KIND_LABELS, NO_COUNTERS, readDocument, type StorageDocument } from './storage-document.js';
import { StorageEntry } from './storage-entry.js';
import { type ClaimName, type StorageContext, StorageHeader } from './storage-header.js';

const MAX_PAGE_SIZE = 1000;

/** What a collection needs of the storages in it. */
export interface CollectedStorage {
    readonly id: string;
    info(): StorageInfo;
}

/** How a collection makes its storages. */
export interface CollectionOptions<S> {
    kind: StorageKind;
    context: StorageContext;
    /** Makes a storage with this header; must not touch its data yet. */
    open: (header: StorageHeader) => S;
    /** What a new storage starts with as its saved contents. Default: nothing. */
    newContents?: Record<string, unknown>;
}

/** What a new storage can be given. */
export interface NewStorageOptions {
    /** Default: none; an unnamed storage is known by its id only. */
    name?: string;
    actId?: string;
    actRunId?: string;
    /** Schema of a dataset, whose views can be listed by, or of a key-value store, for its collections. */
    schema?: Record<string, unknown>;
}

/** Which storages to list. */
export interface ListStoragesOptions extends PageOptions {
    /** Those without a name, too. Default: false. */
    unnamed?: boolean;
    ownership?: string;
}

/** All storages of one kind, oldest first. */
export class StorageCollection<S extends CollectedStorage> {
    readonly #options: CollectionOptions<S>;
    readonly #entries = new Map<string, StorageEntry<S>>();
    readonly #idByName = new Map<string, string>();
    readonly #all = newList<S>();
    readonly #named = newList<S>();
    /** Shared by all that are made, since they sleep by the thousand. */
    readonly #newContents: StorageDocument['contents'];
    #sequence = 0;
    #isClosed = false;

    /** Collections are made by {@link Storages}, with the documents that the backend has. */
    constructor(options: CollectionOptions<S>, loaded: readonly { id: string; metadata: unknown }[]) {
        this.#options = options;
        this.#newContents = Object.freeze({ ...options.newContents });
        const documents = loaded.map(({ id, metadata }) => readDocument(options.kind, id, metadata));
        for (const document of documents.toSorted(compareByAge)) this.#add(document);
    }

    /**
     * Makes a new storage. Its data is made when it is first used.
     *
     * @throws `invalid-value` for a bad name, `name-not-unique` for one that is taken.
     */
    create(options: NewStorageOptions = {}): S {
        return this.#wake(this.#make(options));
    }

    /** Makes a new storage for somebody who may never use it; returns its id. See {@link StorageCollection.create}. */
    prepare(options: NewStorageOptions): string {
        return this.#make(options).id;
    }

    /** The storage of that name, made if there is none; without a name always a new one. See {@link create} for errors. */
    getOrCreate(name?: string): { storage: S; isNew: boolean } {
        if (name !== undefined) checkStorageName('name', name);
        const id = name === undefined ? undefined : this.#idByName.get(name);
        const found = id === undefined ? undefined : this.#entries.get(id);
        return found ? { storage: this.#wake(found), isNew: false } : { storage: this.create({ name }), isNew: true };
    }

    /** By id, `name`, `~name`, `username~name` or `username/name`. */
    find(idOrName: string): S | undefined {
        const entry = this.#find(idOrName);
        return entry && this.#wake(entry);
    }

    /** As {@link StorageCollection.find}, but undefined too for one that nobody has used since it was made. */
    findTouched(idOrName: string): S | undefined {
        const entry = this.#find(idOrName);
        return entry === undefined || entry.isUntouched ? undefined : this.#wake(entry);
    }

    /**
     * One page of infos, oldest first unless `desc`. A limit of 0 or above 1000 means 1000.
     *
     * @throws `invalid-value` or `unknown-option` for bad options.
     */
    list(options: ListStoragesOptions = {}): Page<ReturnType<S['info']>> & { unnamed: boolean } {
        checkOptions('options', options, ['offset', 'limit', 'desc', 'unnamed', 'ownership']);
        const { offset = 0, desc = false, unnamed = false, ownership } = options;
        checkWhole('options.offset', offset, 0);
        checkWhole('options.limit', options.limit, 0);
        checkFlag('options.desc', desc);
        checkFlag('options.unnamed', unnamed);
        checkWord('options.ownership', ownership, ['ownedByMe', 'sharedWithMe']);
        const limit = Math.min(options.limit || MAX_PAGE_SIZE, MAX_PAGE_SIZE);
        const listed = unnamed ? this.#all : this.#named;
        // An engine has one user, and nobody to share with.
        const total = ownership === 'sharedWithMe' ? 0 : listed.size;
        const [from, to] = [Math.min(offset, total), Math.min(offset + limit, total)];
        const page = desc ? listed.backward(total - to, total - from) : listed.forward(from, to);
        const items = Array.from(page, (entry) => this.#wake(entry).info() as ReturnType<S['info']>);
        return { total, offset, limit, count: items.length, desc, unnamed, items };
    }

    /** Removes a storage with all its data; does nothing if there is none with that id. */
    async remove(id: string): Promise<void> {
        this.#assertOpen();
        const entry = this.#entries.get(id);
        if (!entry) return;
        this.#entries.delete(id);
        for (const list of [this.#all, this.#named]) list.delete(entry);
        if (entry.name !== undefined) this.#idByName.delete(entry.name);
        entry.awake?.header.end('removed');
        await this.#options.context.backend.remove(this.#options.kind, id);
    }

    /** Those whose loaded documents are like that, oldest first. */
    *loadedAs(isMeant: (document: StorageDocument) => boolean): Generator<S> {
        for (const entry of this.#all.forward()) {
            if (entry.asleep && isMeant(entry.asleep)) yield this.#wake(entry);
        }
    }

    /**
     * Those without a name that nobody has read or changed since then, in milliseconds since the epoch; oldest first. Each is
     * looked at when it is its turn, and may be removed then.
     */
    *unusedSince(millis: number): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        // None that is younger can have been left unused for so long.
        const end = this.#all.findPlace(({ createdAt }) => createdAt >= millis);
        for (const entry of [...this.#all.forward(0, end)]) {
            const isThere = this.#entries.get(entry.id) === entry;
            if (isThere && entry.name === undefined && entry.accessedAt < millis) yield entry;
        }
    }

    /** Saves what has changed and lets go of all data; the storages cannot be used any more. */
    close(): void {
        this.#isClosed = true;
        for (const { awake } of this.#entries.values()) awake?.header.end('closed');
    }

    #make(options: NewStorageOptions): StorageEntry<S> {
        this.#assertOpen();
        checkOptions('options', options, ['name', 'actId', 'actRunId', 'schema']);
        const { name, actId, actRunId, schema } = options;
        checkText('options.actId', actId);
        checkText('options.actRunId', actRunId);
        if (name !== undefined) {
            checkStorageName('options.name', name);
            this.#assertFree('options.name', name);
        }
        const { kind, context } = this.#options;
        const now = isoTime(context.clock.now());
        const document: StorageDocument = {
            id: this.#freshId(),
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
        return this.#add(document);
    }

    #add(document: StorageDocument): StorageEntry<S> {
        const entry = new StorageEntry<S>(document, this.#sequence++);
        this.#entries.set(entry.id, entry);
        this.#all.add(entry);
        if (document.name !== undefined) this.#noteName(entry, document.name);
        return entry;
    }

    #find(idOrName: string): StorageEntry<S> | undefined {
        const { id, name } = parseReference(idOrName, this.#options.context.username);
        const byId = id === undefined ? undefined : this.#entries.get(id);
        if (byId) return byId;
        const idOfName = name === undefined ? undefined : this.#idByName.get(name);
        return idOfName === undefined ? undefined : this.#entries.get(idOfName);
    }

    #wake(entry: StorageEntry<S>): S {
        return entry.wake((document) => {
            const { kind, context, open } = this.#options;
            const header = new StorageHeader(kind, document, context, this.#claimName);
            return { header, storage: open(header) };
        });
    }

    /** One for all headers. */
    readonly #claimName: ClaimName = (header, name) => {
        if (name === header.name) return;
        if (name !== undefined) this.#assertFree('fields.name', name);
        const entry = this.#entries.get(header.id)!;
        if (header.name !== undefined) {
            this.#idByName.delete(header.name);
            this.#named.delete(entry);
        }
        if (name !== undefined) this.#noteName(entry, name);
    };

    #noteName(entry: StorageEntry<S>, name: string): void {
        this.#idByName.set(name, entry.id);
        this.#named.add(entry);
    }

    /** Also refuses the id of another storage as a name: looking it up would find that one. */
    #assertFree(path: string, name: string): void {
        const label = KIND_LABELS[this.#options.kind];
        const holder = this.#idByName.get(name);
        if (holder !== undefined) throw nameTaken(path, name, `the ${label} ${holder}`);
        if (this.#entries.has(name)) throw nameTaken(path, name, `a ${label}, as its id,`);
    }

    #freshId(): string {
        for (;;) {
            const id = newId();
            if (!this.#entries.has(id) && !this.#idByName.has(id)) return id;
        }
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError('engine-closed', 'Storages cannot be used: the engine is closed. Create a new engine.');
    }
}

function newList<S>(): OrderedList<StorageEntry<S>> {
    return new OrderedList((a, b) => a.sequence - b.sequence);
}

let lastTime = { millis: Number.NaN, text: '' };

/** The text of a time. Of several storages that are made at once, all have the same, so that it is in memory once. */
function isoTime(millis: number): string {
    if (millis !== lastTime.millis) lastTime = { millis, text: new Date(millis).toISOString() };
    return lastTime.text;
}

function compareByAge(a: StorageDocument, b: StorageDocument): number {
    return Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1);
}
