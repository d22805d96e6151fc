import { ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web';
import { serializeError } from '../errors/serialize.js';
import { SentBody } from './sent-body.js';
import type { ActorMessage, HostMessage } from '../protocol/messages.js';
import type { WebCall } from '../protocol/network.js';

type WebMessage = Extract<ActorMessage, { type: 'web-request' | 'upload' | 'taken' | 'cancel' }>;

/** One request of the Actor for the world outside, until its answer has been sent or given up. */
interface Exchange {
    readonly abort: AbortController;
    /** Takes the pieces of the request's body. */
    readonly upload: ReadableStreamDefaultController<Uint8Array> | undefined;
    /** The body of the answer, once that is there. */
    body?: SentBody;
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
        else if (message.type === 'taken') exchange.body?.taken(message.byteCount);
        else this.#giveUp(exchange, 'The Actor does not wait for the answer any more.');
    }

    /** Gives all of them up: the Actor has gone. */
    end(): void {
        for (const exchange of this.#open.values()) this.#giveUp(exchange, 'The run has ended.');
        this.#open.clear();
    }

    #giveUp({ abort, body }: Exchange, why: string): void {
        abort.abort(new DOMException(why, 'AbortError'));
        body?.giveUp();
    }

    async #respond({ id, request, isUpload }: Extract<WebMessage, { type: 'web-request' }>): Promise<void> {
        const abort = new AbortController();
        const { pieces, controller } = isUpload ? openUpload() : {};
        const exchange: Exchange = { abort, upload: controller };
        this.#open.set(id, exchange);
        try {
            const { signal } = abort;
            const answer = await this.#fetch(request, pieces === undefined ? { signal } : { signal, upload: pieces });
            const { status, statusText, headers } = answer;
            this.#post({ type: 'answer', id, ok: true, output: { status, statusText, headers } });
            exchange.body = new SentBody(id, answer.body, this.#post);
            if (signal.aborted) exchange.body.giveUp();
            await exchange.body.send();
        } catch (error) {
            this.#post({ type: 'answer', id, ok: false, error: serializeError(error) });
        } finally {
            this.#open.delete(id);
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
