import { setImmediate } from 'node:timers/promises';
import { newId } from '../util/ids.js';
import type { QueueJournal } from './backend.js';
import { RequestQueueState, type SavedLock } from './request-queue-state.js';
import { corrupted } from './storage-document.js';
import type { StorageContents, StorageMetadata } from './storage-metadata.js';

/** How many requests a queue has, how many of them are handled, and the bytes of all. */
export interface QueueCounts {
    total: number;
    handled: number;
    bytes: number;
}

const NO_COUNTS: QueueCounts = { total: 0, handled: 0, bytes: 0 };

/** What a queue that was never used has as its saved contents. */
export const NEW_QUEUE_CONTENTS = { counts: NO_COUNTS };

interface SavedContents extends Record<string, unknown> {
    counts: QueueCounts | undefined;
    firstClientKey: string | undefined;
    hadMultipleClients: boolean;
    locks?: readonly SavedLock[];
}

/** The counts of a queue that was closed properly; undefined if they have to be found out from its journal. */
export function savedCounts({ counts }: Readonly<Record<string, unknown>>): QueueCounts | undefined {
    const { total, handled, bytes } = (counts ?? {}) as Partial<QueueCounts>;
    const areNumbers = [total, handled, bytes].every((count) => Number.isSafeInteger(count));
    return areNumbers ? (counts as QueueCounts) : undefined;
}

/**
 * The state of a queue and its journal. The journal is read when the queue is first used. Until then the counts come from
 * the metadata, where they stand only while they are right: the first change takes them out, and a proper close puts them
 * back in.
 */
export class RequestQueueContents implements StorageContents {
    readonly #metadata: StorageMetadata<RequestQueueContents>;
    #savedCounts: QueueCounts | undefined;
    readonly #savedLocks: readonly SavedLock[];
    #firstClientKey: string | undefined;
    #hadMultipleClients: boolean;
    #state: RequestQueueState | undefined;
    #loading: Promise<RequestQueueState> | undefined;
    #journal: QueueJournal | undefined;

    constructor(metadata: StorageMetadata<RequestQueueContents>) {
        const saved = metadata.savedContents as Partial<SavedContents>;
        this.#metadata = metadata;
        this.#savedCounts = savedCounts(metadata.savedContents);
        this.#savedLocks = Array.isArray(saved.locks) ? saved.locks : [];
        this.#firstClientKey = saved.firstClientKey;
        this.#hadMultipleClients = saved.hadMultipleClients ?? false;
    }

    get hadMultipleClients(): boolean {
        return this.#hadMultipleClients;
    }

    get counts(): QueueCounts {
        return this.#counts() ?? NO_COUNTS;
    }

    describe(): SavedContents {
        return {
            counts: this.#savedCounts,
            firstClientKey: this.#firstClientKey,
            hadMultipleClients: this.#hadMultipleClients,
        };
    }

    /** With the locks, which nobody needs again after a crash, but a snapshot does. */
    capture(): SavedContents {
        const locks = this.#state?.locks() ?? this.#savedLocks;
        return { ...this.describe(), counts: this.#counts(), ...(locks.length > 0 && { locks }) };
    }

    dumpLines(): Uint8Array[] | undefined {
        if (this.#state === undefined) return undefined;
        const lines = [...this.#state.lines()];
        return lines.length === 0 ? [] : [Buffer.from(`${lines.join('\n')}\n`)];
    }

    settle(): void {
        this.#savedCounts = this.#counts();
    }

    canClose(): boolean {
        if (this.#loading === undefined) return true;
        return this.#state !== undefined && this.#state.lockedCount === 0;
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
        this.#metadata.assertUsable();
        return this.#state ? this.#work(this.#state, work) : this.#load().then(() => this.run(work));
    }

    /** Notes who speaks to the queue; someone without a key is someone new. */
    noteClient(clientKey: string | undefined): void {
        if (this.#hadMultipleClients) return;
        if (this.#firstClientKey === undefined) this.#firstClientKey = clientKey ?? newId();
        else this.#hadMultipleClients = clientKey !== this.#firstClientKey;
    }

    #work<T>(state: RequestQueueState, work: (state: RequestQueueState, now: number) => T): T {
        const now = this.#metadata.context.clock.now();
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
        const { context, kind, id } = this.#metadata;
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
        state.lockAgain(this.#savedLocks);
        return state;
    }

    /** A person may have edited the journal of a queue that was closed properly, or a part of it may be lost. */
    #compare({ size, handledCount }: RequestQueueState): void {
        const saved = this.#savedCounts;
        if (saved === undefined || (saved.total === size && saved.handled === handledCount)) return;
        this.#metadata.context.warn(
            `The journal of the request queue ${this.#metadata.id} has ${size} requests, ${handledCount} of them handled, ` +
                `but had ${saved.total} and ${saved.handled} when the queue was closed. What is in it now counts.`,
        );
    }

    #append(lines: readonly string[]): void {
        if (this.#savedCounts !== undefined) {
            this.#savedCounts = undefined;
            if (this.#metadata.context.backend.isPersistent) this.#metadata.save();
        }
        this.#journal!.append(lines);
    }

    #counts(): QueueCounts | undefined {
        const state = this.#state;
        return state ? { total: state.size, handled: state.handledCount, bytes: state.bytes } : this.#savedCounts;
    }
}
