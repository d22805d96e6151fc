import { EngineError } from '../errors/engine-error.js';
import type { Page, PageOptions } from '../model/page.js';
import type { StorageInfo, StorageKind } from '../model/storage.js';
import { checkFlag, checkOptions, checkText, checkWhole, checkWord } from '../util/check.js';
import { newId } from '../util/ids.js';
import { checkStorageName, nameTaken, parseReference } from './names.js';
import { KIND_LABELS, readDocument, type StorageDocument } from './storage-document.js';
import { type StorageContext, StorageHeader } from './storage-header.js';

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
    /** Schema of a dataset: its views can be listed by. */
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
    readonly #entries = new Map<string, { header: StorageHeader; storage: S }>();
    readonly #idByName = new Map<string, string>();
    #isClosed = false;

    /** Collections are made by {@link Storages}, with the documents that the backend has. */
    constructor(options: CollectionOptions<S>, loaded: readonly { id: string; metadata: unknown }[]) {
        this.#options = options;
        const documents = loaded.map(({ id, metadata }) => readDocument(options.kind, id, metadata));
        for (const document of documents.toSorted(compareByAge)) {
            this.#entries.set(document.id, this.#make(document));
            if (document.name !== undefined) this.#idByName.set(document.name, document.id);
        }
    }

    /**
     * Makes a new storage. Its data is made when it is first used.
     *
     * @throws `invalid-value` for a bad name, `name-not-unique` for one that is taken.
     */
    create(options: NewStorageOptions = {}): S {
        this.#assertOpen();
        checkOptions('options', options, ['name', 'actId', 'actRunId', 'schema']);
        const { name, actId, actRunId, schema } = options;
        checkText('options.actId', actId);
        checkText('options.actRunId', actRunId);
        if (name !== undefined) {
            checkStorageName('options.name', name);
            this.#assertFree('options.name', name);
        }
        const now = new Date(this.#options.context.clock.now()).toISOString();
        const entry = this.#make({
            id: this.#freshId(),
            name,
            createdAt: now,
            modifiedAt: now,
            accessedAt: now,
            actId,
            actRunId,
            generalAccess: 'FOLLOW_USER_SETTING',
            counters: {},
            contents: { ...this.#options.newContents, ...(schema !== undefined && { schema }) },
        });
        entry.header.save();
        this.#entries.set(entry.header.id, entry);
        if (name !== undefined) this.#idByName.set(name, entry.header.id);
        return entry.storage;
    }

    /** The storage of that name, made if there is none; without a name always a new one. See {@link create} for errors. */
    getOrCreate(name?: string): { storage: S; isNew: boolean } {
        if (name !== undefined) checkStorageName('name', name);
        const id = name === undefined ? undefined : this.#idByName.get(name);
        const found = id === undefined ? undefined : this.#entries.get(id)?.storage;
        return found ? { storage: found, isNew: false } : { storage: this.create({ name }), isNew: true };
    }

    /** By id, `name`, `~name`, `username~name` or `username/name`. */
    find(idOrName: string): S | undefined {
        const { id, name } = parseReference(idOrName, this.#options.context.username);
        const byId = id === undefined ? undefined : this.#entries.get(id);
        if (byId) return byId.storage;
        const idOfName = name === undefined ? undefined : this.#idByName.get(name);
        return idOfName === undefined ? undefined : this.#entries.get(idOfName)?.storage;
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
        // An engine has one user, and nobody to share with.
        const all = ownership === 'sharedWithMe' ? [] : [...this.#entries.values()];
        const listed = unnamed ? all : all.filter(({ header }) => header.name !== undefined);
        if (desc) listed.reverse();
        const items = listed
            .slice(offset, offset + limit)
            .map(({ storage }) => storage.info() as ReturnType<S['info']>);
        return { total: listed.length, offset, limit, count: items.length, desc, unnamed, items };
    }

    /** Removes a storage with all its data; does nothing if there is none with that id. */
    async remove(id: string): Promise<void> {
        this.#assertOpen();
        const entry = this.#entries.get(id);
        if (!entry) return;
        const { header } = entry;
        this.#entries.delete(id);
        if (header.name !== undefined) this.#idByName.delete(header.name);
        header.end('removed');
        await this.#options.context.backend.remove(this.#options.kind, id);
    }

    /** All storages, oldest first. */
    *all(): Generator<S> {
        for (const { storage } of this.#entries.values()) yield storage;
    }

    /** Those without a name that nobody has read or changed since then, in milliseconds since the epoch; oldest first. */
    *unusedSince(millis: number): Generator<Pick<StorageInfo, 'id' | 'actRunId'>> {
        for (const { header } of this.#entries.values()) {
            if (header.name === undefined && header.accessedAt < millis) yield header;
        }
    }

    /** Saves what has changed and lets go of all data; the storages cannot be used any more. */
    close(): void {
        this.#isClosed = true;
        for (const { header } of this.#entries.values()) header.end('closed');
    }

    #make(document: StorageDocument): { header: StorageHeader; storage: S } {
        const { kind, context, open } = this.#options;
        const header: StorageHeader = new StorageHeader(kind, document, context, (name) => this.#rename(header, name));
        return { header, storage: open(header) };
    }

    #rename(header: StorageHeader, name: string | undefined): void {
        if (name === header.name) return;
        if (name !== undefined) this.#assertFree('fields.name', name);
        if (header.name !== undefined) this.#idByName.delete(header.name);
        if (name !== undefined) this.#idByName.set(name, header.id);
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

function compareByAge(a: StorageDocument, b: StorageDocument): number {
    return Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1);
}
