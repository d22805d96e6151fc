import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/run.js';
import type { StorageInfo, StorageKind, StorageUpdate } from '../model/storage.js';
import { checkOptions, checkText, checkWord } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageBackend } from './backend.js';
import { checkStorageName } from './names.js';
import { KIND_LABELS, type StorageCounter, type StorageDocument } from './storage-document.js';
import type { UseCounter } from './use-counter.js';

const GENERAL_ACCESS: readonly GeneralAccess[] = [
    'ANYONE_WITH_ID_CAN_READ',
    'ANYONE_WITH_NAME_CAN_READ',
    'FOLLOW_USER_SETTING',
    'RESTRICTED',
];

/** Where the kinds of storage are in the Console, and in the API. */
const KIND_PATHS: Record<StorageKind, string> = {
    dataset: 'datasets',
    keyValueStore: 'key-value-stores',
    requestQueue: 'request-queues',
};

/** A user who has storages. */
export interface StorageUser {
    readonly id: string;
    readonly username: string;
}

/** What all storages of an engine share. */
export interface StorageContext {
    readonly backend: StorageBackend;
    readonly clock: Clock;
    /** Those who have storages, by id. */
    readonly users: ReadonlyMap<string, StorageUser>;
    /** Owner of the storages whose user is not known. */
    readonly firstUser: StorageUser;
    /** Start of the URLs in infos, without a slash at its end. */
    readonly publicBaseUrl: string;
    /** Reports stored data that cannot be read. */
    readonly warn: (message: string) => void;
}

/** The collection of a storage, as its metadata sees it. */
export interface MetadataOwner<Contents> {
    readonly kind: StorageKind;
    readonly context: StorageContext;
    /** Opens the contents of a storage. */
    openContents(metadata: StorageMetadata<Contents>): Contents;
    /** Writes the document of a storage down. */
    save(metadata: StorageMetadata<Contents>): void;
    /** Gives the storage another name, or none; throws if it is taken. */
    claimName(metadata: StorageMetadata<Contents>, name: string | undefined): void;
    /** Called when there is something to be saved, after there was nothing. */
    noteChange(metadata: StorageMetadata<Contents>): void;
}

/** The data of a storage that is in use. */
export interface StorageContents {
    /** What is saved under `contents` of the document. */
    describe(): Record<string, unknown>;
    /** As `describe`, with what only a copy of the storage needs; takes in what is still on its way. */
    capture?(): Record<string, unknown>;
    /** All data as lines, where the backend does not have them; undefined if they are as they were given to it. */
    dumpLines?(): Uint8Array[] | undefined;
    /** Says that nothing changes before the document is saved for the last time, or until the data are opened again. */
    settle?(): void;
    /** False while somebody uses the data. */
    canClose(): boolean;
    /** Gives the data up. */
    close(): void;
}

/** What every storage knows of itself, whatever its kind: its names, times and counters. */
export class StorageMetadata<Contents = StorageContents> {
    /** Larger for each that is made later; set by the collection. */
    sequence = 0;
    /** False if this engine has made it, and nobody has asked for it since; set by the collection. */
    isTouched = false;
    readonly #document: StorageDocument;
    readonly #owner: MetadataOwner<Contents>;
    #contents: (Contents & StorageContents) | undefined;
    #state: 'saved' | 'changed' | 'removed' | 'closed' = 'saved';

    constructor(document: StorageDocument, owner: MetadataOwner<Contents>) {
        this.#document = document;
        this.#owner = owner;
    }

    get id(): string {
        return this.#document.id;
    }

    get kind(): StorageKind {
        return this.#owner.kind;
    }

    get context(): StorageContext {
        return this.#owner.context;
    }

    get name(): string | undefined {
        return this.#document.name;
    }

    /** In milliseconds since the epoch, as all times here. */
    get createdAt(): number {
        return this.#document.createdAt;
    }

    /** When it was last read or changed. */
    get accessedAt(): number {
        return this.#document.accessedAt;
    }

    get modifiedAt(): Date {
        return new Date(this.#document.modifiedAt);
    }

    /** The run that it was made for. */
    get actRunId(): string | undefined {
        return this.#document.actRunId;
    }

    /** Its user; that of users whom the engine does not have any more is the first one. */
    get owner(): StorageUser {
        const { users, firstUser } = this.context;
        return users.get(this.#document.userId) ?? firstUser;
    }

    /** What the storage had saved as its `contents`. */
    get savedContents(): Readonly<Record<string, unknown>> {
        return this.#document.contents ?? {};
    }

    /** The data, which are opened when they are first used: most storages of most runs never are. */
    get contents(): Contents {
        this.assertUsable();
        return (this.#contents ??= this.#owner.openContents(this) as Contents & StorageContents);
    }

    /** The data, if they are open. */
    get openContents(): Contents | undefined {
        return this.#contents;
    }

    counter(counter: StorageCounter): number {
        return this.#document.counters?.[counter] ?? 0;
    }

    /** Refuses any use of a storage that was removed, or whose engine is closed. */
    assertUsable(): void {
        if (this.#state === 'saved' || this.#state === 'changed') return;
        const label = `The ${KIND_LABELS[this.kind]} ${this.id}`;
        if (this.#state === 'removed') {
            const message = `${label} was deleted. Create a new one.`;
            throw new EngineError('record-not-found', message, { details: { id: this.id } });
        }
        const message = `${label} cannot be used: its engine is closed, or has taken on another state. Create a new engine, or ask it again.`;
        throw new EngineError('engine-closed', message);
    }

    /** Notes an operation that reads, and tells its user. */
    noteRead(counter: StorageCounter, times: number, user: UseCounter | undefined): void {
        const document = this.#document;
        document.accessedAt = this.context.clock.now();
        document.counters ??= {};
        document.counters[counter] = (document.counters[counter] ?? 0) + times;
        if (this.#state === 'saved') {
            this.#state = 'changed';
            this.#owner.noteChange(this);
        }
        user?.(this.kind, counter, times);
    }

    /** Notes an operation that changes something, and tells its user. */
    noteWrite(counter: StorageCounter, times: number, user: UseCounter | undefined): void {
        this.noteRead(counter, times, user);
        this.#document.modifiedAt = this.#document.accessedAt;
    }

    info(): StorageInfo {
        const { id, name, title, createdAt, accessedAt, actId, actRunId, generalAccess } = this.#document;
        const { publicBaseUrl } = this.context;
        const owner = this.owner;
        return {
            id,
            ...(name !== undefined && { name }),
            ...(title !== undefined && { title }),
            userId: owner.id,
            username: owner.username,
            createdAt: new Date(createdAt),
            modifiedAt: this.modifiedAt,
            accessedAt: new Date(accessedAt),
            ...(actId !== undefined && { actId }),
            ...(actRunId !== undefined && { actRunId }),
            generalAccess: generalAccess ?? 'FOLLOW_USER_SETTING',
            consoleUrl: `${publicBaseUrl}/storage/${KIND_PATHS[this.kind]}/${id}`,
        };
    }

    /**
     * Changes what an owner can change, all or nothing.
     *
     * @throws `invalid-value` or `unknown-option` for bad fields, `name-not-unique` for a name that is taken.
     */
    update(fields: StorageUpdate): void {
        this.assertUsable();
        checkOptions('fields', fields, ['name', 'title', 'generalAccess']);
        const { name, title, generalAccess } = fields;
        if (name !== undefined && name !== null) checkStorageName('fields.name', name);
        if (title !== '') checkText('fields.title', title);
        if (generalAccess !== null) checkWord('fields.generalAccess', generalAccess, GENERAL_ACCESS);
        const { ...before } = this.#document;
        const now = this.context.clock.now();
        try {
            this.#apply({
                name: name === undefined ? before.name : (name ?? undefined),
                title: title === undefined ? before.title : title || undefined,
                generalAccess: generalAccess === undefined ? before.generalAccess : (generalAccess ?? undefined),
                modifiedAt: now,
                accessedAt: now,
            });
            this.#owner.save(this);
        } catch (error) {
            this.#apply(before);
            throw error;
        }
    }

    /** Writes the document down. */
    save(): void {
        this.#owner.save(this);
    }

    /** The document as it is to be saved. */
    toJSON(): StorageDocument {
        const contents = this.#contents?.describe();
        return contents === undefined ? this.#document : { ...this.#document, contents };
    }

    /** The document of a copy of the storage as it is at this moment. */
    capture(): StorageDocument {
        const contents = this.#contents?.capture?.() ?? this.#contents?.describe() ?? this.#document.contents;
        return { ...this.#document, contents };
    }

    /** Says that the document has been saved as it is. */
    noteSaved(): void {
        if (this.#state === 'changed') this.#state = 'saved';
    }

    /** Closes the data, if they are not in use; returns false if they are. What has changed is saved first. */
    unload(): boolean {
        const contents = this.#contents;
        if (contents === undefined) return true;
        if (!contents.canClose()) return false;
        contents.settle?.();
        this.#document.contents = contents.describe();
        try {
            if (this.#state === 'changed') this.#owner.save(this);
        } catch {
            return false;
        }
        contents.close();
        this.#contents = undefined;
        return true;
    }

    /** Ends the use of the storage. Returns true if the document has changed since it was saved. */
    end(how: 'removed' | 'closed'): boolean {
        const hasChanged = this.#state === 'changed';
        if (this.#state === 'saved' || hasChanged) this.#state = how;
        if (how === 'closed') this.#contents?.settle?.();
        return hasChanged;
    }

    /** Takes back a removal that the disk has refused. */
    restore(): void {
        this.#state = 'changed';
    }

    closeContents(): void {
        this.#contents?.close();
        this.#contents = undefined;
    }

    #apply(fields: Pick<StorageDocument, 'name' | 'title' | 'generalAccess' | 'modifiedAt' | 'accessedAt'>): void {
        this.#owner.claimName(this, fields.name);
        Object.assign(this.#document, fields);
    }
}
