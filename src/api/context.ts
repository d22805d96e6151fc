import type { ServerResponse } from 'node:http';
import type { Context, Hono } from 'hono';
import type { FaultHook } from '../protocol/operations.js';
import type { Client } from '../model/client/client.js';

export { Hono } from 'hono';
export { routePath } from 'hono/route';
export { getPathNoStrict } from 'hono/utils/url';
export { parseAccept } from 'hono/utils/accept';

/** Resolves the clients that perform external requests. */
export interface ApiAccess {
    /** Throws `engine-closed` once the engine accepts no more requests. */
    readonly assertOpen: () => void;
    /** Returns the client of the user or run that a token belongs to; undefined for an unknown token. */
    readonly clientOfToken: (token: string) => Client | undefined;
    /** Returns the hook that injects faults into the operations of the token's run, if a test has set any. */
    readonly faultHookOf: (token: string) => FaultHook | undefined;
    /** Returns the client of requests without a token, which only sees public and shared resources. */
    readonly anonymousClient: () => Client;
}

/** The client of a request, and the destination of its response. */
export interface Bindings {
    /** Performs the request. For an external request, it is set once the credentials have been checked. */
    client: Client;
    /** Injects the faults of a test into operations; may reject them. */
    faultHook?: FaultHook | undefined;
    /** Set for external requests, which are not trusted. */
    readonly access?: ApiAccess;
    /** Method of the request before `?method=`, which its client knows. */
    readonly method: string;
    /** If set, responses are written to it directly instead of becoming a `Response`. */
    readonly outgoing?: ServerResponse | undefined;
}

/** A request for the API. */
export type ApiContext = Context<{ Bindings: Bindings }>;

/** A hono app for the API. */
export type App = Hono<{ Bindings: Bindings }>;

/** Handles the requests of one route; returns a `Response`, or the `data` of one. */
export type Handler = (c: ApiContext) => unknown;

/** Resolves the resource that the path of a request names. */
export type Resolver<Resource> = (c: ApiContext) => Resource | Promise<Resource>;

/** Resolves the storage that the path of a request names. */
export interface StorageResolver<Storage> {
    readonly storageOf: Resolver<Storage>;
    /** Resolves its id, or its name if the path has that. */
    readonly idOf: Resolver<string>;
}
