import type { Client } from '../model/client.js';
import type { Query } from './query.js';

/** One request for the API, as the handler of its route sees it. */
export interface RouteCall {
    readonly client: Client;
    /** Whether links in the answer are to lead to where the request came in. */
    readonly isFromOutside: boolean;
    readonly request: Request;
    readonly query: Query;
    /** A part of the path by the name it has in the route, percent-decoded. */
    readonly param: (name: string) => string;
}

/** Answers the requests of one route; what it throws becomes an error answer. */
export type RouteHandler = (call: RouteCall) => Response | Promise<Response>;

/**
 * Handlers by method and path below `/v2`: `GET /datasets/:datasetId`. `ALL` is any method. Where two paths fit, the one
 * that comes first counts.
 */
export type RouteTable = Record<string, RouteHandler>;

/** Finds what the path of a request is about. */
export type Resolver<Resource> = (call: RouteCall) => Resource | Promise<Resource>;

/** How to reach a storage that a path is about. */
export interface StorageAccess<Storage> {
    resolve: Resolver<Storage>;
    /** Its id, or its name if that is what the path has. */
    idOf: Resolver<string>;
}
