import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { NATIVE, standInClass, type StandIn } from '../util/stand-in.js';
import { BODY_SOURCE, type BodySource, type SourcedRequest } from '../api/body.js';
import { readIncoming } from './read-incoming.js';
import { IncomingHeaders } from './incoming-headers.js';
import { requestUrl } from './request-url.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

const EMPTY = Buffer.alloc(0);
const NO_BODY: BodySource = { whole: async () => EMPTY, pieces: () => Readable.from([]) };

/**
 * A request as Node has it, for who wants a `Request`: to make a real one takes longer than to answer most requests, so that
 * is left until something is asked of it that only a real one has, such as its stream. Its signal is aborted when the client
 * goes away.
 */
export class IncomingRequest extends standInClass(Request.prototype) implements StandIn<Request>, SourcedRequest {
    override readonly method: string;
    override readonly url: string;
    override readonly headers: Headers;
    readonly #incoming: IncomingMessage;
    readonly #outgoing: ServerResponse;
    #leave: AbortController | undefined;
    #native: Request | undefined;

    /** @throws ApiRefusal `invalid-request` when it has no URL that could be understood. */
    constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
        super();
        this.method = incoming.method ?? 'GET';
        this.url = requestUrl(incoming);
        this.headers = new IncomingHeaders(incoming.rawHeaders);
        this.#incoming = incoming;
        this.#outgoing = outgoing;
    }

    override get signal(): AbortSignal {
        return (this.#leave ??= leaveOf(this.#outgoing)).signal;
    }

    get [BODY_SOURCE](): BodySource {
        return mayHaveBody(this.method) ? sourceOf(this.#incoming) : NO_BODY;
    }

    [NATIVE](): Request {
        const { method, url, headers, signal } = this;
        // The types of browsers may be the ones in force, which know neither `duplex` nor this kind of stream.
        const body = mayHaveBody(method) ? { body: bodyOf(this.#incoming), duplex: 'half' } : {};
        return (this.#native ??= new Request(url, { method, headers: [...headers], signal, ...body } as RequestInit));
    }
}

/** Whether a request of this method can have a body; what some send all the same is read by nobody. */
export function mayHaveBody(method: string | undefined): boolean {
    return method !== 'GET' && method !== 'HEAD';
}

function sourceOf(incoming: IncomingMessage): BodySource {
    return {
        whole: (limit) => readIncoming(incoming, limit),
        // Whoever gives it up leaves the rest where it is: to break off would take the answer's connection with it.
        pieces: () => incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>,
    };
}

function leaveOf(outgoing: ServerResponse): AbortController {
    const controller = new AbortController();
    const leave = (): void => {
        if (!outgoing.writableFinished) controller.abort();
    };
    if (outgoing.destroyed) leave();
    else outgoing.once('close', leave);
    return controller;
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
    const pieces = sourceOf(incoming).pieces()[Symbol.asyncIterator]();
    return new ReadableStream<Uint8Array>(
        {
            async pull(controller) {
                const { done, value } = await pieces.next();
                if (done) controller.close();
                else controller.enqueue(value);
            },
            async cancel() {
                await pieces.return?.();
            },
        },
        { highWaterMark: 0 },
    );
}
