import { serializeError } from '../errors/serialize.js';
import { exactBytes } from '../util/exact-bytes.js';
import type { HostMessage } from '../protocol/messages.js';

/** So much of a body may be on its way to the Actor, or wait there to be read. */
const WINDOW_BYTES = 2 ** 20;

/** The body of an answer to the Actor, which is sent as fast as it is read there. */
export class SentBody {
    readonly #id: number;
    readonly #pieces: AsyncIterator<Uint8Array>;
    readonly #post: (message: HostMessage) => void;
    #unreadBytes = 0;
    #isGivenUp = false;
    #goOn: () => void = () => {};

    constructor(id: number, body: AsyncIterable<Uint8Array>, post: (message: HostMessage) => void) {
        this.#id = id;
        this.#pieces = body[Symbol.asyncIterator]();
        this.#post = post;
    }

    /** Sends it to its end, or to where it is given up; never rejects. */
    async send(): Promise<void> {
        const id = this.#id;
        try {
            for (let piece = await this.#pieces.next(); piece.done !== true; piece = await this.#pieces.next()) {
                if (this.#isGivenUp) break;
                this.#unreadBytes += piece.value.byteLength;
                this.#post({ type: 'body', id, bytes: exactBytes(piece.value) });
                while (this.#unreadBytes > WINDOW_BYTES && !this.#isGivenUp) await this.#room();
            }
            this.#post({ type: 'body', id });
        } catch (error) {
            this.#post({ type: 'body', id, error: serializeError(error) });
        }
    }

    /** Takes in that so many bytes have been read. */
    taken(byteCount: number): void {
        this.#unreadBytes -= byteCount;
        this.#goOn();
    }

    /** Nobody reads the rest. */
    giveUp(): void {
        this.#isGivenUp = true;
        void this.#pieces.return?.().catch(() => {});
        this.#goOn();
    }

    #room(): Promise<void> {
        return new Promise((resolve) => {
            this.#goOn = resolve;
        });
    }
}
