import { KIND_LABELS } from '../storage/storage-metadata.js';
import { isPublicStorage, accessError } from './access.js';
import { notFoundError } from './arguments.js';
import type { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/api/storage.js';
import type { StorageKinds } from '../storage/storages.js';
import type { ClientContext } from './services.js';

/** The owner of a mere name without a token. */
const NO_USER = { id: '', username: '' };

/** One storage, given by id, by name, or as the default of a run. Each call looks it up again. */
export class StorageRef<Kind extends StorageKind> {
    readonly #context: ClientContext;
    readonly #kind: Kind;
    readonly #reference: () => string | undefined;
    readonly #description: string;

    /**
     * @param reference - Gives the id, `name`, `username/name`, `username~name` or `~name`.
     * @param description - How an error names it, after its kind.
     */
    constructor(context: ClientContext, kind: Kind, reference: () => string | undefined, description: string) {
        this.#context = context;
        this.#kind = kind;
        this.#reference = reference;
        this.#description = description;
    }

    /** The storage to be read, if it exists; throws `insufficient-permissions` for one of others. */
    find(): StorageKinds[Kind] | undefined {
        return this.#find(false);
    }

    /** As `find`; throws `record-not-found` if there is none. */
    require(): StorageKinds[Kind] {
        return this.#require(false);
    }

    /** The storage to be changed; throws as `require`. */
    requireWritable(): StorageKinds[Kind] {
        return this.#require(true);
    }

    /** Removes the storage; one that is gone already is no error, as in `apify-client`. */
    async remove(): Promise<void> {
        const storage = this.#find(true);
        if (storage) await this.#context.services.storages.of(this.#kind).remove(storage.id);
    }

    #find(isToBeChanged: boolean): StorageKinds[Kind] | undefined {
        const { services, usageRecorder } = this.#context;
        const { principal } = services;
        const label = KIND_LABELS[this.#kind];
        if (isToBeChanged && principal.user === undefined) throw accessError(principal, label);
        const reference = this.#reference();
        if (reference === undefined) return undefined;
        const collection = services.storages.of(this.#kind);
        const storage = collection.find(reference, principal.user ?? NO_USER, usageRecorder);
        if (storage === undefined) {
            // Without a token, the answer does not tell what exists.
            if (principal.user === undefined) throw accessError(principal, label);
            return undefined;
        }
        const isAllowed =
            principal.owns(collection.ownerIdOf(storage.id)) ||
            (!isToBeChanged && isPublicStorage(storage.info(), reference, services));
        if (!isAllowed) throw accessError(principal, label);
        return storage;
    }

    #require(isToBeChanged: boolean): StorageKinds[Kind] {
        const storage = this.#find(isToBeChanged);
        if (storage === undefined) throw storageNotFound(this.#kind, this.#description);
        return storage;
    }
}

/** The error for a storage that does not exist. */
export function storageNotFound(kind: StorageKind, description: string): EngineError {
    const remedy = 'Create it with `getOrCreate(name)`, or see which there are with `list()`.';
    return notFoundError(`${KIND_LABELS[kind]} ${description}`, remedy);
}
