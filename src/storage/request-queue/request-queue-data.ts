import { setImmediate } from 'node:timers/promises';
import { newId } from '../../util/ids.js';
import type { QueueJournal, StorageSnapshot } from '../backend.js';
import { RequestQueueState, type SavedLock } from './request-queue-state.js';
import { StoredData, type StoredDataOwner } from '../stored-data.js';
import { storageCorrupted, type StorageMetadata } from '../storage-metadata.js';

/** Number of all requests and of the handled ones, and the size of all requests in bytes. */
export interface QueueCounts {
    total: number;
    handled: number;
    bytes: number;
}

const NO_COUNTS: QueueCounts = { total: 0, handled: 0, bytes: 0 };

/** Saved state of a queue that was never used. */
export const EMPTY_QUEUE_SUMMARY = { counts: NO_COUNTS };

interface SavedState {
    counts: QueueCounts | undefined;
    firstClientKey: string | undefined;
    hadMultipleClients: boolean;
    locks: readonly SavedLock[];
}

/**
 * A request queue with its journal, which is read on first use. Until then, the counts come from the metadata. They are saved there
 * only while they are right: the first change removes them, and a proper close restores them.
 */
export class RequestQueueData extends StoredData {
    #savedState: SavedState;
    #state: RequestQueueState | undefined;
    #loading: Promise<RequestQueueState> | undefined;
    #journal: QueueJournal | undefined;

    constructor(metadata: StorageMetadata, owner: StoredDataOwner) {
        super(metadata, owner);
        const {
            counts,
            firstClientKey,
            hadMultipleClients = false,
            locks = [],
        }: Partial<SavedState> = metadata.contents ?? {};
        this.#savedState = { counts: parseCounts(counts), firstClientKey, hadMultipleClients, locks };
    }

    get hadMultipleClients(): boolean {
        return this.#savedState.hadMultipleClients;
    }

    /** True if only the journal has the counts, because the process of the previous engine was killed. */
    get needsRecovery(): boolean {
        return this.#savedState.counts === undefined;
    }

    get counts(): QueueCounts {
        this.assertUsable();
        return this.#currentCounts() ?? NO_COUNTS;
    }

    /** Omits the locks, which are void after a crash. */
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
     * Runs a function on the state, immediately if the state is loaded. Otherwise, functions run in the order of the calls, and before
     * those of later calls.
     */
    run<T>(work: (state: RequestQueueState, now: number) => T): T | Promise<T> {
        this.assertUsable();
        return this.#state ? this.#execute(this.#state, work) : this.#load().then(() => this.run(work));
    }

    /** Records the client of an operation. A client without a key counts as a new client. */
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
        // Registered first, so that the state is set before any waiting function runs.
        loading.then(
            (state) => {
                this.#state = state;
            },
            () => {
                // All waiting callers get the error; the next call tries again.
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
            const invalidLine = state.restore(chunk);
            if (invalidLine !== undefined)
                throw storageCorrupted(kind, id, `line ${count + invalidLine} of its journal is not valid`);
            for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) count += 1;
            await setImmediate();
        }
        for (const _ of state.finishRestore()) await setImmediate();
        this.#warnIfCountsDiffer(state);
        state.restoreLocks(this.#savedState.locks);
        this.#savedState.locks = [];
        return state;
    }

    /** Warns if the journal of a queue that was closed properly was edited or has lost lines. */
    #warnIfCountsDiffer({ size, handledCount }: RequestQueueState): void {
        const saved = this.#savedState.counts;
        if (saved === undefined || (saved.total === size && saved.handled === handledCount)) return;
        this.context.warn(
            `The journal of the request queue ${this.id} has ${size} requests, ${handledCount} of them handled, ` +
                `but had ${saved.total} and ${saved.handled} when the queue was closed. The current content is used.`,
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

/** Returns the counts of a queue that was closed properly; undefined if only its journal has them. */
function parseCounts(counts: QueueCounts | undefined): QueueCounts | undefined {
    const { total, handled, bytes } = counts ?? ({} as Partial<QueueCounts>);
    return [total, handled, bytes].every(Number.isSafeInteger) ? counts : undefined;
}
