import { setImmediate } from 'node:timers/promises';
import type { EngineError } from '../errors/engine-error.js';
import { newId } from '../util/ids.js';
import type { Journal } from './backend.js';
import { JournalTidying } from './journal-tidying.js';
import { readLines } from './request-journal.js';
import { RequestQueueState, type SavedLock } from './request-queue-state.js';
import { corrupted } from './storage-document.js';
import { type QueueCounts, savedCounts } from './queue-counts.js';
import type { StorageContents, StorageHeader } from './storage-header.js';

/** What a queue that was never used has as its saved contents. */
export const NEW_QUEUE_CONTENTS = { counts: { total: 0, handled: 0, bytes: 0 } satisfies QueueCounts };

/**
 * The state of a queue and its journal. The journal is read when the queue is first used. Until then the counts come from
 * the metadata, where they stand only while they are right: the first change takes them out, and a proper close puts them
 * back in.
 */
export class RequestQueueStore implements StorageContents {
    readonly #header: StorageHeader;
    #savedCounts: QueueCounts | undefined;
    readonly #savedLocks: readonly SavedLock[];
    #firstClientKey: string | undefined;
    #hadMultipleClients: boolean;
    #state: RequestQueueState | undefined;
    #loading: Promise<RequestQueueState> | undefined;
    #journal: Journal | undefined;
    #tidying: JournalTidying | undefined;

    constructor(header: StorageHeader) {
        const saved = header.savedContents as Partial<SavedContents>;
        this.#header = header;
        this.#savedCounts = savedCounts(header.savedContents);
        this.#savedLocks = Array.isArray(saved.locks) ? saved.locks : [];
        this.#firstClientKey = saved.firstClientKey;
        this.#hadMultipleClients = saved.hadMultipleClients ?? false;
        header.attach(this);
    }

    get hadMultipleClients(): boolean {
        return this.#hadMultipleClients;
    }

    get counts(): QueueCounts {
        this.#header.assertUsable();
        return this.#counts() ?? NEW_QUEUE_CONTENTS.counts;
    }

    describe(isLast: boolean): SavedContents {
        return {
            counts: isLast ? this.#counts() : this.#savedCounts,
            firstClientKey: this.#firstClientKey,
            hadMultipleClients: this.#hadMultipleClients,
        };
    }

    /** With the locks, which nobody needs again after a crash, but whoever goes back to this very moment does. */
    capture(): SavedContents {
        const locks = this.#state?.locks() ?? this.#savedLocks;
        return { ...this.describe(true), ...(locks.length > 0 && { locks }) };
    }

    canRest(): boolean {
        if (this.#loading === undefined) return true;
        return this.#state !== undefined && this.#state.lockedCount === 0;
    }

    rest(): void {
        this.#savedCounts = this.#counts();
        this.#journal?.close();
        this.#state = this.#loading = this.#journal = this.#tidying = undefined;
    }

    close(): void {
        this.#journal?.close();
    }

    /** Reads the journal if the metadata does not have the counts. */
    async recover(): Promise<void> {
        if (this.#savedCounts === undefined) await this.#load();
    }

    /**
     * Does some work on the state, at once if it is there. Work that has to wait for it is done in the order of asking,
     * and before any that is asked for later.
     */
    run<T>(work: (state: RequestQueueState, now: number) => T): T | Promise<T> {
        this.#header.assertUsable();
        return this.#state ? this.#work(this.#state, work) : this.#load().then(() => this.run(work));
    }

    /** Notes who speaks to the queue; someone without a key is someone new. */
    meetClient(clientKey: string | undefined): void {
        if (this.#hadMultipleClients) return;
        if (this.#firstClientKey === undefined) this.#firstClientKey = clientKey ?? newId();
        else this.#hadMultipleClients = clientKey !== this.#firstClientKey;
    }

    #work<T>(state: RequestQueueState, work: (state: RequestQueueState, now: number) => T): T {
        const now = this.#header.context.clock.now();
        state.unlockEnded(now);
        const result = work(state, now);
        this.#tidying?.goOn();
        return result;
    }

    #load(): Promise<RequestQueueState> {
        if (this.#loading) return this.#loading;
        const journal = (this.#journal = this.#header.context.backend.openJournal(this.#header.id));
        const loading = (this.#loading = this.#read(journal));
        // This comes first of all that wait for the state: nothing can be done on it before their turn.
        loading.then(
            (state) => {
                this.#state = state;
            },
            () => {
                // Those who wait are told; the next one tries again.
                this.#loading = undefined;
                journal.close();
            },
        );
        return loading;
    }

    async #read(journal: Journal): Promise<RequestQueueState> {
        const state = new RequestQueueState({
            append: (lines) => this.#append(journal, lines),
            texts: (places) => journal.texts(places),
        });
        let count = 0;
        for await (const stretch of journal.load()) {
            for (const line of readLines(stretch)) {
                count += 1;
                if (line === undefined) throw this.#corrupted(count);
                state.restore(line);
            }
        }
        for (const _ of state.settleRestored()) await setImmediate();
        this.#compare(state);
        state.lockAgain(this.#savedLocks);
        this.#tidying = new JournalTidying(journal, state);
        return state;
    }

    /** Somebody may have edited the journal of a queue that was closed properly, or lost a part of it. */
    #compare({ size, handledCount }: RequestQueueState): void {
        const saved = this.#savedCounts;
        if (saved === undefined || (saved.total === size && saved.handled === handledCount)) return;
        this.#header.context.warn(
            `The journal of the request queue ${this.#header.id} has ${size} requests, ${handledCount} of them handled, ` +
                `but had ${saved.total} and ${saved.handled} when the queue was closed. What is in it now counts.`,
        );
    }

    #corrupted(line: number): EngineError {
        return corrupted(this.#header.kind, this.#header.id, `line ${line} of its journal means nothing`);
    }

    #append(journal: Journal, lines: readonly string[]): number {
        if (this.#savedCounts !== undefined) {
            this.#savedCounts = undefined;
            this.#header.save();
        }
        return journal.append(lines);
    }

    #counts(): QueueCounts | undefined {
        const state = this.#state;
        return state ? { total: state.size, handled: state.handledCount, bytes: state.bytes } : this.#savedCounts;
    }
}

interface SavedContents extends Record<string, unknown> {
    counts: QueueCounts | undefined;
    firstClientKey: string | undefined;
    hadMultipleClients: boolean;
    locks?: readonly SavedLock[];
}
