import { ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web';
import { serializeError } from '../errors/serialize.js';
import { exactBytes } from '../util/exact-bytes.js';
import type { ActorMessage, HostMessage } from '../protocol/messages.js';
import type { WebCall, WebResponse } from '../protocol/network.js';

/** So much of a body may be on its way to the Actor, or wait there to be read. */
const WINDOW_BYTES = 2 ** 20;

type WebMessage = Extract<ActorMessage, { type: 'web-request' | 'upload' | 'taken' | 'cancel' }>;

/** One request of the Actor for the world outside, until its answer has been sent or given up. */
interface Exchange {
    readonly abort: AbortController;
    /** Takes the pieces of the request's body. */
    readonly upload: ReadableStreamDefaultController<Uint8Array> | undefined;
    unread: number;
    goOn: () => void;
}

/** The host's side of the requests of one Actor that a handler answers. */
export class WebExchanges {
    readonly #fetch: WebCall;
    readonly #post: (message: HostMessage) => void;
    readonly #open = new Map<number, Exchange>();

    constructor(fetch: WebCall, post: (message: HostMessage) => void) {
        this.#fetch = fetch;
        this.#post = post;
    }

    receive(message: WebMessage): void {
        if (message.type === 'web-request') {
            void this.#respond(message);
            return;
        }
        // One that is over already is not to be found any more.
        const exchange = this.#open.get(message.id);
        if (exchange === undefined) return;
        if (message.type === 'upload') takeUpload(exchange, message);
        else if (message.type === 'taken') {
            exchange.unread -= message.byteCount;
            exchange.goOn();
        } else this.#giveUp(exchange, 'The Actor does not wait for the answer any more.');
    }

    /** Gives all of them up: the Actor has gone. */
    end(): void {
        for (const exchange of this.#open.values()) this.#giveUp(exchange, 'The run has ended.');
        this.#open.clear();
    }

    #giveUp({ abort, goOn }: Exchange, why: string): void {
        abort.abort(new DOMException(why, 'AbortError'));
        goOn();
    }

    async #respond({ id, request, isUpload }: Extract<WebMessage, { type: 'web-request' }>): Promise<void> {
        const abort = new AbortController();
        const { pieces, controller } = isUpload ? openUpload() : {};
        const exchange: Exchange = { abort, upload: controller, unread: 0, goOn: () => {} };
        this.#open.set(id, exchange);
        try {
            const { signal } = abort;
            const answer = await this.#fetch(request, pieces === undefined ? { signal } : { signal, upload: pieces });
            const { status, statusText, headers } = answer;
            this.#post({ type: 'answer', id, ok: true, output: { status, statusText, headers } });
            await this.#sendBody(id, answer, exchange);
        } catch (error) {
            this.#post({ type: 'answer', id, ok: false, error: serializeError(error) });
        } finally {
            this.#open.delete(id);
        }
    }

    async #sendBody(id: number, { body }: WebResponse, exchange: Exchange): Promise<void> {
        const pieces = body[Symbol.asyncIterator]();
        const { signal } = exchange.abort;
        const giveUp = (): void => void pieces.return?.().catch(() => {});
        signal.addEventListener('abort', giveUp, { once: true });
        try {
            for (let piece = await pieces.next(); piece.done !== true && !signal.aborted; piece = await pieces.next()) {
                exchange.unread += piece.value.byteLength;
                this.#post({ type: 'body', id, bytes: exactBytes(piece.value) });
                while (exchange.unread > WINDOW_BYTES && !signal.aborted) await room(exchange);
            }
            this.#post({ type: 'body', id });
        } catch (error) {
            this.#post({ type: 'body', id, error: serializeError(error) });
        } finally {
            signal.removeEventListener('abort', giveUp);
        }
    }
}

function openUpload(): { pieces: AsyncIterable<Uint8Array>; controller: Exchange['upload'] } {
    let controller: Exchange['upload'];
    const stream = new ReadableStream<Uint8Array>({
        start(given) {
            controller = given;
        },
    });
    return { pieces: stream, controller };
}

/** A handler may have given up the rest, which then nobody takes. */
function takeUpload({ upload }: Exchange, { bytes, isBroken }: Extract<WebMessage, { type: 'upload' }>): void {
    try {
        if (bytes !== undefined) upload?.enqueue(bytes);
        else if (isBroken === true) upload?.error(new Error('The Actor broke its request off.'));
        else upload?.close();
    } catch {
        // Cancelled by its reader.
    }
}

function room(exchange: Exchange): Promise<void> {
    return new Promise((resolve) => {
        exchange.goOn = resolve;
    });
}
