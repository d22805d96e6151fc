import { setImmediate } from 'node:timers';

/*
 * The runs of all engines in a process share the host's event loop with everything else in it. A message that arrives after a
 * turn of the event loop has used its time budget is queued. Queued messages are handled round-robin, one per run.
 */

/** Milliseconds per event-loop turn in which messages are handled as they arrive. */
const ARRIVING_BUDGET_MILLIS = 4;
/** Milliseconds per event-loop turn for queued messages. */
const QUEUED_BUDGET_MILLIS = 8;
/** Milliseconds after which the recorded start of a turn is out of date. */
const STALE_TURN_MILLIS = 1;
/** Maximum number of queued messages per turn. Each is a `setImmediate` of its own, so that its microtasks run before the next. */
const MAX_CALLS_PER_TURN = 64;

/** Queues with pending work, in round-robin order. */
const waitingQueues: RunQueue[] = [];
/** Start of the current turn, if known. */
let turnStartedAt: number | undefined;
let lastTurnStartedAt = -Infinity;
let drainStartedAt: number | undefined;

/** The pending work of one run, in order. */
export class RunQueue {
    readonly #pending: (() => void)[] = [];

    get length(): number {
        return this.#pending.length;
    }

    /** Runs work immediately if the turn has time left, else queues it. */
    enqueue(work: () => void): void {
        if (this.length === 0 && hasBudget()) {
            work();
            return;
        }
        this.#pending.push(work);
        if (this.length > 1) return;
        waitingQueues.push(this);
        if (turnStartedAt === undefined) beginTurn(performance.now());
    }

    runNext(): void {
        this.#pending.shift()?.();
        if (this.length > 0) waitingQueues.push(this);
    }
}

/** True if this turn has time left for a message that arrives now. */
function hasBudget(): boolean {
    const now = performance.now();
    if (turnStartedAt !== undefined) return now - turnStartedAt < ARRIVING_BUDGET_MILLIS;
    // Starts a turn only if the last one is old: with one message per turn, a timer would cost as much as the message.
    if (now - lastTurnStartedAt > STALE_TURN_MILLIS) beginTurn(now);
    return true;
}

function beginTurn(now: number): void {
    turnStartedAt = now;
    setImmediate(endTurn);
}

function endTurn(): void {
    lastTurnStartedAt = performance.now();
    turnStartedAt = undefined;
    drainStartedAt = undefined;
    if (waitingQueues.length === 0) return;
    // These run after messages that arrive meanwhile, and before the end of that turn.
    for (let call = 0; call < MAX_CALLS_PER_TURN; call += 1) setImmediate(runNextQueue);
    beginTurn(lastTurnStartedAt);
}

function runNextQueue(): void {
    if (waitingQueues.length === 0) return;
    const now = performance.now();
    drainStartedAt ??= now;
    if (now - drainStartedAt <= QUEUED_BUDGET_MILLIS) waitingQueues.shift()?.runNext();
}
