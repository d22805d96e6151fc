import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_REQUESTS, isLongPoll } from '../../protocol/flow-control.js';
import type { ActorMessage } from '../../protocol/messages.js';

/** A message to the host that has a response. */
export type HostRequest = Extract<ActorMessage, { type: 'call' | 'write-grant' | 'request' }>;

/** Saved before an Actor can replace it. */
const { structuredClone } = globalThis;
/** Number of levels of a value that are measured. */
const MAX_DEPTH = 7;
/** Bytes that each value counts in addition to its text or binary content. */
const BASE_BYTES = 16;

/**
 * Limits the requests in flight by number and by bytes; further requests wait here in order. Requests that may wait for
 * another event, such as the end of a run, neither wait nor count.
 */
export class RequestWindow {
    readonly #send: (request: HostRequest) => void;
    /** Bytes of the requests in flight, by id. */
    readonly #inFlight = new Map<number, number>();
    #inFlightBytes = 0;
    /** Waiting requests with their bytes. A set keeps their order and removes the first one in constant time. */
    readonly #waiting = new Set<[request: HostRequest, bytes: number]>();

    constructor(send: (request: HostRequest) => void) {
        this.#send = send;
    }

    get isEmpty(): boolean {
        return this.#waiting.size === 0;
    }

    /**
     * Sends a request, now or in its turn. It is cloned now if it waits, since the Actor may change it later.
     *
     * @throws DataCloneError for a value that cannot be cloned.
     */
    submit(request: HostRequest): void {
        if (isLongPoll(request)) {
            this.#send(request);
            return;
        }
        const bytes = estimateBytes(request, MAX_DEPTH);
        if (this.isEmpty && this.#hasRoomFor(bytes)) this.#start(request, bytes);
        else this.#waiting.add([structuredClone(request), bytes]);
    }

    /** Removes a request that has its response, and sends waiting ones. */
    release(id: number): void {
        const bytes = this.#inFlight.get(id);
        if (bytes === undefined) return;
        this.#inFlight.delete(id);
        this.#inFlightBytes -= bytes;
        this.#sendWhile((next) => this.#hasRoomFor(next));
    }

    /** Sends all waiting requests, regardless of the limits. */
    flush(): void {
        this.#sendWhile(() => true);
    }

    /** Drops all waiting requests. */
    clear(): void {
        this.#waiting.clear();
    }

    #hasRoomFor(bytes: number): boolean {
        const { size } = this.#inFlight;
        return size === 0 || (size < MAX_IN_FLIGHT_REQUESTS && this.#inFlightBytes + bytes <= MAX_IN_FLIGHT_BYTES);
    }

    #sendWhile(canSend: (bytes: number) => boolean): void {
        for (const entry of this.#waiting) {
            const [request, bytes] = entry;
            if (!canSend(bytes)) return;
            this.#waiting.delete(entry);
            this.#start(request, bytes);
        }
    }

    #start(request: HostRequest, bytes: number): void {
        this.#send(request);
        this.#inFlight.set(request.id, bytes);
        this.#inFlightBytes += bytes;
    }
}

/** Estimates the size of a value from its text and binary content. */
function estimateBytes(value: unknown, depth: number): number {
    if (typeof value === 'string') return value.length;
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
    if (typeof value !== 'object' || value === null || depth === 0) return BASE_BYTES;
    let bytes = BASE_BYTES;
    for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += estimateBytes(part, depth - 1);
    return bytes;
}
