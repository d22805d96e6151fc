import { serializeError } from '../errors/serialize.js';
import { createBodyStream, type BodyWriter } from '../util/bytes/body-stream.js';
import { toOwnBuffer } from '../util/bytes/own-buffer.js';
import type { ActorMessage, HostMessage } from '../protocol/messages.js';
import type { WebRequestContext } from '../protocol/network.js';

/** Maximum number of bytes of a body that are sent and not yet read by the Actor. */
const WINDOW_BYTES = 2 ** 20;

/** A response whose head is sent immediately, and whose body is sent as fast as the Actor reads it. */
interface StreamedResponse {
    body: AsyncIterable<Uint8Array>;
}

/** A message of the Actor about one of its requests. */
type RequestMessage = Extract<ActorMessage, { type: 'upload' | 'ack' | 'cancel' }>;

/** One request of the Actor, until its response is sent or aborted. */
interface Exchange {
    readonly abort: AbortController;
    readonly upload: BodyWriter | undefined;
    /** Number of bytes of the response's body that are sent and not yet read. */
    unreadBytes: number;
    resume(): void;
}

/** The host's side of one Actor's HTTP requests: to the API, and to network handlers. */
export class InterceptedRequests {
    readonly #post: (message: HostMessage) => void;
    readonly #open = new Map<number, Exchange>();

    constructor(post: (message: HostMessage) => void) {
        this.#post = post;
    }

    /**
     * Sends the response to a request, head and body. Never rejects.
     *
     * @param isUpload - True if the body of the request arrives in chunks.
     */
    async respond<Response extends StreamedResponse>(
        id: number,
        isUpload: boolean,
        answer: (exchange: WebRequestContext) => Promise<Response>,
    ): Promise<void> {
        const { chunks, writer: upload } = isUpload ? createBodyStream() : {};
        const exchange: Exchange = {
            abort: new AbortController(),
            upload,
            unreadBytes: 0,
            resume() {},
        };
        const { signal } = exchange.abort;
        this.#open.set(id, exchange);
        try {
            const { body, ...head } = await answer(chunks === undefined ? { signal } : { signal, upload: chunks });
            this.#post({ type: 'response', id, ok: true, output: head });
            await this.#send(id, body, exchange);
        } catch (error) {
            this.#post({ type: 'response', id, ok: false, error: serializeError(error) });
        } finally {
            this.#open.delete(id);
        }
    }

    receive(message: RequestMessage): void {
        // Ignore messages about requests that have ended.
        const exchange = this.#open.get(message.id);
        if (exchange === undefined) return;
        if (message.type === 'upload') {
            receiveUpload(exchange, message);
        } else if (message.type === 'ack') {
            exchange.unreadBytes -= message.byteCount;
            exchange.resume();
        } else {
            abortExchange(exchange, 'The Actor no longer waits for the response.');
        }
    }

    /** Aborts all requests, because the Actor has ended. */
    abortAll(): void {
        for (const exchange of this.#open.values()) abortExchange(exchange, 'The run has ended.');
    }

    /** Sends a body until its end or until the request is aborted. */
    async #send(id: number, body: StreamedResponse['body'], exchange: Exchange): Promise<void> {
        const chunks = body[Symbol.asyncIterator]();
        const { signal } = exchange.abort;
        const stop = (): void => {
            // Not awaited, because the source may be waiting for its next chunk.
            void chunks.return?.().catch(() => {});
            exchange.resume();
        };
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        try {
            for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next()) {
                if (signal.aborted) break;
                exchange.unreadBytes += chunk.value.byteLength;
                this.#post({ type: 'body', id, bytes: toOwnBuffer(chunk.value) });
                while (exchange.unreadBytes > WINDOW_BYTES && !signal.aborted) await waitForRoom(exchange);
            }
            this.#post({ type: 'body', id });
        } catch (error) {
            this.#post({ type: 'body', id, error: serializeError(error) });
        }
    }
}

function abortExchange({ abort }: Exchange, message: string): void {
    abort.abort(new DOMException(message, 'AbortError'));
}

function waitForRoom(exchange: Exchange): Promise<void> {
    return new Promise((resolve) => {
        exchange.resume = resolve;
    });
}

function receiveUpload({ upload }: Exchange, { bytes, isBroken }: Extract<RequestMessage, { type: 'upload' }>): void {
    if (bytes !== undefined) upload?.write(bytes);
    else if (isBroken === true) upload?.fail(new Error('The Actor aborted its request.'));
    else upload?.end();
}
