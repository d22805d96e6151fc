import type { ActorMessage } from './messages.js';

/*
 * Limits on the messages of one Actor that are on their way to the host or wait there. Everything beyond stays with the
 * Actor, in memory that counts as its own: an Actor that sends faster than the host and its disk can handle is
 * throttled without affecting the host or other Actors.
 */

/** Maximum number of requests without a response. */
export const MAX_IN_FLIGHT_REQUESTS = 64;

/** Maximum number of bytes in those requests. A larger request is sent alone. */
export const MAX_IN_FLIGHT_BYTES = 2 * 2 ** 20;

/** Maximum cost of the output that the host has not handled, as {@link outputCost} counts it. */
const MAX_PENDING_OUTPUT = 512 * 1024;

/** Maximum number of characters of one output message. */
export const OUTPUT_CHUNK_CHARS = 64 * 1024;

const MESSAGE_COST = 64;

/** Cost of one output message: its length plus a fixed amount, so that many small messages are limited too. */
export function outputCost(text: string): number {
    return text.length + MESSAGE_COST;
}

/** Lower than any amount of output can raise it to zero. */
const NEVER_BLOCKS = -(2 ** 31);

/**
 * The output of a thread that the host has not handled: a counter that both share. The thread blocks while it is too
 * high.
 */
export class OutputBackpressure {
    readonly buffer: SharedArrayBuffer;
    readonly #words: Int32Array;

    constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
        this.buffer = shared;
        this.#words = new Int32Array(shared);
    }

    /** Called by the thread. Blocks the whole thread until there is room, as a write to a full pipe does. */
    acquire(cost: number): void {
        for (let now = Atomics.load(this.#words, 0); now > MAX_PENDING_OUTPUT; now = Atomics.load(this.#words, 0)) {
            Atomics.wait(this.#words, 0, now);
        }
        Atomics.add(this.#words, 0, cost);
    }

    /** Called by the host when it has handled an output message. */
    release(cost: number): void {
        Atomics.sub(this.#words, 0, cost);
        Atomics.notify(this.#words, 0);
    }

    /** Called by the host when it stops handling output, so that the thread does not block any more. */
    close(): void {
        Atomics.store(this.#words, 0, NEVER_BLOCKS);
        Atomics.notify(this.#words, 0);
    }
}

/** Client methods whose response comes when a run or a build ends. */
export const LONG_POLL_METHODS: ReadonlySet<string> = new Set(['call', 'waitForFinish']);

/** Requests to the API that may wait in the same way. */
const LONG_POLL_PATH = /[?&]waitForFinish=|\/run-sync|\/logs?\b/;

/** True if the response may depend on another event, so that other requests must not wait for it. */
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
