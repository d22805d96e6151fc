import { setImmediate } from 'node:timers/promises';
import { newId } from '../../util/ids.js';
import type { QueueJournal, StorageSnapshot } from '../backend.js';
import { RequestQueueState, type SavedLock } from './request-queue-state.js';
import { StoredData, type StoredDataOwner } from '../stored-data.js';
import { storageCorrupted, type StorageMetadata } from '../storage-metadata.js';

/** How many requests a queue has, how many of them are handled, and the bytes of all. */
export interface QueueCounts {
    total: number;
    handled: number;
    bytes: number;
}

const NO_COUNTS: QueueCounts = { total: 0, handled: 0, bytes: 0 };

/** What a queue that was never used has as its saved contents. */
export const EMPTY_QUEUE_SUMMARY = { counts: NO_COUNTS };

interface SavedState {
    counts: QueueCounts | undefined;
    firstClientKey: string | undefined;
    hadMultipleClients: boolean;
    locks: readonly SavedLock[];
}

/**
 * A request queue with its journal. The journal is read when the queue is first used. Until then the counts come from the
 * document, where they stand only while they are right: the first change takes them out, and a proper close puts them back in.
 */
export class RequestQueueData extends StoredData {
    #savedState: SavedState;
    #state: RequestQueueState | undefined;
    #loading: Promise<RequestQueueState> | undefined;
    #journal: QueueJournal | undefined;

    constructor(document: StorageMetadata, owner: StoredDataOwner) {
        super(document, owner);
        const {
            counts,
            firstClientKey,
            hadMultipleClients = false,
            locks = [],
        }: Partial<SavedState> = document.contents ?? {};
        this.#savedState = { counts: parseCounts(counts), firstClientKey, hadMultipleClients, locks };
    }

    get hadMultipleClients(): boolean {
        return this.#savedState.hadMultipleClients;
    }

    /** True if the counts are not known without reading the journal, because the engine that the queue belonged to was killed. */
    get needsRecovery(): boolean {
        return this.#savedState.counts === undefined;
    }

    get counts(): QueueCounts {
        this.assertUsable();
        return this.#currentCounts() ?? NO_COUNTS;
    }

    /** Without the locks, which have no meaning after a crash. */
    override serialize(): Record<string, unknown> {
        const { counts, firstClientKey, hadMultipleClients } = this.#savedState;
        return { counts, firstClientKey, hadMultipleClients };
    }

    override snapshot(): StorageSnapshot {
        const state = this.#state;
        const locks = state?.locks() ?? this.#savedState.locks;
        const contents = { ...this.serialize(), counts: this.#currentCounts(), ...(locks.length > 0 && { locks }) };
        const document = JSON.stringify({ ...this.toJSON(), contents });
        if (state === undefined) return { ...super.snapshot(), document };
        const lines = Array.from(state.lines(), (line) => `${line}\n`).join('');
        return { id: this.id, document, lines: lines === '' ? [] : [Buffer.from(lines)], records: [] };
    }

    override finalize(): void {
        this.#savedState.counts = this.#currentCounts();
    }

    override get isBusy(): boolean {
        return this.#loading !== undefined && this.#state?.lockedCount !== 0;
    }

    override closeData(): void {
        this.#journal?.close();
        this.#journal = this.#state = this.#loading = undefined;
    }

    /** Reads the journal. */
    async recover(): Promise<void> {
        await this.#load();
    }

    /**
     * Does some work on the state, at once if it is there. Work that has to wait for it is done in the order of asking,
     * and before any that is asked for later.
     */
    run<T>(work: (state: RequestQueueState, now: number) => T): T | Promise<T> {
        this.assertUsable();
        return this.#state ? this.#execute(this.#state, work) : this.#load().then(() => this.run(work));
    }

    /** Notes who speaks to the queue; someone without a key is someone new. */
    trackClient(clientKey: string | undefined): void {
        const saved = this.#savedState;
        if (saved.hadMultipleClients) return;
        if (saved.firstClientKey === undefined) saved.firstClientKey = clientKey ?? newId();
        else saved.hadMultipleClients = clientKey !== saved.firstClientKey;
    }

    #execute<T>(state: RequestQueueState, work: (state: RequestQueueState, now: number) => T): T {
        const now = this.context.clock.now();
        state.unlockExpired(now);
        return work(state, now);
    }

    #load(): Promise<RequestQueueState> {
        if (this.#loading) return this.#loading;
        const loading = (this.#loading = this.#readJournal());
        // This comes first of all that wait for the state: nothing can be done on it before their turn.
        loading.then(
            (state) => {
                this.#state = state;
            },
            () => {
                // Those who wait get the error; the next one tries again.
                this.#loading = undefined;
                this.#journal?.close();
            },
        );
        return loading;
    }

    async #readJournal(): Promise<RequestQueueState> {
        const { context, kind, id } = this;
        const state = new RequestQueueState((lines) => this.#append(lines));
        const journal = (this.#journal = context.backend.openJournal(id, state));
        let count = 0;
        for (const chunk of journal.load()) {
            const strange = state.restore(chunk);
            if (strange !== undefined)
                throw storageCorrupted(kind, id, `line ${count + strange} of its journal means nothing`);
            for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) count += 1;
            await setImmediate();
        }
        for (const _ of state.finishRestore()) await setImmediate();
        this.#warnIfCountsDiffer(state);
        state.restoreLocks(this.#savedState.locks);
        this.#savedState.locks = [];
        return state;
    }

    /** A person may have edited the journal of a queue that was closed properly, or a part of it may be lost. */
    #warnIfCountsDiffer({ size, handledCount }: RequestQueueState): void {
        const saved = this.#savedState.counts;
        if (saved === undefined || (saved.total === size && saved.handled === handledCount)) return;
        this.context.warn(
            `The journal of the request queue ${this.id} has ${size} requests, ${handledCount} of them handled, ` +
                `but had ${saved.total} and ${saved.handled} when the queue was closed. What is in it now counts.`,
        );
    }

    #append(lines: readonly string[]): void {
        if (this.#savedState.counts !== undefined) {
            this.#savedState.counts = undefined;
            if (this.context.backend.isPersistent) this.save();
        }
        this.#journal!.append(lines);
    }

    #currentCounts(): QueueCounts | undefined {
        const state = this.#state;
        return state ? { total: state.size, handled: state.handledCount, bytes: state.bytes } : this.#savedState.counts;
    }
}

/** The counts of a queue that was closed properly; undefined if they have to be found out from its journal. */
function parseCounts(counts: QueueCounts | undefined): QueueCounts | undefined {
    const { total, handled, bytes } = counts ?? ({} as Partial<QueueCounts>);
    return [total, handled, bytes].every(Number.isSafeInteger) ? counts : undefined;
}
