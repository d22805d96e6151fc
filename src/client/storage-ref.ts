import { KIND_LABELS } from '../storage/storage-metadata.js';
import { isPublicStorage, accessError } from './access.js';
import { notFoundError } from './arguments.js';
import type { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/api/storage.js';
import type { StorageKinds } from '../storage/storages.js';
import type { ClientContext } from './services.js';

/** Owner of a name without a username, for requests without a token. */
const NO_USER = { id: '', username: '' };

/** A reference to a storage by id, by name, or as the default one of a run. Each call resolves it again. */
export class StorageRef<Kind extends StorageKind> {
    readonly #context: ClientContext;
    readonly #kind: Kind;
    readonly #reference: () => string | undefined;
    readonly #description: string;

    /**
     * @param reference - Returns the id, `name`, `username/name`, `username~name` or `~name`.
     * @param description - Description for errors, after the kind of storage.
     */
    constructor(context: ClientContext, kind: Kind, reference: () => string | undefined, description: string) {
        this.#context = context;
        this.#kind = kind;
        this.#reference = reference;
        this.#description = description;
    }

    /** Returns the storage to read, or undefined if it does not exist. Throws `insufficient-permissions` if it is not readable. */
    find(): StorageKinds[Kind] | undefined {
        return this.#find(false);
    }

    /** As `find`. Throws `record-not-found` if the storage does not exist. */
    require(): StorageKinds[Kind] {
        return this.#require(false);
    }

    /** Returns the storage to change. Throws as `require`. */
    requireWritable(): StorageKinds[Kind] {
        return this.#require(true);
    }

    /** Deletes the storage. As in `apify-client`, a storage that does not exist is not an error. */
    async remove(): Promise<void> {
        const storage = this.#find(true);
        if (storage) await this.#context.services.storages.of(this.#kind).remove(storage.id);
    }

    #find(isWrite: boolean): StorageKinds[Kind] | undefined {
        const { services, usageRecorder } = this.#context;
        const { principal } = services;
        const label = KIND_LABELS[this.#kind];
        if (isWrite && principal.user === undefined) throw accessError(principal, label);
        const reference = this.#reference();
        if (reference === undefined) return undefined;
        const collection = services.storages.of(this.#kind);
        const storage = collection.find(reference, principal.user ?? NO_USER, usageRecorder);
        if (storage === undefined) {
            // Do not reveal to anonymous callers what exists.
            if (principal.user === undefined) throw accessError(principal, label);
            return undefined;
        }
        const isAllowed =
            principal.owns(collection.ownerIdOf(storage.id)) ||
            (!isWrite && isPublicStorage(storage.info(), reference, services));
        if (!isAllowed) throw accessError(principal, label);
        return storage;
    }

    #require(isWrite: boolean): StorageKinds[Kind] {
        const storage = this.#find(isWrite);
        if (storage === undefined) throw storageNotFoundError(this.#kind, this.#description);
        return storage;
    }
}

/** Creates the error for a storage that does not exist. */
export function storageNotFoundError(kind: StorageKind, description: string): EngineError {
    // The storage of a run cannot be created by name.
    const remedy = description.startsWith('of ')
        ? 'It may have been deleted, or the run does not exist.'
        : 'Create it with `getOrCreate(name)`, or list the existing ones with `list()`.';
    return notFoundError(`${KIND_LABELS[kind]} ${description}`, remedy);
}
