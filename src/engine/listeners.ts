import { EngineError } from '../errors/engine-error.js';
import { isSameSecret } from '../util/same-secret.js';
import { resolveListenOptions, type ListenOptions } from './listen-options.js';
import type { OpenListener } from '../server/listener.js';
import type { Access } from './access.js';
import type { ConsoleDesk } from './console-desk.js';
import type { RunEvents } from './run-events.js';
import type { Client } from '../model/client.js';
import type { RunTokens } from './run-tokens.js';

/** What {@link Engine.listen} opens. It keeps the process alive until it is closed. */
export interface Listener extends AsyncDisposable {
    /** Where it is reached: `http://127.0.0.1:40125`, for instance as `baseUrl` of `apify-client`. */
    readonly url: string;
    readonly port: number;
    /**
     * Stops listening. Requests that are being answered have a second to come to their end; then they are broken off.
     * Calling it again waits for the same.
     */
    close(): Promise<void>;
}

/** What the listeners of an engine stand on. */
export interface ListenersParts {
    readonly access: Access;
    readonly events: RunEvents;
    /** What consoles see. From then on it is kept. */
    readonly openConsoles: () => Promise<ConsoleDesk>;
    readonly tokens: RunTokens;
    /** The client of the engine's owner. */
    readonly ownerClient: () => Client;
}

/** The listeners of one engine. */
export class Listeners {
    readonly #parts: ListenersParts;
    readonly #open = new Map<Listener, OpenListener>();
    #isClosed = false;

    constructor(parts: ListenersParts) {
        this.#parts = parts;
    }

    /** Where the engine is reached, if anywhere: at the listener that was opened first. */
    get url(): string | undefined {
        return this.#open.keys().next().value?.url;
    }

    /** The variables by which what a run starts, in whatever language, finds the engine; none if nothing listens. */
    variablesFor(runId: string): Record<string, string> {
        const { url } = this;
        if (url === undefined) return {};
        const eventsUrl = `${url.replace('http', 'ws')}/v2/actor-runs/${runId}/events?token=${this.#parts.tokens.of(runId)}`;
        return {
            APIFY_API_BASE_URL: url,
            APIFY_API_PUBLIC_BASE_URL: url,
            ACTOR_EVENTS_WEBSOCKET_URL: eventsUrl,
            APIFY_ACTOR_EVENTS_WS_URL: eventsUrl,
        };
    }

    async open(options: ListenOptions | undefined): Promise<Listener> {
        const resolved = resolveListenOptions(options);
        const { openListener } = await import('../server/listener.js');
        const { answerForeignRequest } = await import('../api/api.js');
        const { events, openConsoles } = this.#parts;
        const consoles = await openConsoles();
        const { token } = resolved;
        const isOwn = (given: string): boolean => token !== undefined && isSameSecret(given, token);
        const access = this.#accessFor(isOwn);
        const opened = await openListener(resolved, {
            answer: (request, outgoing) => answerForeignRequest(request, access, outgoing),
            events: { mayHear: access.mayHear, listen: (runId, listener) => events.listen(runId, listener) },
            consoles: { viewOf: (given) => (isOwn(given) ? consoles.ownerView() : consoles.viewOf(given)) },
        });
        const close = async (): Promise<void> => {
            this.#open.delete(listener);
            await opened.close();
        };
        const url = urlOf(resolved.host, opened.port);
        const listener: Listener = { url, port: opened.port, close, [Symbol.asyncDispose]: close };
        this.#open.set(listener, opened);
        if (!this.#isClosed) return listener;
        // In the meantime, when nobody knew of this one yet.
        await this.close({ force: true });
        throw new EngineError('engine-closed', 'The engine was closed while the listener was being opened.');
    }

    async close(options: { force: boolean }): Promise<void> {
        this.#isClosed = true;
        await Promise.all([...this.#open.values()].map((opened) => opened.close(options)));
        this.#open.clear();
    }

    /** What the engine's tokens open, and the listener's own, if it has one. */
    #accessFor(isOwn: (token: string) => boolean): Access {
        const { access, ownerClient } = this.#parts;
        return {
            ...access,
            clientOfToken: (token) => (isOwn(token) ? ownerClient() : access.clientOfToken(token)),
            mayHear: (token, runId) => isOwn(token) || access.mayHear(token, runId),
        };
    }
}

function urlOf(host: string, port: number): string {
    const reachable: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
    const name = reachable[host] ?? host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
