import { setImmediate } from 'node:timers/promises';
import { newId } from '../../util/ids.js';
import type { QueueJournal, StoredStorage } from '../backend.js';
import { RequestQueueState, type SavedLock } from './request-queue-state.js';
import { StoredData, type StoredDataOwner } from '../storage-contents.js';
import { corrupted, type StorageDocument } from '../storage-document.js';

/** How many requests a queue has, how many of them are handled, and the bytes of all. */
export interface QueueCounts {
    total: number;
    handled: number;
    bytes: number;
}

const NO_COUNTS: QueueCounts = { total: 0, handled: 0, bytes: 0 };

/** What a queue that was never used has as its saved contents. */
export const EMPTY_QUEUE_SUMMARY = { counts: NO_COUNTS };

interface SavedContents {
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
    #saved: SavedContents;
    #state: RequestQueueState | undefined;
    #loading: Promise<RequestQueueState> | undefined;
    #journal: QueueJournal | undefined;

    constructor(document: StorageDocument, owner: StoredDataOwner) {
        super(document, owner);
        const {
            counts,
            firstClientKey,
            hadMultipleClients = false,
            locks = [],
        }: Partial<SavedContents> = document.contents ?? {};
        this.#saved = { counts: readCounts(counts), firstClientKey, hadMultipleClients, locks };
    }

    get hadMultipleClients(): boolean {
        return this.#saved.hadMultipleClients;
    }

    /** True if the counts are not known without reading the journal, because the engine that the queue belonged to was killed. */
    get needsRecovery(): boolean {
        return this.#saved.counts === undefined;
    }

    get counts(): QueueCounts {
        this.assertUsable();
        return this.#counts() ?? NO_COUNTS;
    }

    /** Without the locks, which have no meaning after a crash. */
    override describe(): Record<string, unknown> {
        const { counts, firstClientKey, hadMultipleClients } = this.#saved;
        return { counts, firstClientKey, hadMultipleClients };
    }

    override dump(): StoredStorage {
        const state = this.#state;
        const locks = state?.locks() ?? this.#saved.locks;
        const contents = { ...this.describe(), counts: this.#counts(), ...(locks.length > 0 && { locks }) };
        const document = JSON.stringify({ ...this.toJSON(), contents });
        if (state === undefined) return { ...super.dump(), document };
        const lines = Array.from(state.lines(), (line) => `${line}\n`).join('');
        return { id: this.id, document, lines: lines === '' ? [] : [Buffer.from(lines)], records: [] };
    }

    override settle(): void {
        this.#saved.counts = this.#counts();
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
        return this.#state ? this.#work(this.#state, work) : this.#load().then(() => this.run(work));
    }

    /** Notes who speaks to the queue; someone without a key is someone new. */
    noteClient(clientKey: string | undefined): void {
        const saved = this.#saved;
        if (saved.hadMultipleClients) return;
        if (saved.firstClientKey === undefined) saved.firstClientKey = clientKey ?? newId();
        else saved.hadMultipleClients = clientKey !== saved.firstClientKey;
    }

    #work<T>(state: RequestQueueState, work: (state: RequestQueueState, now: number) => T): T {
        const now = this.context.clock.now();
        state.unlockEnded(now);
        return work(state, now);
    }

    #load(): Promise<RequestQueueState> {
        if (this.#loading) return this.#loading;
        const loading = (this.#loading = this.#read());
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

    async #read(): Promise<RequestQueueState> {
        const { context, kind, id } = this;
        const state = new RequestQueueState((lines) => this.#append(lines));
        const journal = (this.#journal = context.backend.openJournal(id, state));
        let count = 0;
        for (const chunk of journal.load()) {
            const strange = state.restore(chunk);
            if (strange !== undefined)
                throw corrupted(kind, id, `line ${count + strange} of its journal means nothing`);
            for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) count += 1;
            await setImmediate();
        }
        for (const _ of state.settleRestored()) await setImmediate();
        this.#compare(state);
        state.lockAgain(this.#saved.locks);
        this.#saved.locks = [];
        return state;
    }

    /** A person may have edited the journal of a queue that was closed properly, or a part of it may be lost. */
    #compare({ size, handledCount }: RequestQueueState): void {
        const saved = this.#saved.counts;
        if (saved === undefined || (saved.total === size && saved.handled === handledCount)) return;
        this.context.warn(
            `The journal of the request queue ${this.id} has ${size} requests, ${handledCount} of them handled, ` +
                `but had ${saved.total} and ${saved.handled} when the queue was closed. What is in it now counts.`,
        );
    }

    #append(lines: readonly string[]): void {
        if (this.#saved.counts !== undefined) {
            this.#saved.counts = undefined;
            if (this.context.backend.isPersistent) this.save();
        }
        this.#journal!.append(lines);
    }

    #counts(): QueueCounts | undefined {
        const state = this.#state;
        return state ? { total: state.size, handled: state.handledCount, bytes: state.bytes } : this.#saved.counts;
    }
}

/** The counts of a queue that was closed properly; undefined if they have to be found out from its journal. */
function readCounts(counts: QueueCounts | undefined): QueueCounts | undefined {
    const { total, handled, bytes } = counts ?? ({} as Partial<QueueCounts>);
    return [total, handled, bytes].every(Number.isSafeInteger) ? counts : undefined;
}
