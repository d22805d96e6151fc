import type { ActorMessage } from './messages.js';

/*
 * How much of an Actor may be on its way to the host, or wait there for its turn. What is beyond that stays with the Actor, in
 * memory that counts as its own: one that asks or writes faster than the host and its disk can take it slows itself down, and
 * neither the host nor other Actors.
 */

/** Questions that are not answered yet. */
export const MAX_IN_FLIGHT_REQUESTS = 64;

/** Bytes of those. A larger one goes by itself. */
export const MAX_IN_FLIGHT_BYTES = 2 * 2 ** 20;

/** Of what the Actor writes to its streams, in the measure of {@link outputCost}. */
const MAX_PENDING_OUTPUT = 512 * 1024;

/** Text is sent in pieces of so many characters at most. */
export const OUTPUT_CHUNK_CHARS = 64 * 1024;

const MESSAGE_COST = 64;

/** What a piece of output counts for: a message has its price, however little is in it. */
export function outputCost(text: string): number {
    return text.length + MESSAGE_COST;
}

/** Less than any output could make up for. */
const NEVER_BLOCKS = -(2 ** 31);

/** The output of a thread that the host has not handled yet: a counter that both share. The thread waits while it is too high. */
export class OutputBackpressure {
    readonly buffer: SharedArrayBuffer;
    readonly #words: Int32Array;

    constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
        this.buffer = shared;
        this.#words = new Int32Array(shared);
    }

    /** Called by the thread. Waits until there is room, as a write to a full pipe does: the whole thread stands still. */
    acquire(cost: number): void {
        for (let now = Atomics.load(this.#words, 0); now > MAX_PENDING_OUTPUT; now = Atomics.load(this.#words, 0)) {
            Atomics.wait(this.#words, 0, now);
        }
        Atomics.add(this.#words, 0, cost);
    }

    /** Called by the host when it has handled a piece of output. */
    release(cost: number): void {
        Atomics.sub(this.#words, 0, cost);
        Atomics.notify(this.#words, 0);
    }

    /** Called by the host when it handles no more output: the thread is not to wait for it. */
    close(): void {
        Atomics.store(this.#words, 0, NEVER_BLOCKS);
        Atomics.notify(this.#words, 0);
    }
}

/** Methods of the client that are answered when a run or a build has ended. */
export const LONG_POLL_METHODS: ReadonlySet<string> = new Set(['call', 'waitForFinish']);

/** Their like in the API. */
const LONG_POLL_PATH = /[?&]waitForFinish=|\/run-sync|\/logs?\b/;

/** Whether a question may be answered only when something else has happened, so that others must not wait for it. */
export function isLongPoll(request: Extract<ActorMessage, { type: string; id: number }>): boolean {
    switch (request.type) {
        case 'call': {
            const [method = '', ...options] = request.segments.at(-1) ?? [];
            return LONG_POLL_METHODS.has(method) || options.some(hasWaitOption);
        }
        case 'request':
            return !request.isForApi || LONG_POLL_PATH.test(request.request.url);
        default:
            return false;
    }
}

function hasWaitOption(argument: unknown): boolean {
    return typeof argument === 'object' && argument !== null && 'waitForFinish' in argument;
}
