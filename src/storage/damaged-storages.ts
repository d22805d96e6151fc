import { EngineError, isEngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import { KIND_LABELS } from './storage-document.js';

/**
 * The storages of one kind that are there and cannot be read. They keep their ids, and their names as far as those are known: what
 * is made anew must not be taken for them once somebody has mended them.
 */
export class DamagedStorages {
    readonly #kind: StorageKind;
    readonly #warn: (message: string) => void;
    readonly #errors = new Map<string, EngineError>();
    readonly #idsByName = new Map<string, string>();

    constructor(kind: StorageKind, warn: (message: string) => void) {
        this.#kind = kind;
        this.#warn = warn;
    }

    has(id: string): boolean {
        return this.#errors.has(id);
    }

    /** Takes note of a storage, and tells of it. */
    add(id: string, cause: unknown, name?: unknown): void {
        if (this.#errors.has(id)) return;
        const what = isEngineError(cause) ? cause.message : String(cause);
        const label = KIND_LABELS[this.#kind];
        const message = `The ${label} ${id} cannot be read: ${what}`;
        this.#errors.set(
            id,
            new EngineError('storage-corrupted', message, { details: { kind: this.#kind, id }, cause }),
        );
        if (typeof name === 'string') this.#idsByName.set(name, id);
        this.#warn(`${message} Its files stay as they are, and the engine goes on without it.`);
    }

    /** The id of the one that is known to have a name. */
    find(name: string): string | undefined {
        return this.#idsByName.get(name);
    }

    /** @throws {@link EngineError} `storage-corrupted` for one that cannot be read. */
    assertReadable(id: string | undefined): void {
        const error = id === undefined ? undefined : this.#errors.get(id);
        // A new one each time, as it may travel to another thread, or be changed by whoever catches it.
        if (error) throw new EngineError(error.code, error.message, { details: error.details, cause: error.cause });
    }
}
