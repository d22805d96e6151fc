import { NO_COUNTERS, type StorageDocument } from './storage-document.js';
import type { StorageHeader } from './storage-header.js';

/** A storage that can be used. */
interface Awake<S> {
    readonly header: StorageHeader;
    readonly storage: S;
}

/**
 * A storage as its collection has it. It sleeps as a mere document until it is first used: most storages of most runs never
 * are, and all of them stay.
 */
export class StorageEntry<S> {
    readonly id: string;
    /** Larger for each that is made later. */
    readonly sequence: number;
    readonly userId: string;
    #state: StorageDocument | Awake<S>;

    constructor(document: StorageDocument, sequence: number, userId: string) {
        this.id = document.id;
        this.userId = userId;
        this.sequence = sequence;
        this.#state = document;
    }

    /** What it is used by, if it has been used. */
    get awake(): Awake<S> | undefined {
        return 'header' in this.#state ? this.#state : undefined;
    }

    /** What it will be made by, as long as it has not been used. */
    get asleep(): StorageDocument | undefined {
        return 'header' in this.#state ? undefined : this.#state;
    }

    get name(): string | undefined {
        return this.#facts.name;
    }

    get actRunId(): string | undefined {
        return this.#facts.actRunId;
    }

    /** In milliseconds since the epoch. */
    get createdAt(): number {
        return Date.parse(this.#facts.createdAt);
    }

    /** When it was last read or changed, in milliseconds since the epoch. */
    get accessedAt(): number {
        return 'header' in this.#state ? this.#state.header.accessedAt : Date.parse(this.#state.accessedAt);
    }

    /** Whether nobody has used it since it was made, by this engine. */
    get isUntouched(): boolean {
        return this.asleep?.counters === NO_COUNTERS;
    }

    /** The storage; made by its document when it is first asked for. */
    wake(make: (document: StorageDocument) => Awake<S>): S {
        if (!('header' in this.#state)) this.#state = make(this.#state);
        return this.#state.storage;
    }

    get #facts(): Pick<StorageDocument, 'name' | 'actRunId' | 'createdAt'> {
        return 'header' in this.#state ? this.#state.header : this.#state;
    }
}
