import type { ServerResponse } from 'node:http';
import type { Context, Hono } from 'hono';
import type { FaultHook } from '../protocol/operations.js';
import type { Client } from '../model/client/client.js';

export { Hono } from 'hono';
export { routePath } from 'hono/route';
export { parseAccept } from 'hono/utils/accept';

/** What a signed URL can lead to. */
export type OwnedKind = 'run' | 'dataset' | 'keyValueStore';

/** Says on whose behalf requests from outside are answered. */
export interface ApiAccess {
    /** Throws `engine-closed` once the engine answers no more requests. */
    readonly checkOpen: () => void;
    /** The client of the user or the run that a token belongs to; undefined for an unknown token. */
    readonly clientOfToken: (token: string) => Client | undefined;
    /** Injects faults into the operations of the run that a token belongs to, if a test has set any. */
    readonly hinderOf: (token: string) => FaultHook | undefined;
    /** The client of requests without a token, which shows what is open to anyone. */
    readonly openClient: () => Client;
    /** The client of the owner of a run or a storage; undefined if it does not exist. */
    readonly ownerClient: (kind: OwnedKind, reference: string) => Client | undefined;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/** On whose behalf a request is answered, and how its answer is sent. */
export interface Bindings {
    /** Performs what the request asks for. For requests from outside, it is set once their credentials have been checked. */
    client: Client;
    /** Injects the faults of a test into operations; may refuse them. */
    hinder?: FaultHook | undefined;
    /** Set for requests from outside, which are not trusted. */
    readonly access?: ApiAccess;
    /** Node's response, if answers are written to it directly instead of becoming a `Response`. */
    readonly outgoing?: ServerResponse | undefined;
}

/** One request for the API. */
export type ApiContext = Context<{ Bindings: Bindings }>;

/** A hono app for the API. */
export type App = Hono<{ Bindings: Bindings }>;

/** Answers the requests of one route: by a `Response`, or by the `data` of one. */
export type Handler = (c: ApiContext) => unknown;

/** Finds the resource that the path of a request names. */
export type Resolver<Resource> = (c: ApiContext) => Resource | Promise<Resource>;

/** Finds the storage that the path of a request names. */
export interface StorageResolver<Storage> {
    readonly storageOf: Resolver<Storage>;
    /** Its id, or its name if the path has that. */
    readonly idOf: Resolver<string>;
}
