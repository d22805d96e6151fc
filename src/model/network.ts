/**
 * Answers requests in place of the network: what the option `network` can be.
 *
 * It is called in your own thread with each HTTP request of an Actor, whatever library sends it and whatever proxy it would
 * go through, and with the deliveries of webhooks. Only requests for the engine itself, and for the API of the cloud, which
 * the engine stands in for, are not among them. Nothing goes out: where it returns undefined, the request fails with the
 * code `ERR_GREENROOM_UNANSWERED`, and the event `network.unanswered` tells of it. To let a request out, send it yourself:
 * `(request) => fetch(request)`.
 *
 * The request has the target's own URL, the Actor's headers, `redirect: 'manual'`, and a signal that is aborted when the
 * Actor does not wait for the answer any more; a body of up to 1 MB is there at once, a bigger one streams. The body of a
 * GET is left out. Of the response, status, headers and body go back as they are, redirects too: the client follows them, or
 * not. `Response.error()` breaks the connection. If it throws, the Actor's request fails with that message, and the event
 * `warning` tells of it.
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

/** Where a request comes from. */
export interface NetworkContext {
    /** An Actor, or the engine itself that delivers a webhook. */
    readonly sender: 'actor' | 'webhook';
    /** The run whose Actor asks, or that the webhook tells of; undefined for a webhook about anything else. */
    readonly run?: NetworkRun;
}

/** What a {@link NetworkHandler} is told of a run. */
export interface NetworkRun {
    readonly id: string;
    readonly actId: string;
    readonly userId: string;
    readonly buildNumber: string;
    readonly actorTaskId?: string;
}
