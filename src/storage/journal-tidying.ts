import type { Journal, JournalStretch } from './backend.js';

/** What a journal says. */
export interface Journaled {
    /** How many lines it takes to say it. */
    readonly size: number;
    /** Writes what is still true of old lines anew, as the newest ones. */
    renew(stretch: JournalStretch): void;
}

/** A journal that is shorter is left as it is. */
const MIN_LINES = 10_000;
/** It is gone on with when so much has been appended. */
const STEP_BYTES = 16 * 1024;
/** For each byte that is appended, so many of the oldest are gone through. */
const PACE = 4;
const MOST_AT_ONCE = 256 * 1024;

/**
 * Keeps a journal short while it grows: of its oldest lines, what is still true is written anew at its end, and they are
 * given up. It does a little after each change, in proportion to what has been appended, so that nobody ever waits for all
 * of it.
 */
export class JournalTidying {
    readonly #journal: Journal;
    readonly #content: Journaled;
    #isUnderWay = false;
    /** Up to where what was appended has been paid for. */
    #paidUpTo: number;

    constructor(journal: Journal, content: Journaled) {
        this.#journal = journal;
        this.#content = content;
        this.#paidUpTo = journal.end;
    }

    /** To be called after each change. */
    goOn(): void {
        const { end } = this.#journal;
        if (end - this.#paidUpTo < STEP_BYTES) return;
        this.#isUnderWay = this.#isWorthwhile();
        if (this.#isUnderWay) this.#step(Math.min(MOST_AT_ONCE, PACE * (end - this.#paidUpTo)));
        this.#paidUpTo = this.#journal.end;
    }

    /** What has begun goes on until half of what there was too much is gone. */
    #isWorthwhile(): boolean {
        const { length } = this.#journal;
        const factor = this.#isUnderWay ? 1.5 : 2;
        return length > MIN_LINES && length > factor * this.#content.size;
    }

    #step(bytes: number): void {
        try {
            const stretch = this.#journal.oldest(bytes);
            if (stretch === undefined) return;
            this.#content.renew(stretch);
            this.#journal.giveUp(stretch);
        } catch {
            // What the caller wanted has been done. The old lines are still there, and it is tried again.
        }
    }
}
