/*
 * A request for API v2 on its way from an Actor to the engine. It carries what HTTP would, so that one router answers
 * both, but it never sees a socket.
 */

/**
 * The API's address in a run. It is a name that cannot exist outside (RFC 2606), so that a request which misses the engine
 * fails at once and says whom it was meant for.
 */
export const API_BASE_URL = 'http://greenroom.invalid';

/** Hosts whose requests are meant for the engine. */
export const ENGINE_HOSTS: readonly string[] = ['greenroom.invalid'];

/** Hosts of the cloud's own API; the engine answers for them, unless it is told to let requests out. */
export const CLOUD_HOSTS: readonly string[] = ['api.apify.com'];

export interface ApiRequest {
    /** In capitals. */
    method: string;
    /** Path and query, from the root: `/v2/actor-runs/abc?waitForFinish=60`. */
    path: string;
    /** Names in lower case. */
    headers: Record<string, string>;
    /** The whole body as it was sent, maybe compressed. */
    body?: Uint8Array;
}

/** The beginning of an answer of the API; its body comes in pieces. */
export interface ApiResponseHead {
    status: number;
    headers: Record<string, string>;
}

export interface ApiResponse extends ApiResponseHead {
    /** The bytes of the body as they come; ending the iteration early gives the rest up. */
    body: AsyncIterable<Uint8Array>;
}

/** Does one request of an Actor. Never rejects for what the API has an answer to. */
export type ApiCall = (request: ApiRequest) => Promise<ApiResponse>;
