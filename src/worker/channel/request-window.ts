import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_REQUESTS, isLongPoll } from '../../protocol/flow-control.js';
import type { ActorMessage } from '../../protocol/messages.js';

export type HostRequest = Extract<ActorMessage, { type: 'call' | 'write-grant' | 'request' }>;

/** Before an Actor can replace it. */
const { structuredClone } = globalThis;
/** How many levels of a value are measured. */
const MAX_DEPTH = 7;
/** Bytes that a value counts for besides its texts and bytes. */
const BASE_BYTES = 16;

/**
 * Bounds how many questions are under way at once, by number and by bytes; the others wait here, in their order. Those that are
 * answered only when something else has happened, such as the end of another run, neither wait nor count.
 */
export class RequestWindow {
    readonly #send: (request: HostRequest) => void;
    /** The bytes of those under way, by id. */
    readonly #inFlight = new Map<number, number>();
    #inFlightBytes = 0;
    /** Those that wait, with their bytes. A set keeps their order, and gives up its first one at no cost. */
    readonly #waiting = new Set<[request: HostRequest, bytes: number]>();

    constructor(send: (request: HostRequest) => void) {
        this.#send = send;
    }

    get isEmpty(): boolean {
        return this.#waiting.size === 0;
    }

    /**
     * Sends a question, now or when it is its turn. It is copied now in any case, as the Actor may change it later.
     *
     * @throws DataCloneError for a value that cannot be copied.
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

    release(id: number): void {
        const bytes = this.#inFlight.get(id);
        if (bytes === undefined) return;
        this.#inFlight.delete(id);
        this.#inFlightBytes -= bytes;
        this.#sendWhile((next) => this.#hasRoomFor(next));
    }

    flush(): void {
        this.#sendWhile(() => true);
    }

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

/** How large a value is, as far as its texts and bytes tell. */
function estimateBytes(value: unknown, depth: number): number {
    if (typeof value === 'string') return value.length;
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
    if (typeof value !== 'object' || value === null || depth === 0) return BASE_BYTES;
    let bytes = BASE_BYTES;
    for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += estimateBytes(part, depth - 1);
    return bytes;
}
