import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/api/run.js';
import type { StorageInfo, StorageKind, StorageUpdate } from '../model/api/storage.js';
import { checkOptions, checkText, checkWord } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageBackend, StorageSnapshot } from './backend.js';
import { checkStorageName } from './names.js';
import { validateSchema, InvalidSchemaError } from './json-schema.js';
import { KIND_LABELS, KIND_PATHS, type StorageCounter, type StorageMetadata } from './storage-metadata.js';
import type { UsageRecorder } from './storage-metadata.js';

const GENERAL_ACCESS: readonly GeneralAccess[] = [
    'ANYONE_WITH_ID_CAN_READ',
    'ANYONE_WITH_NAME_CAN_READ',
    'FOLLOW_USER_SETTING',
    'RESTRICTED',
];

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
    readonly defaultUser: StorageUser;
    /** Start of the URLs in infos, without a slash at its end. */
    readonly publicBaseUrl: string;
    /** Reports stored data that cannot be read. */
    readonly warn: (message: string) => void;
}

/** The collection of a storage, as the storage sees it. */
export interface StoredDataOwner {
    readonly kind: StorageKind;
    readonly context: StorageContext;
    /** Understands the schema of a storage; throws SchemaProblem for one that makes no sense. Undefined if the kind has none. */
    readonly parseSchema: ((schema: unknown) => unknown) | undefined;
    /** Writes the document of a storage down. */
    save(contents: StoredData): void;
    /** Gives the storage another name, or none; throws if it is taken. */
    rename(contents: StoredData, name: string | undefined): void;
    /** Called when there is something to be saved, after there was nothing. */
    scheduleSave(contents: StoredData): void;
}

let made = 0;

/**
 * One storage: its document, and its data, which are opened when they are first used, as most storages of most runs never are.
 * There is one for all who use the storage.
 *
 * @typeParam Rules - The rules of the schema of such a storage.
 */
export abstract class StoredData<Rules = unknown> {
    /** False if this engine has made it, and nobody has asked for it since; set by the collection. */
    isUsed = false;
    /** Orders storages of the same time. */
    readonly sequence = ++made;
    readonly id: string;
    readonly kind: StorageKind;
    readonly context: StorageContext;
    readonly #metadata: StorageMetadata;
    readonly #owner: StoredDataOwner;
    #parsedSchema: { of: Rules } | undefined;
    #state: 'saved' | 'changed' | 'removed' | 'closed' = 'saved';

    constructor(metadata: StorageMetadata, owner: StoredDataOwner) {
        this.id = metadata.id;
        this.kind = owner.kind;
        this.context = owner.context;
        this.#metadata = metadata;
        this.#owner = owner;
    }

    /** Returns what is saved under `contents` of the document. */
    serialize(): Readonly<Record<string, unknown>> | undefined {
        return this.#metadata.contents;
    }
    /** Returns the present state of the storage for a copy, including writes that are still pending. */
    snapshot(): StorageSnapshot {
        const document = JSON.stringify(this);
        return { ...this.context.backend.exportData!(this.kind, this.id), id: this.id, document };
    }
    /** Says that nothing changes before the document is saved for the last time, or until the data are opened again. */
    finalize(): void {}
    /** True while the data is in use. */
    abstract readonly isBusy: boolean;
    /** Gives the data up until they are used again. */
    abstract closeData(): void;

    /** The document as it is now, but for its `contents`: see {@link StoredData.serialize}. */
    get document(): Readonly<StorageMetadata> {
        return this.#metadata;
    }

    /** True once it is being removed. */
    get isRemoved(): boolean {
        return this.#state === 'removed';
    }

    /** Its user; that of users whom the engine does not have any more is the first one. */
    get owner(): StorageUser {
        const { users, defaultUser: firstUser } = this.context;
        return users.get(this.#metadata.userId) ?? firstUser;
    }

    get schema(): unknown {
        return this.#metadata.contents?.['schema'];
    }

    /** The rules of the schema; undefined without one. Parsed at their first use. */
    get parsedSchema(): Rules | undefined {
        const { schema } = this;
        if (schema === undefined) return undefined;
        return (this.#parsedSchema ??= { of: this.#parseSchema(schema) }).of;
    }

    counter(counter: StorageCounter): number {
        return this.#metadata.counters?.[counter] ?? 0;
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
    countRead(counter: StorageCounter, times: number, user: UsageRecorder | undefined): void {
        const document = this.#metadata;
        document.accessedAt = this.context.clock.now();
        document.counters ??= {};
        document.counters[counter] = (document.counters[counter] ?? 0) + times;
        if (this.#state === 'saved') {
            this.#state = 'changed';
            this.#owner.scheduleSave(this);
        }
        user?.(this.kind, counter, times);
    }

    /** Notes an operation that changes something, and tells its user. */
    countWrite(counter: StorageCounter, times: number, user: UsageRecorder | undefined): void {
        this.countRead(counter, times, user);
        this.#metadata.modifiedAt = this.#metadata.accessedAt;
    }

    /** Returns a copy of the properties that all kinds of storages have. */
    info(): StorageInfo & { schema?: Record<string, unknown> } {
        const { id, name, title, createdAt, modifiedAt, accessedAt, actId, actRunId, generalAccess } = this.#metadata;
        const { publicBaseUrl } = this.context;
        const { owner, schema } = this;
        return {
            id,
            ...(name !== undefined && { name }),
            ...(title !== undefined && { title }),
            userId: owner.id,
            username: owner.username,
            createdAt: new Date(createdAt),
            modifiedAt: new Date(modifiedAt),
            accessedAt: new Date(accessedAt),
            ...(actId !== undefined && { actId }),
            ...(actRunId !== undefined && { actRunId }),
            generalAccess: generalAccess ?? 'FOLLOW_USER_SETTING',
            consoleUrl: `${publicBaseUrl}/storage/${KIND_PATHS[this.kind]}/${id}`,
            ...(schema !== undefined && { schema: structuredClone(schema) as Record<string, unknown> }),
        };
    }

    /**
     * Changes what an owner can change, all or nothing.
     *
     * @throws `invalid-value` or `unknown-option` for bad fields, `name-not-unique` for a name that is taken.
     */
    update(fields: StorageUpdate): void {
        this.assertUsable();
        this.#check(fields);
        const { name, title, generalAccess, schema } = fields;
        // A document that was read lacks what it does not have, which a failure has to bring back as well.
        const nothing = { name: undefined, title: undefined, generalAccess: undefined, contents: undefined };
        const before: StorageMetadata = { ...nothing, ...this.#metadata };
        const now = this.context.clock.now();
        const after = { ...before, modifiedAt: now, accessedAt: now };
        if (name !== undefined) after.name = name ?? undefined;
        if (title !== undefined) after.title = title || undefined;
        if (generalAccess !== undefined) after.generalAccess = generalAccess ?? undefined;
        if (schema !== undefined) after.contents = this.#withSchema(schema);
        try {
            this.#assign(after);
            this.#owner.save(this);
        } catch (error) {
            this.#assign(before);
            throw error;
        }
    }

    /** The document as it is to be saved. */
    toJSON(): StorageMetadata {
        return { ...this.#metadata, contents: this.serialize() };
    }

    /** Writes the document down. */
    save(): void {
        this.#owner.save(this);
    }

    /** Says that the document has been saved as it is. */
    markSaved(): void {
        if (this.#state === 'changed') this.#state = 'saved';
    }

    /** Closes the data, if they are not in use; returns false if they are. What has changed is saved first. */
    unload(): boolean {
        if (this.isBusy) return false;
        this.finalize();
        this.#metadata.contents = this.serialize();
        try {
            if (this.#state === 'changed') this.#owner.save(this);
        } catch {
            return false;
        }
        this.closeData();
        return true;
    }

    /** Ends the use of the storage. Returns true if the document has changed since it was saved. */
    invalidate(how: 'removed' | 'closed'): boolean {
        const hasChanged = this.#state === 'changed';
        if (this.#state === 'saved' || hasChanged) this.#state = how;
        if (how === 'closed') this.finalize();
        return hasChanged;
    }

    /** Takes back a removal that the disk has refused. */
    undoRemoval(): void {
        this.#state = 'changed';
    }

    #check(fields: StorageUpdate): void {
        const hasSchema = this.#owner.parseSchema !== undefined;
        checkOptions('fields', fields, ['name', 'title', 'generalAccess', ...(hasSchema ? ['schema'] : [])]);
        const { name, title, generalAccess } = fields;
        if (name !== undefined && name !== null) checkStorageName('fields.name', name);
        if (title !== '') checkText('fields.title', title);
        if (generalAccess !== null) checkWord('fields.generalAccess', generalAccess, GENERAL_ACCESS);
    }

    #assign(fields: StorageMetadata): void {
        this.#owner.rename(this, fields.name);
        Object.assign(this.#metadata, fields);
        this.#parsedSchema = undefined;
    }

    #withSchema(schema: unknown): Readonly<Record<string, unknown>> {
        const { schema: _, ...others } = this.serialize() ?? {};
        if (schema === null) return others;
        return { ...others, schema: validateSchema('fields.schema', schema, this.#owner.parseSchema!) };
    }

    #parseSchema(schema: unknown): Rules {
        try {
            return this.#owner.parseSchema!(schema) as Rules;
        } catch (error) {
            if (!(error instanceof InvalidSchemaError)) throw error;
            const message = `The schema of ${this.kind} ${this.id} is not valid: ${error.message}. Give it another one.`;
            throw new EngineError('invalid-value', message, { details: { id: this.id }, cause: error });
        }
    }
}
