import { MOST_QUESTION_BYTES, MOST_QUESTIONS } from '../protocol/flow.js';
import { mayTakeLong } from '../protocol/long-questions.js';
import type { ActorMessage } from '../protocol/messages.js';

/** What the host answers. */
export type Question = Extract<ActorMessage, { type: 'call' | 'lease' | 'request' | 'web-request' }>;

/** Before an Actor can put something else in its place. */
const { structuredClone } = globalThis;
/** So deep is looked for what is large. */
const DEPTH = 7;
const PRICE_OF_ANY = 16;

interface Waiting {
    question: Question;
    bytes: number;
}

/**
 * Lets only so many questions be under way at once, in their order; the others wait here. Those that are answered only when
 * something else has happened, such as the end of another run, neither wait nor count.
 */
export class QuestionWindow {
    readonly #send: (question: Question) => void;
    /** The bytes of those under way, by their ids. */
    readonly #underWay = new Map<number, number>();
    #bytesUnderWay = 0;
    #waiting: Waiting[] = [];
    /** Index of the first that still waits. */
    #next = 0;

    constructor(send: (question: Question) => void) {
        this.#send = send;
    }

    get isEmpty(): boolean {
        return this.#next === this.#waiting.length;
    }

    /**
     * Sends a question, now or when it is its turn. It is copied now in any case: what the Actor changes later is not meant.
     *
     * @throws DataCloneError for what cannot be copied.
     */
    ask(question: Question): void {
        if (mayTakeLong(question)) {
            this.#send(question);
            return;
        }
        const bytes = roughBytes(question, DEPTH);
        if (this.isEmpty && this.#hasRoomFor(bytes)) this.#go(question, bytes);
        else this.#waiting.push({ question: structuredClone(question), bytes });
    }

    /** Takes in that a question has been answered. */
    settle(id: number): void {
        const bytes = this.#underWay.get(id);
        if (bytes === undefined) return;
        this.#underWay.delete(id);
        this.#bytesUnderWay -= bytes;
        while (!this.isEmpty && this.#hasRoomFor(this.#waiting[this.#next]!.bytes)) this.#goNext();
    }

    /** Sends all that still wait. */
    flush(): void {
        while (!this.isEmpty) this.#goNext();
    }

    /** Gives up those that wait. */
    clear(): void {
        this.#waiting = [];
        this.#next = 0;
    }

    #hasRoomFor(bytes: number): boolean {
        const { size } = this.#underWay;
        return size === 0 || (size < MOST_QUESTIONS && this.#bytesUnderWay + bytes <= MOST_QUESTION_BYTES);
    }

    #goNext(): void {
        const { question, bytes } = this.#waiting[this.#next]!;
        this.#next += 1;
        // Now and then, as it takes as long as there are many.
        if (this.#next * 2 > this.#waiting.length) {
            this.#waiting = this.#waiting.slice(this.#next);
            this.#next = 0;
        }
        this.#go(question, bytes);
    }

    #go(question: Question, bytes: number): void {
        this.#send(question);
        if (question.type === 'call' && question.isLast === true) return;
        this.#underWay.set(question.id, bytes);
        this.#bytesUnderWay += bytes;
    }
}

/** How large a value is, as far as its texts and bytes tell. */
function roughBytes(value: unknown, depth: number): number {
    if (typeof value === 'string') return value.length;
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
    if (typeof value !== 'object' || value === null || depth === 0) return PRICE_OF_ANY;
    let bytes = PRICE_OF_ANY;
    for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += roughBytes(part, depth - 1);
    return bytes;
}
