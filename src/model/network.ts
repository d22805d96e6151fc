/**
 * Answers requests in place of the network. The function form of the option `network`.
 *
 * The engine calls it in the host's thread for each HTTP request of an Actor, of any library and through any proxy, and for
 * each webhook delivery. Requests to the engine itself and to the Apify API, which the engine serves, are exempt. No request
 * leaves the process: if the handler returns undefined, the request fails with the code `ERR_GREENROOM_UNANSWERED` and the
 * engine emits `network.unanswered`. To let a request out, send it: `(request) => fetch(request)`.
 *
 * The request has the target's URL, the Actor's headers and `redirect: 'manual'`. Its signal aborts when the Actor stops
 * waiting. A body of up to 1 MB is buffered, a larger one streams; the body of a GET is dropped. Status, headers and body of
 * the response reach the Actor unchanged, redirects included: its client decides whether to follow them. `Response.error()`
 * breaks the connection. If the handler throws, the request fails with that message and the engine emits `warning`.
 *
 * @example
 * const engine = await createEngine({
 *     network: (request) => (request.url === 'https://example.com/' ? new Response('Hello') : undefined),
 * });
 */
export type NetworkHandler = (
    request: Request,
    context: NetworkContext,
) => Response | undefined | Promise<Response | undefined>;

/** Origin of a request. */
export interface NetworkContext {
    /** `actor` for a request of an Actor, `webhook` for a webhook delivery of the engine. */
    readonly sender: 'actor' | 'webhook';
    /** Run whose Actor sends the request, or that the webhook is about; undefined for other webhooks. */
    readonly run?: NetworkRun;
}

/** The run that a {@link NetworkHandler} answers for. */
export interface NetworkRun {
    /** Id of the run. */
    readonly id: string;
    /** Id of the Actor. */
    readonly actId: string;
    /** Id of the user who owns the run. */
    readonly userId: string;
    /** Number of the build. */
    readonly buildNumber: string;
    /** Id of the task, for runs of a task. */
    readonly actorTaskId?: string;
}
