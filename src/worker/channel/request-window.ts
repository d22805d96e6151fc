import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_REQUESTS, isLongPoll } from '../../protocol/flow-control.js';
import type { ActorMessage } from '../../protocol/messages.js';

export type HostRequest = Extract<ActorMessage, { type: 'call' | 'write-grant' | 'request' }>;

/** Before an Actor can replace it. */
const { structuredClone } = globalThis;
/** How many levels of a value are measured. */
const DEPTH = 7;
/** Bytes that a value counts for besides its texts and bytes. */
const BASE_BYTES = 16;

/**
 * Bounds how many questions are under way at once, by number and by bytes; the others wait here, in their order. Those that are
 * answered only when something else has happened, such as the end of another run, neither wait nor count.
 */
export class RequestWindow {
    readonly #send: (question: HostRequest) => void;
    /** The bytes of those under way, by id. */
    readonly #underWay = new Map<number, number>();
    #bytesUnderWay = 0;
    /** Those that wait, with their bytes. A set keeps their order, and gives up its first one at no cost. */
    readonly #waiting = new Set<[question: HostRequest, bytes: number]>();

    constructor(send: (question: HostRequest) => void) {
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
    ask(question: HostRequest): void {
        if (isLongPoll(question)) {
            this.#send(question);
            return;
        }
        const bytes = roughBytes(question, DEPTH);
        if (this.isEmpty && this.#hasRoomFor(bytes)) this.#start(question, bytes);
        else this.#waiting.add([structuredClone(question), bytes]);
    }

    settle(id: number): void {
        const bytes = this.#underWay.get(id);
        if (bytes === undefined) return;
        this.#underWay.delete(id);
        this.#bytesUnderWay -= bytes;
        this.#sendWhile((next) => this.#hasRoomFor(next));
    }

    flush(): void {
        this.#sendWhile(() => true);
    }

    clear(): void {
        this.#waiting.clear();
    }

    #hasRoomFor(bytes: number): boolean {
        const { size } = this.#underWay;
        return size === 0 || (size < MAX_IN_FLIGHT_REQUESTS && this.#bytesUnderWay + bytes <= MAX_IN_FLIGHT_BYTES);
    }

    #sendWhile(mayGo: (bytes: number) => boolean): void {
        for (const entry of this.#waiting) {
            const [question, bytes] = entry;
            if (!mayGo(bytes)) return;
            this.#waiting.delete(entry);
            this.#start(question, bytes);
        }
    }

    #start(question: HostRequest, bytes: number): void {
        this.#send(question);
        this.#underWay.set(question.id, bytes);
        this.#bytesUnderWay += bytes;
    }
}

/** How large a value is, as far as its texts and bytes tell. */
function roughBytes(value: unknown, depth: number): number {
    if (typeof value === 'string') return value.length;
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
    if (typeof value !== 'object' || value === null || depth === 0) return BASE_BYTES;
    let bytes = BASE_BYTES;
    for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += roughBytes(part, depth - 1);
    return bytes;
}
