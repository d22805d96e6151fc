import { isErrorResponse, toRequest, toWebResponse } from './web-messages.js';
import type { Emitter } from '../../util/emitter.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import { HANDLED_PROXY_HOST, type ActorProxy } from './proxy.js';
import type { RunNetworks } from '../../run/interfaces.js';
import type { EngineEvents } from '../../model/events.js';
import type { NetworkContext, NetworkHandler, NetworkRun } from '../../model/network.js';
import type { Run } from '../../model/api/run.js';
import type { RunDocument } from '../../model/api/run-document.js';
import type { NetworkPolicy, RunNetwork, WebRequestContext, WebRequest, WebResponse } from '../../protocol/network.js';

/** A request for a handler, and its sender. */
interface HandledRequest {
    readonly request: WebRequest;
    readonly exchange: WebRequestContext;
    readonly context: NetworkContext;
    /** Writes a line to the log of the sender. */
    readonly log: (text: string) => void;
}

/** The network access of runs and webhooks, and the handlers that answer their requests. */
export class NetworkPolicies implements RunNetworks {
    readonly #policy: NetworkPolicy;
    readonly #handler: NetworkHandler | undefined;
    readonly #emitter: Pick<Emitter<EngineEvents>, 'emit'>;
    readonly #proxy: Pick<ActorProxy, 'variables'>;
    readonly #listener: { readonly url: string | undefined };
    readonly #handlersByRun = new Map<string, NetworkHandler>();

    constructor(
        { network, networkHandler }: Pick<ResolvedEngineOptions, 'network' | 'networkHandler'>,
        emitter: Pick<Emitter<EngineEvents>, 'emit'>,
        { proxy, external }: { proxy: Pick<ActorProxy, 'variables'>; external: { readonly url: string | undefined } },
    ) {
        this.#policy = network;
        this.#handler = networkHandler;
        this.#emitter = emitter;
        this.#proxy = proxy;
        this.#listener = external;
    }

    resolve({ hasOwnNetwork }: Pick<RunDocument, 'hasOwnNetwork'>): RunNetwork {
        const policy = hasOwnNetwork === true ? 'handler' : this.#policy;
        const url = policy === 'handler' ? this.#listener.url : undefined;
        return { policy, ownAddresses: url === undefined ? [] : [new URL(url).host] };
    }

    proxyVariables(document: Pick<RunDocument, 'hasOwnNetwork'>): Promise<Record<string, string>> {
        return this.#proxy.variables(this.resolve(document).policy);
    }

    setHandler(runId: string, handler: NetworkHandler): void {
        this.#handlersByRun.set(runId, handler);
    }

    /** Releases the handler of a run that was deleted. */
    removeHandler(runId: string): void {
        this.#handlersByRun.delete(runId);
    }

    async fetch(
        { run, hasOwnNetwork }: Pick<RunDocument, 'run' | 'hasOwnNetwork'>,
        request: WebRequest,
        exchange: WebRequestContext,
        log: (text: string) => void,
    ): Promise<WebResponse> {
        // A run that was resurrected in a new process has lost its handler. Its requests must fail, not reach the network.
        const handler = hasOwnNetwork === true ? this.#handlersByRun.get(run.id) : this.#handler;
        const context: NetworkContext = { sender: 'actor', run: toNetworkRun(run) };
        return this.#handle(handler, { request, exchange, context, log });
    }

    /** Answers the request of a webhook with the engine's handler. */
    async fetchForWebhook(
        request: WebRequest,
        exchange: WebRequestContext,
        run: Run | undefined,
    ): Promise<WebResponse> {
        const context: NetworkContext = { sender: 'webhook', ...(run && { run: toNetworkRun(run) }) };
        return this.#handle(this.#handler, { request, exchange, context, log: () => {} });
    }

    async #handle(handler: NetworkHandler | undefined, handled: HandledRequest): Promise<WebResponse> {
        const { request, exchange, context } = handled;
        if (isProxyStatusRequest(request)) return createProxyStatus();
        let response: unknown;
        try {
            response = await handler?.(toRequest(request, exchange), context);
            if (response !== undefined && !isErrorResponse(response)) return toWebResponse(response);
        } catch (error) {
            // If the sender has aborted the request, the handler's error is a consequence and not worth a warning.
            if (exchange.signal.aborted) throw error;
            throw this.#reportFailure(handled, error);
        }
        if (response === undefined) throw this.#reportUnanswered(handled);
        const message = `The handler of the engine's option \`network\` broke the connection to ${request.url}.`;
        throw createNetworkError('ECONNRESET', message);
    }

    #reportUnanswered({ request: { method, url }, context: { sender, run }, log }: HandledRequest): Error {
        const message =
            `No response for ${method} ${url}: the handler of the engine's option \`network\` returned undefined, and the ` +
            'request was not sent. Add a rule for it, or send it with `fetch(request)`.';
        log(message);
        this.#emitter.emit('network.unanswered', { sender, runId: run?.id, actId: run?.actId, method, url, message });
        return createNetworkError('ERR_GREENROOM_UNANSWERED', message);
    }

    #reportFailure({ request: { method, url }, context: { run }, log }: HandledRequest, error: unknown): Error {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `The handler of the engine's option \`network\` failed for ${method} ${url}: ${reason}`;
        log(message);
        const prefix = run === undefined ? '' : `Run \`${run.id}\`: `;
        this.#emitter.emit('warning', { message: `${prefix}${message}`, error });
        return createNetworkError('ERR_GREENROOM_HANDLER', message);
    }
}

function toNetworkRun({ id, actId, userId, buildNumber, actorTaskId }: Run): NetworkRun {
    return { id, actId, userId, buildNumber, ...(actorTaskId !== undefined && { actorTaskId }) };
}

/** True for the request by which the SDK checks if it can use the proxy. */
function isProxyStatusRequest({ url }: WebRequest): boolean {
    return URL.canParse(url) && new URL(url).hostname === HANDLED_PROXY_HOST;
}

function createProxyStatus(): WebResponse {
    const status = { connected: true, connectionError: null, isManInTheMiddle: false };
    async function* body(): AsyncGenerator<Uint8Array, void> {
        yield Buffer.from(JSON.stringify(status));
    }
    return { status: 200, statusText: 'OK', headers: [['content-type', 'application/json']], body: body() };
}

/** Creates an error in the shape of Node's network errors, so that HTTP clients in the Actor treat it as one. */
function createNetworkError(code: string, message: string): Error {
    const error = Object.assign(new Error(message), { code });
    error.name = 'NetworkError';
    return error;
}
