import { setImmediate } from 'node:timers';

/** So long, of each turn of the event loop, messages are taken in as they come. */
const COMING_MILLIS = 4;
/** So long those that have had to wait. */
const WAITING_MILLIS = 8;
/** A turn that is longer than this has begun a while ago. */
const UNNOTICED_MILLIS = 1;
/** So many that wait are looked at in a turn; each is a call by Node, after which what it has set off is done. */
const MOST_CALLS = 64;

interface Waiting {
    serve(): void;
    readonly isEmpty: boolean;
}

/**
 * Shares the host's event loop among the runs and with everything else that has to be done in it. What comes when a turn of the
 * loop has taken long enough waits; of those that wait, each run has one message taken in, then the next run.
 */
export class FairTurns {
    readonly #waiting: Waiting[] = [];
    /** When the turn began, if it is known. */
    #turnAt: number | undefined;
    #lastTurnAt = -Infinity;
    #waitingAt: number | undefined;

    /** Makes a queue for what one run has to have done. */
    lane(): Lane {
        return new Lane(this);
    }

    /** For who has one thing to do: settles when it is its turn; undefined where that is now. */
    wait(): Promise<void> | undefined {
        if (this.hasTime()) return undefined;
        return new Promise((resolve) => this.lane().put(resolve));
    }

    /** Whether there is time left in this turn for what comes now. */
    hasTime(): boolean {
        const now = performance.now();
        if (this.#turnAt !== undefined) return now - this.#turnAt < COMING_MILLIS;
        // Asked for only now and then: where one message comes in a turn, it would cost as much as the message.
        if (now - this.#lastTurnAt > UNNOTICED_MILLIS) this.#beginTurn(now);
        return true;
    }

    /** Has one of a lane's messages taken in when it is the lane's turn. */
    await(lane: Waiting): void {
        this.#waiting.push(lane);
        if (this.#turnAt === undefined) this.#beginTurn(performance.now());
    }

    #beginTurn(now: number): void {
        this.#turnAt = now;
        setImmediate(() => this.#endTurn());
    }

    #endTurn(): void {
        this.#lastTurnAt = performance.now();
        this.#turnAt = undefined;
        this.#waitingAt = undefined;
        if (this.#waiting.length === 0) return;
        // These come after what arrives meanwhile, and before the end of the turn in which that is.
        for (let call = 0; call < MOST_CALLS; call += 1) setImmediate(() => this.#serveNext());
        this.#beginTurn(this.#lastTurnAt);
    }

    #serveNext(): void {
        const lane = this.#waiting[0];
        if (lane === undefined) return;
        const now = performance.now();
        this.#waitingAt ??= now;
        if (now - this.#waitingAt > WAITING_MILLIS) return;
        this.#waiting.shift();
        lane.serve();
        if (!lane.isEmpty) this.#waiting.push(lane);
    }
}

/** What is to be done for one run, in its order. What a piece of work sets off by promises belongs to it. */
class Lane {
    readonly #turns: FairTurns;
    readonly #works: (() => void)[] = [];

    constructor(turns: FairTurns) {
        this.#turns = turns;
    }

    get isEmpty(): boolean {
        return this.#works.length === 0;
    }

    get length(): number {
        return this.#works.length;
    }

    /** Does something now, or when it is its turn. */
    put(work: () => void): void {
        if (this.isEmpty && this.#turns.hasTime()) {
            work();
            return;
        }
        this.#works.push(work);
        if (this.#works.length === 1) this.#turns.await(this);
    }

    serve(): void {
        this.#works.shift()?.();
    }
}

/** Of the thread of the host, whichever engine a run belongs to. */
export const fairTurns = new FairTurns();
