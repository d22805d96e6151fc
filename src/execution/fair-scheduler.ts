import { setImmediate } from 'node:timers';

/*
 * The runs of a process, of all its engines, share the host's event loop with everything else that has to be done in it. A message
 * that comes when a turn of the loop has taken long enough waits; of the runs that wait, each has one message handled, then the next.
 */

/** How long, of each turn of the event loop, messages are handled as they come. */
const COMING_MILLIS = 4;
/** How long those that have had to wait. */
const WAITING_MILLIS = 8;
/** A turn that is longer than this has begun a while ago. */
const UNNOTICED_MILLIS = 1;
/** How many that wait are handled in a turn at most; each is a call by Node, after which what it has set off is done. */
const MOST_CALLS = 64;

/** Lanes that wait, in the order of their turns. */
const waiting: RunQueue[] = [];
/** When the turn began, if it is known. */
let turnAt: number | undefined;
let lastTurnAt = -Infinity;
let servingAt: number | undefined;

/** What is to be done for one run, in its order. What a piece of work sets off by promises belongs to it. */
export class RunQueue {
    readonly #works: (() => void)[] = [];

    get length(): number {
        return this.#works.length;
    }

    /** Does something now, or when it is its turn. */
    put(work: () => void): void {
        if (this.length === 0 && hasTime()) {
            work();
            return;
        }
        this.#works.push(work);
        if (this.length > 1) return;
        waiting.push(this);
        if (turnAt === undefined) beginTurn(performance.now());
    }

    serve(): void {
        this.#works.shift()?.();
        if (this.length > 0) waiting.push(this);
    }
}

/** True if this turn has time left for a message that arrives now. */
function hasTime(): boolean {
    const now = performance.now();
    if (turnAt !== undefined) return now - turnAt < COMING_MILLIS;
    // Asked for only now and then: where one message comes in a turn, it would cost as much as the message.
    if (now - lastTurnAt > UNNOTICED_MILLIS) beginTurn(now);
    return true;
}

function beginTurn(now: number): void {
    turnAt = now;
    setImmediate(endTurn);
}

function endTurn(): void {
    lastTurnAt = performance.now();
    turnAt = undefined;
    servingAt = undefined;
    if (waiting.length === 0) return;
    // These come after what arrives meanwhile, and before the end of the turn in which that is.
    for (let call = 0; call < MOST_CALLS; call += 1) setImmediate(serveNext);
    beginTurn(lastTurnAt);
}

function serveNext(): void {
    if (waiting.length === 0) return;
    const now = performance.now();
    servingAt ??= now;
    if (now - servingAt <= WAITING_MILLIS) waiting.shift()?.serve();
}
