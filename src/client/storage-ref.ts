import { KIND_LABELS } from '../storage/storage-metadata.js';
import { isPublicStorage, accessError, NO_USER } from './access.js';
import { notFoundError } from './arguments.js';
import { isSignatureValid, type SignedRequest } from './signed-urls.js';
import type { EngineError } from '../errors/engine-error.js';
import type { StorageInfo, StorageKind } from '../model/api/storage.js';
import type { StorageKinds } from '../storage/storages.js';
import type { ClientContext, ClientServices } from './services.js';

/**
 * Returns the id of a storage, or `name`, `username/name`, `username~name` or `~name`.
 *
 * @param isSigned - If true, the caller has a signature, and may be unable to read the run whose storage it is.
 */
type StorageReference = (isSigned: boolean) => string | undefined;

/** A reference to a storage by id, by name, or as the default one of a run. Each call resolves it again. */
export class StorageRef<Kind extends StorageKind> {
    readonly #context: ClientContext;
    readonly #kind: Kind;
    readonly #reference: StorageReference;
    readonly #description: string;

    /** @param description - Description for errors, after the kind of storage. */
    constructor(context: ClientContext, kind: Kind, reference: StorageReference, description: string) {
        this.#context = context;
        this.#kind = kind;
        this.#reference = reference;
        this.#description = description;
    }

    /**
     * Returns the storage to read, or undefined if it does not exist. Throws `insufficient-permissions` if it is not readable.
     *
     * @param signed - A signature, which permits reading to anyone.
     */
    find(signed?: SignedRequest): StorageKinds[Kind] | undefined {
        return this.#find(false, signed);
    }

    /** As `find`. Throws `record-not-found` if the storage does not exist. */
    require(signed?: SignedRequest): StorageKinds[Kind] {
        return this.#assertFound(this.#find(false, signed));
    }

    /** Returns the storage to change. Throws as `require`. */
    requireWritable(): StorageKinds[Kind] {
        return this.#assertFound(this.#find(true));
    }

    /** Deletes the storage. As in `apify-client`, a storage that does not exist is not an error. */
    async remove(): Promise<void> {
        const storage = this.#find(true);
        if (storage) await this.#context.services.storages.of(this.#kind).remove(storage.id);
    }

    #find(isWrite: boolean, signed?: SignedRequest): StorageKinds[Kind] | undefined {
        const { services, usageRecorder } = this.#context;
        const { principal } = services;
        const label = KIND_LABELS[this.#kind];
        if (isWrite && principal.user === undefined) throw accessError(principal, label);
        const reference = this.#reference(signed !== undefined);
        if (reference === undefined) return undefined;
        const collection = services.storages.of(this.#kind);
        // A signed URL without a token can have a name of the first user, as the client that signed it was given.
        const caller = principal.user ?? (signed === undefined ? NO_USER : undefined);
        const storage = collection.find(reference, caller, usageRecorder);
        if (storage === undefined) {
            // Do not reveal to anonymous callers what exists.
            if (principal.user === undefined) throw accessError(principal, label);
            return undefined;
        }
        const isAllowed =
            principal.owns(collection.ownerIdOf(storage.id)) ||
            (!isWrite && canReadStorage(services, { info: storage.info(), reference, signed }));
        if (!isAllowed) throw accessError(principal, label);
        return storage;
    }

    #assertFound(storage: StorageKinds[Kind] | undefined): StorageKinds[Kind] {
        if (storage === undefined) throw storageNotFoundError(this.#kind, this.#description);
        return storage;
    }
}

/** True if the principal can read a storage of another user: a public one, or by a signature. */
function canReadStorage(
    services: ClientServices,
    { info, reference, signed }: { info: StorageInfo; reference: string; signed: SignedRequest | undefined },
): boolean {
    if (signed !== undefined && isSignatureValid(signed, info, services)) return true;
    return isPublicStorage(info, reference, services);
}

/** Creates the error for a storage that does not exist. */
export function storageNotFoundError(kind: StorageKind, description: string): EngineError {
    // The storage of a run cannot be created by name.
    const remedy = description.startsWith('of ')
        ? 'It may have been deleted, or the run does not exist.'
        : 'Create it with `getOrCreate(name)`, or list the existing ones with `list()`.';
    return notFoundError(`${KIND_LABELS[kind]} ${description}`, remedy);
}
