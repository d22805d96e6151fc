/** What an Actor may reach besides the engine. */
export type NetworkPolicy =
    /** Everything but the API of the cloud, whose requests the engine answers. */
    | 'guarded'
    /** Everything; the engine answers only the requests that are meant for it. */
    | 'allow'
    /** Only this machine. */
    | 'loopback'
    | 'block'
    /** Nothing; a handler of the host's answers what is asked by HTTP. */
    | 'handler';

/** The network that a run is given. */
export interface RunNetwork {
    policy: NetworkPolicy;
    /** Where the engine listens, as `127.0.0.1:4000`: what stays within reach where a handler answers for the rest. */
    ownAddresses: readonly string[];
}

/** Names as they were sent, values one by one where a name comes several times. */
export type WebHeaders = [name: string, value: string][];

/**
 * A request of an Actor, which the API of its engine answers, or the network handler of its host. It carries what HTTP would, but it
 * never sees a socket.
 */
export interface WebRequest {
    /** In capitals. */
    method: string;
    /** Absolute, and that of the target, whatever proxy it would have gone through. */
    url: string;
    headers: WebHeaders;
    /** The whole body as it was sent, maybe compressed, unless it comes in pieces. */
    body?: Uint8Array;
}

/** The beginning of a response; the body comes in pieces. */
export interface WebResponseHead {
    status: number;
    statusText: string;
    headers: WebHeaders;
}

export interface WebResponse extends WebResponseHead {
    /** The bytes of the body as they come; ending the iteration early gives the rest up. */
    body: AsyncIterable<Uint8Array>;
}

/** What goes with a {@link WebRequest}. */
export interface WebRequestContext {
    /** The pieces of a body that is too big for one. */
    upload?: AsyncIterable<Uint8Array>;
    /** Aborted when nobody waits for the answer any more, nor for the rest of its body. */
    signal: AbortSignal;
}

/** Answers a request for the API. Never rejects for what the API has an answer to. */
export type ApiCall = (request: WebRequest) => Promise<WebResponse>;

/**
 * Has a request answered by the handler of the host. Rejects with an error in the shape of those of Node's network where
 * there is no answer.
 */
export type WebCall = (request: WebRequest, exchange: WebRequestContext) => Promise<WebResponse>;
