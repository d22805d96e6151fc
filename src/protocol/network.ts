/** Hosts that an Actor may connect to in addition to the engine. */
export type NetworkPolicy =
    /** Every host. The engine handles requests to the platform's API. */
    | 'guarded'
    /** Every host, including the platform's API. */
    | 'allow'
    /** This machine only. */
    | 'loopback'
    /** Nothing. */
    | 'block'
    /** Nothing; a handler of the host responds to HTTP requests. */
    | 'handler';

/** Network settings of a run. */
export interface RunNetwork {
    policy: NetworkPolicy;
    /**
     * Addresses that the engine listens on, such as `127.0.0.1:4000`. They stay reachable under the policy `handler`.
     */
    ownAddresses: readonly string[];
}

/** Header names as sent; a name with several values occurs several times. */
export type WebHeaders = [name: string, value: string][];

/**
 * An HTTP request of an Actor, handled by the API of its engine or by the network handler of its host without a socket.
 */
export interface WebRequest {
    /** In upper case. */
    method: string;
    /** Absolute URL of the target, even if the Actor uses a proxy. */
    url: string;
    headers: WebHeaders;
    /** The whole body as sent, possibly compressed; absent if it follows in chunks. */
    body?: Uint8Array;
}

/** Status and headers of a response; its body follows in chunks. */
export interface WebResponseHead {
    status: number;
    statusText: string;
    headers: WebHeaders;
}

/** A response with its body. */
export interface WebResponse extends WebResponseHead {
    /** Chunks of the body. Ending the iteration early cancels the rest. */
    body: AsyncIterable<Uint8Array>;
}

/** Context of a {@link WebRequest}. */
export interface WebRequestContext {
    /** Chunks of a body that is too large for one message. */
    upload?: AsyncIterable<Uint8Array>;
    /** Aborted when the Actor no longer waits for the response or the rest of its body. */
    signal: AbortSignal;
}

/** Handles a request to the API. API errors are responses, not rejections. */
export type ApiCall = (request: WebRequest) => Promise<WebResponse>;

/**
 * Passes a request to the network handler of the host. Rejects with an error shaped like those of Node's network if
 * there is no response.
 */
export type WebCall = (request: WebRequest, exchange: WebRequestContext) => Promise<WebResponse>;
