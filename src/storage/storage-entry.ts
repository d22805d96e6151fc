import { savedCounts } from './queue-counts.js';
import { NO_COUNTERS, type StorageDocument } from './storage-document.js';
import type { StorageHeader } from './storage-header.js';
import type { StorageOutline } from './storage-outline.js';

/** A storage that can be used. */
export interface Awake<S> {
    readonly header: StorageHeader;
    readonly storage: S;
}

/** A storage of which nothing else is in memory, unless somebody still has it. */
interface Outlined extends StorageOutline {
    readonly header?: undefined;
    readonly counters?: undefined;
    /** Whether nobody has used it since it was made, by this engine. */
    readonly isUntouched?: boolean;
    /** Of when it was in use. */
    readonly last?: WeakRef<StorageHeader>;
}

type Asleep = (StorageDocument & { header?: undefined }) | Outlined;

/**
 * A storage as its collection has it. It sleeps as a mere document, or as less, until it is used: most storages of most runs
 * never are, and all of them stay.
 */
export class StorageEntry<S> {
    readonly id: string;
    /** Larger for each that is made later. */
    readonly sequence: number;
    readonly userId: string;
    #state: Asleep | Awake<S>;

    constructor(state: StorageDocument | StorageOutline, sequence: number, userId: string) {
        this.id = state.id;
        this.userId = userId;
        this.sequence = sequence;
        this.#state = state;
    }

    /** What it is used by, if it is in use. */
    get awake(): Awake<S> | undefined {
        return this.#state.header === undefined ? undefined : this.#state;
    }

    /** What it was used by, if it sleeps and somebody still has it. */
    get last(): StorageHeader | undefined {
        return isOutlined(this.#state) ? this.#state.last?.deref() : undefined;
    }

    /** What it will be made by, if it is in memory and not in use. */
    get document(): StorageDocument | undefined {
        return this.#state.header === undefined && !isOutlined(this.#state) ? this.#state : undefined;
    }

    get name(): string | undefined {
        return this.#facts.name;
    }

    get actRunId(): string | undefined {
        return this.#facts.actRunId;
    }

    /** In milliseconds since the epoch. */
    get createdAt(): number {
        return millisOf(this.#facts.createdAt);
    }

    /** When it was last read or changed, in milliseconds since the epoch; of one that sleeps, as it was last saved. */
    get accessedAt(): number {
        return millisOf(this.#facts.accessedAt);
    }

    /** Whether the document of a queue that sleeps says all that there is to know. */
    get isSettled(): boolean {
        if (isOutlined(this.#state)) return this.#state.isSettled;
        return this.document !== undefined && savedCounts(this.document.contents) !== undefined;
    }

    /** Whether nobody has used it since it was made, by this engine. */
    get isUntouched(): boolean {
        if (isOutlined(this.#state)) return this.#state.isUntouched === true;
        return this.document?.counters === NO_COUNTERS;
    }

    /** Makes it ready for use. */
    wake(awake: Awake<S>): void {
        this.#state = awake;
    }

    /** Lets go of all but its outline. Whoever still has it may go on using it. */
    rest(outline: StorageOutline): void {
        const { awake, isUntouched } = this;
        this.#state = awake ? { ...outline, last: new WeakRef(awake.header) } : { ...outline, isUntouched };
    }

    get #facts(): Pick<
        StorageDocument | StorageOutline | StorageHeader,
        'name' | 'actRunId' | 'createdAt' | 'accessedAt'
    > {
        return this.#state.header ?? this.#state;
    }
}

function isOutlined<S>(state: Asleep | Awake<S>): state is Outlined {
    return state.header === undefined && !('counters' in state && state.counters !== undefined);
}

function millisOf(time: string | number): number {
    return typeof time === 'number' ? time : Date.parse(time);
}
