import { serializeError } from '../errors/serialize.js';
import { bodyStream, type BodyStreamHandler } from '../util/bytes/body-stream.js';
import { ownBuffer } from '../util/bytes/own-buffer.js';
import type { ActorMessage, HostMessage } from '../protocol/messages.js';
import type { WebRequestContext } from '../protocol/network.js';

/** How many bytes of a body may be on their way to the Actor, or wait there to be read. */
const WINDOW_BYTES = 2 ** 20;

/** A response whose head is sent at once, and its body as fast as the Actor reads it. */
interface Answer {
    body: AsyncIterable<Uint8Array>;
}

/** What the Actor sends about a request that it has made. */
type RequestMessage = Extract<ActorMessage, { type: 'upload' | 'ack' | 'cancel' }>;

/** One request of the Actor, until its response has been sent or given up. */
interface Exchange {
    readonly abort: AbortController;
    readonly upload: BodyStreamHandler | undefined;
    /** How much of the response's body has been sent and not been read yet. */
    unreadBytes: number;
    resume(): void;
}

/** The host's side of the HTTP requests of one Actor: those for the API, and those that a network handler answers. */
export class InterceptedRequests {
    readonly #post: (message: HostMessage) => void;
    readonly #open = new Map<number, Exchange>();

    constructor(post: (message: HostMessage) => void) {
        this.#post = post;
    }

    /**
     * Sends the response to a request, head and body; never rejects.
     *
     * @param isUpload - True if the body of the request comes in pieces.
     */
    async respond<Response extends Answer>(
        id: number,
        isUpload: boolean,
        answer: (exchange: WebRequestContext) => Promise<Response>,
    ): Promise<void> {
        const { pieces, taker } = isUpload ? bodyStream() : {};
        const exchange: Exchange = {
            abort: new AbortController(),
            upload: taker,
            unreadBytes: 0,
            resume() {},
        };
        const { signal } = exchange.abort;
        this.#open.set(id, exchange);
        try {
            const { body, ...head } = await answer(pieces === undefined ? { signal } : { signal, upload: pieces });
            this.#post({ type: 'response', id, ok: true, output: head });
            await this.#send(id, body, exchange);
        } catch (error) {
            this.#post({ type: 'response', id, ok: false, error: serializeError(error) });
        } finally {
            this.#open.delete(id);
        }
    }

    receive(message: RequestMessage): void {
        // A request that is over is not in the map any more.
        const exchange = this.#open.get(message.id);
        if (exchange === undefined) return;
        if (message.type === 'upload') {
            takeUpload(exchange, message);
        } else if (message.type === 'ack') {
            exchange.unreadBytes -= message.byteCount;
            exchange.resume();
        } else {
            giveUp(exchange, 'The Actor no longer waits for the response.');
        }
    }

    /** Gives up all requests: the Actor is gone. */
    end(): void {
        for (const exchange of this.#open.values()) giveUp(exchange, 'The run has ended.');
    }

    /** Sends a body to its end, or until it is given up. */
    async #send(id: number, body: Answer['body'], exchange: Exchange): Promise<void> {
        const pieces = body[Symbol.asyncIterator]();
        const { signal } = exchange.abort;
        const stop = (): void => {
            // Not awaited: a source may be waiting for its next piece.
            void pieces.return?.().catch(() => {});
            exchange.resume();
        };
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        try {
            for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) {
                if (signal.aborted) break;
                exchange.unreadBytes += piece.value.byteLength;
                this.#post({ type: 'body', id, bytes: ownBuffer(piece.value) });
                while (exchange.unreadBytes > WINDOW_BYTES && !signal.aborted) await room(exchange);
            }
            this.#post({ type: 'body', id });
        } catch (error) {
            this.#post({ type: 'body', id, error: serializeError(error) });
        }
    }
}

function giveUp({ abort }: Exchange, why: string): void {
    abort.abort(new DOMException(why, 'AbortError'));
}

function room(exchange: Exchange): Promise<void> {
    return new Promise((resolve) => {
        exchange.resume = resolve;
    });
}

function takeUpload({ upload }: Exchange, { bytes, isBroken }: Extract<RequestMessage, { type: 'upload' }>): void {
    if (bytes !== undefined) upload?.take(bytes);
    else if (isBroken === true) upload?.fail(new Error('The Actor broke its request off.'));
    else upload?.end();
}
