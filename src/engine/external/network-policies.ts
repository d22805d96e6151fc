import { HANDLED_PROXY_HOST } from './proxy.js';
import { isBroken, toRequest, toWebResponse } from './web-messages.js';
import type { Emitter } from '../../util/emitter.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import type { ActorProxy } from './proxy.js';
import type { RunNetworks } from '../../run/interfaces.js';
import type { EngineEvents } from '../../model/events.js';
import type { NetworkContext, NetworkHandler, NetworkRun } from '../../model/network.js';
import type { Run } from '../../model/api/run.js';
import type { RunDocument } from '../../model/api/run-document.js';
import type { NetworkPolicy, RunNetwork, WebRequestContext, WebRequest, WebResponse } from '../../protocol/network.js';

/** A request, and who sends it. */
interface Asked {
    readonly request: WebRequest;
    readonly exchange: WebRequestContext;
    readonly context: NetworkContext;
    readonly note: (text: string) => void;
}

/** The network that runs may reach, and the handlers that answer their requests in place of it. */
export class NetworkPolicies implements RunNetworks {
    readonly #policy: NetworkPolicy;
    readonly #handler: NetworkHandler | undefined;
    readonly #emitter: Pick<Emitter<EngineEvents>, 'emit'>;
    readonly #proxy: Pick<ActorProxy, 'variables'>;
    /** The listener of the engine, if there is one. */
    readonly #listener: { readonly url: string | undefined };
    readonly #ofRuns = new Map<string, NetworkHandler>();

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
        this.#ofRuns.set(runId, handler);
    }

    /** To be called when there is no such run any more. */
    forget(runId: string): void {
        this.#ofRuns.delete(runId);
    }

    async fetch(
        { run, hasOwnNetwork }: Pick<RunDocument, 'run' | 'hasOwnNetwork'>,
        request: WebRequest,
        exchange: WebRequestContext,
        note: (text: string) => void,
    ): Promise<WebResponse> {
        // A run that goes on in another process of the host has lost its handler; it must not get out for that.
        const handler = hasOwnNetwork === true ? this.#ofRuns.get(run.id) : this.#handler;
        return this.#answer(handler, { request, exchange, context: { sender: 'actor', run: glimpse(run) }, note });
    }

    /** Has the engine's handler answer what a webhook sends. */
    async fetchForWebhook(
        request: WebRequest,
        exchange: WebRequestContext,
        run: Run | undefined,
    ): Promise<WebResponse> {
        const context: NetworkContext = { sender: 'webhook', ...(run && { run: glimpse(run) }) };
        return this.#answer(this.#handler, { request, exchange, context, note: () => {} });
    }

    async #answer(handler: NetworkHandler | undefined, asked: Asked): Promise<WebResponse> {
        const { request, exchange, context } = asked;
        if (isProxyStatus(request)) return proxyStatus();
        let answer: unknown;
        try {
            answer = await handler?.(toRequest(request, exchange), context);
            if (answer !== undefined && !isBroken(answer)) return toWebResponse(answer);
        } catch (error) {
            // Whoever has given a request up has the handler's own error to thank for nothing.
            if (exchange.signal.aborted) throw error;
            throw this.#report(asked, error);
        }
        if (answer === undefined) throw this.#refuse(asked);
        const message = `The handler that is the engine's option \`network\` broke the connection to ${request.url}.`;
        throw networkError('ECONNRESET', message);
    }

    #refuse({ request: { method, url }, context: { sender, run }, note }: Asked): Error {
        const message =
            `Nothing answers ${method} ${url}: the handler that is the engine's option \`network\` returned no response ` +
            'for it, and nothing is let out. Add a rule for it, or pass it on with `fetch(request)`.';
        note(message);
        this.#emitter.emit('network.unanswered', { sender, runId: run?.id, actId: run?.actId, method, url, message });
        return networkError('ERR_GREENROOM_UNANSWERED', message);
    }

    #report({ request: { method, url }, context: { run }, note }: Asked, error: unknown): Error {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `The handler that is the engine's option \`network\` failed at ${method} ${url}: ${reason}`;
        note(message);
        const whose = run === undefined ? '' : `Run \`${run.id}\`: `;
        this.#emitter.emit('warning', { message: `${whose}${message}`, error });
        return networkError('ERR_GREENROOM_HANDLER', message);
    }
}

function glimpse({ id, actId, userId, buildNumber, actorTaskId }: Run): NetworkRun {
    return { id, actId, userId, buildNumber, ...(actorTaskId !== undefined && { actorTaskId }) };
}

/** The SDK asks there whether it can use the proxy. */
function isProxyStatus({ url }: WebRequest): boolean {
    return URL.canParse(url) && new URL(url).hostname === HANDLED_PROXY_HOST;
}

function proxyStatus(): WebResponse {
    const status = { connected: true, connectionError: null, isManInTheMiddle: false };
    async function* body(): AsyncGenerator<Uint8Array, void> {
        yield Buffer.from(JSON.stringify(status));
    }
    return { status: 200, statusText: 'OK', headers: [['content-type', 'application/json']], body: body() };
}

/** In the shape of an error of Node's network, as which the Actor's client takes it. */
function networkError(code: string, message: string): Error {
    const error = Object.assign(new Error(message), { code });
    error.name = 'NetworkError';
    return error;
}
