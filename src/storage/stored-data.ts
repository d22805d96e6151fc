import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/api/access.js';
import type { StorageInfo, StorageKind, StorageUpdate } from '../model/api/storage.js';
import { checkOptions, checkText, checkWord } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageBackend, StorageSnapshot } from './backend.js';
import { type CheckName, checkStorageName } from './names.js';
import { validateSchema, InvalidSchemaError } from './json-schema.js';
import { KIND_LABELS, KIND_PATHS, type StorageCounter, type StorageMetadata } from './storage-metadata.js';
import type { UsageRecorder } from './storage-metadata.js';

const GENERAL_ACCESS: readonly GeneralAccess[] = [
    'ANYONE_WITH_ID_CAN_READ',
    'ANYONE_WITH_NAME_CAN_READ',
    'FOLLOW_USER_SETTING',
    'RESTRICTED',
];

/** A user who owns storages. */
export interface StorageUser {
    readonly id: string;
    readonly username: string;
}

/** Dependencies that all storages of an engine share. */
export interface StorageContext {
    readonly backend: StorageBackend;
    readonly clock: Clock;
    /** Users who own storages, by id. */
    readonly users: ReadonlyMap<string, StorageUser>;
    /** Owner of the storages of unknown users. */
    readonly defaultUser: StorageUser;
    /** Start of the URLs in infos, without a trailing slash. */
    readonly publicBaseUrl: string;
    /** Reports stored data that cannot be read. */
    readonly warn: (message: string) => void;
}

/** The collection of a storage, from the perspective of the storage. */
export interface StoredDataOwner {
    readonly kind: StorageKind;
    readonly context: StorageContext;
    /** Parses the schema of a storage; throws InvalidSchemaError if it is not valid. Undefined if the kind has no schema. */
    readonly parseSchema: ((schema: unknown) => unknown) | undefined;
    /** Saves the metadata of a storage. */
    save(data: StoredData): void;
    /** Changes or removes the name of a storage; throws if the name is taken. */
    rename(data: StoredData, name: string | undefined): void;
    /** Called on the first change since the last save. */
    scheduleSave(data: StoredData): void;
}

let lastSequence = 0;

/**
 * One storage: its metadata, and its data, which is opened on first use, as most storages of most runs are never used. All handles of
 * a storage share one instance.
 *
 * @typeParam ParsedSchema - The parsed schema of such a storage.
 */
export abstract class StoredData<ParsedSchema = unknown> {
    /** False if this engine has created the storage and no one has used it since. Set by the collection. */
    isUsed = false;
    /** Orders storages that were created at the same time. */
    readonly sequence = ++lastSequence;
    readonly id: string;
    readonly kind: StorageKind;
    readonly context: StorageContext;
    readonly #metadata: StorageMetadata;
    readonly #owner: StoredDataOwner;
    #parsedSchema: { value: ParsedSchema } | undefined;
    #state: 'saved' | 'changed' | 'removed' | 'closed' = 'saved';

    constructor(metadata: StorageMetadata, owner: StoredDataOwner) {
        this.id = metadata.id;
        this.kind = owner.kind;
        this.context = owner.context;
        this.#metadata = metadata;
        this.#owner = owner;
    }

    /** Returns the `contents` to save in the metadata. */
    serialize(): Readonly<Record<string, unknown>> | undefined {
        return this.#metadata.contents;
    }
    /** Returns the metadata and the data of the storage, including writes that are still pending. */
    snapshot(): StorageSnapshot {
        const bytes = this.context.backend.exportData!(this.kind, this.id);
        return { ...bytes, id: this.id, document: JSON.stringify(this) };
    }
    /** Prepares the last save of the metadata before the data is closed or unloaded. */
    finalize(): void {}
    /** True while the data is in use. */
    abstract readonly isBusy: boolean;
    /** Closes the data until its next use. */
    abstract closeData(): void;

    /** The current metadata, except for its `contents`: see {@link StoredData.serialize}. */
    get metadata(): Readonly<StorageMetadata> {
        return this.#metadata;
    }

    /** True once it is being removed. */
    get isRemoved(): boolean {
        return this.#state === 'removed';
    }

    /** The owner; the default user if the owner does not exist any more. */
    get owner(): StorageUser {
        const { users, defaultUser } = this.context;
        return users.get(this.#metadata.userId) ?? defaultUser;
    }

    get schema(): unknown {
        return this.#metadata.contents?.['schema'];
    }

    /** The parsed schema; undefined if the storage has no schema. Parsed on first use. */
    get parsedSchema(): ParsedSchema | undefined {
        const { schema } = this;
        if (schema === undefined) return undefined;
        return (this.#parsedSchema ??= { value: this.#parseSchema(schema) }).value;
    }

    counter(counter: StorageCounter): number {
        return this.#metadata.counters?.[counter] ?? 0;
    }

    /** Throws if the storage was removed or its engine closed. */
    assertUsable(): void {
        if (this.#state === 'saved' || this.#state === 'changed') return;
        const label = `The ${KIND_LABELS[this.kind]} ${this.id}`;
        if (this.#state === 'removed') {
            const message = `${label} was deleted. Create a new one.`;
            throw new EngineError('record-not-found', message, { details: { id: this.id } });
        }
        const message = `${label} cannot be used: its engine was closed or restored from a snapshot. Create an engine, or get the storage again.`;
        throw new EngineError('engine-closed', message);
    }

    /** Counts an operation that reads, and reports it to `recordUsage`. */
    countRead(counter: StorageCounter, times: number, recordUsage: UsageRecorder | undefined): void {
        const metadata = this.#metadata;
        metadata.accessedAt = this.context.clock.now();
        metadata.counters ??= {};
        metadata.counters[counter] = (metadata.counters[counter] ?? 0) + times;
        if (this.#state === 'saved') {
            this.#state = 'changed';
            this.#owner.scheduleSave(this);
        }
        recordUsage?.(this.kind, counter, times);
    }

    /** Counts an operation that writes, and reports it to `recordUsage`. */
    countWrite(counter: StorageCounter, times: number, recordUsage: UsageRecorder | undefined): void {
        this.countRead(counter, times, recordUsage);
        this.#metadata.modifiedAt = this.#metadata.accessedAt;
    }

    /** Returns a copy of the properties that all kinds of storages have. */
    info(): StorageInfo & { schema?: Record<string, unknown> } {
        const { id, name, title, createdAt, modifiedAt, accessedAt, actId, actRunId, generalAccess } = this.#metadata;
        const { publicBaseUrl } = this.context;
        const { owner, schema } = this;
        return {
            id,
            // The type is that of `apify-client`, which declares no null.
            name: (name ?? null) as string,
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
     * Changes the fields that an owner can change, all or none.
     *
     * @param checkName - Default: the rule of the platform.
     * @throws `invalid-value` or `unknown-option` for bad fields, `name-not-unique` for a name that is taken.
     */
    update(fields: StorageUpdate, checkName: CheckName = checkStorageName): void {
        this.assertUsable();
        this.#check(fields, checkName);
        const { name, title, generalAccess, schema } = fields;
        // Stored metadata lacks absent fields, but a rollback must reset them as well.
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

    /** Returns the metadata to save. */
    toJSON(): StorageMetadata {
        return { ...this.#metadata, contents: this.serialize() };
    }

    /** Saves the metadata. */
    save(): void {
        this.#owner.save(this);
    }

    /** Called when the current metadata has been saved. */
    markSaved(): void {
        if (this.#state === 'changed') this.#state = 'saved';
    }

    /** Saves pending changes and closes the data. Returns false if the data is in use or cannot be saved. */
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

    /** Ends the use of the storage. Returns true if the metadata has unsaved changes. */
    invalidate(how: 'removed' | 'closed'): boolean {
        const hasChanged = this.#state === 'changed';
        if (this.#state === 'saved' || hasChanged) this.#state = how;
        if (how === 'closed') this.finalize();
        return hasChanged;
    }

    /** Undoes a removal that the disk refused. */
    undoRemoval(): void {
        this.#state = 'changed';
    }

    #check(fields: StorageUpdate, checkName: CheckName): void {
        const hasSchema = this.#owner.parseSchema !== undefined;
        checkOptions('fields', fields, ['name', 'title', 'generalAccess', ...(hasSchema ? ['schema'] : [])]);
        const { name, title, generalAccess } = fields;
        if (name !== undefined && name !== null) checkName('name', name);
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

    #parseSchema(schema: unknown): ParsedSchema {
        try {
            return this.#owner.parseSchema!(schema) as ParsedSchema;
        } catch (error) {
            if (!(error instanceof InvalidSchemaError)) throw error;
            const message = `The schema of ${this.kind} ${this.id} is not valid: ${error.message}. Set a valid schema.`;
            throw new EngineError('invalid-value', message, { details: { id: this.id }, cause: error });
        }
    }
}
