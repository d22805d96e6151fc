import { createHmac } from 'node:crypto';
import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/api/status.js';
import { timingSafeEqual } from '../../util/timing-safe-equal.js';
import { resolveListenOptions, type ListenOptions, type ResolvedListenOptions } from '../options/listen-options.js';
import { ExternalEventRelay } from './external-event-relay.js';
import type { ApiAccess } from '../../api/context.js';
import type { RunExternalAccess } from '../../run/interfaces.js';
import type { Client } from '../../model/client/client.js';
import type { Run } from '../../model/api/run.js';
import type { ResourceUsage, SystemEvent } from '../../protocol/messages.js';
import type { ListenerOptions, OpenListener } from '../../server/listener.js';
import type { ConsoleFeed } from './console-feed.js';
import type { EngineEvents } from '../../model/events.js';
import type { Emitter } from '../../util/emitter.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import type { EngineServices } from '../services/services.js';
import type { Users } from '../services/users.js';

/** The engine, as far as callers from outside reach it. */
interface AccessibleEngine {
    readonly emitter: Emitter<EngineEvents>;
    readonly options: ResolvedEngineOptions;
    /** The services of the current state. */
    readonly services: EngineServices;
    getClient(username: string): Client;
}

/** An HTTP server that {@link Engine.listen} has opened. It keeps the process alive until it is closed. */
export interface Listener extends AsyncDisposable {
    /** Base URL, such as `http://127.0.0.1:40125`. Use it as the `baseUrl` of `apify-client`. */
    readonly url: string;
    /** TCP port. */
    readonly port: number;
    /**
     * Stops listening. Requests in progress have one second to complete; then their connections are closed. Further calls wait
     * for the first one.
     */
    close(): Promise<void>;
}

const RUN_TOKEN = /^greenroom_run_([A-Za-z0-9]+)_[\w-]{43}$/;

/**
 * Access to an engine from outside: `engine.fetch`, listeners, the tokens of runs, and system events for the processes that runs
 * have started. The API and the server are loaded on first use.
 */
export class ExternalAccess implements RunExternalAccess {
    readonly #engine: AccessibleEngine;
    readonly #events: ExternalEventRelay;
    readonly #access = this.#createApiAccess(() => false);
    readonly #listeners = new Map<Listener, OpenListener>();
    /** Opened if a run starts processes or threads while {@link Engine.listen} has opened none. */
    #childListener: Promise<Listener> | undefined;
    #childUrl: string | undefined;
    #consoles: ConsoleFeed | undefined;
    #state: 'open' | 'closing' | 'closed' = 'open';

    constructor(engine: AccessibleEngine) {
        this.#engine = engine;
        this.#events = new ExternalEventRelay(engine.emitter, (runId) => this.#run(runId)?.status);
    }

    /** The URL of the listener that {@link Engine.listen} opened first; undefined without one. */
    get url(): string | undefined {
        for (const { url } of this.#listeners.keys()) if (url !== this.#childUrl) return url;
        return undefined;
    }

    async fetch(request: Request): Promise<Response> {
        const { handleFetch } = await import('../../api/api.js');
        return handleFetch(request, this.#access);
    }

    async listen(options: ListenOptions | undefined): Promise<Listener> {
        return this.#open(resolveListenOptions(options));
    }

    async openChildAccess(): Promise<void> {
        if (this.url !== undefined) return;
        this.#childListener ??= this.#open({ ...resolveListenOptions({}), isUnref: true });
        try {
            this.#childUrl = (await this.#childListener).url;
        } catch (error) {
            this.#childListener = undefined;
            throw error;
        }
    }

    async #open(resolved: ResolvedListenOptions & Pick<ListenerOptions, 'isUnref'>): Promise<Listener> {
        const { openListener } = await import('../../server/listener.js');
        const { handleRequest } = await import('../../api/api.js');
        const { ConsoleFeed } = await import('./console-feed.js');
        const consoles = (this.#consoles ??= new ConsoleFeed(this.#engine.emitter, () => this.#engine.services));
        const { token } = resolved;
        const isListenerToken = (candidate: string): boolean =>
            token !== undefined && timingSafeEqual(candidate, token);
        const access = this.#createApiAccess(isListenerToken);
        const opened = await openListener(resolved, {
            respond: (request, outgoing) => handleRequest(request, access, outgoing),
            events: {
                isAuthorized: (candidate, runId) => isListenerToken(candidate) || this.#mayListen(candidate, runId),
                listen: (runId, listener) => this.#events.listen(runId, listener),
            },
            consoles: {
                findSource: (candidate) =>
                    isListenerToken(candidate) ? consoles.ownerSource() : consoles.findSource(candidate),
            },
        });
        const close = async (): Promise<void> => {
            this.#listeners.delete(listener);
            await opened.close();
        };
        const url = formatUrl(resolved.host, opened.port);
        const listener: Listener = { url, port: opened.port, close, [Symbol.asyncDispose]: close };
        if (this.#state === 'open') {
            this.#listeners.set(listener, opened);
            return listener;
        }
        await opened.close({ force: true });
        throw new EngineError('engine-closed', 'The engine was closed while the listener was being opened.');
    }

    /** Closes all listeners. Requests are rejected from then on. */
    async close(options: { force: boolean }): Promise<void> {
        this.#state = 'closing';
        await Promise.all([...this.#listeners.values()].map((opened) => opened.close(options)));
        this.#listeners.clear();
        this.#state = 'closed';
    }

    /** Returns the API token of a run's Actor and its processes. It is derived from the owner's token and never stored. */
    tokenOf(runId: string): string {
        const proof = createHmac('sha256', this.#users.first.token).update(`run ${runId}`).digest('base64url');
        return `greenroom_run_${runId}_${proof}`;
    }

    createVariables(runId: string, token: string): Record<string, string> | undefined {
        const url = this.url ?? this.#childUrl;
        if (url === undefined) return undefined;
        const eventsUrl = `${url.replace('http', 'ws')}/v2/actor-runs/${runId}/events?token=${token}`;
        return {
            APIFY_API_BASE_URL: `${url}/`,
            APIFY_API_PUBLIC_BASE_URL: url,
            ACTOR_EVENTS_WEBSOCKET_URL: eventsUrl,
            APIFY_ACTOR_EVENTS_WS_URL: eventsUrl,
        };
    }

    sendEvent(runId: string, event: SystemEvent): void {
        this.#events.send(runId, event);
    }

    reportUsage(runId: string, usage: ResourceUsage): void {
        this.#events.sendUsage(runId, usage);
        this.#consoles?.recordUsage(runId, usage);
    }

    get #users(): Users {
        return this.#engine.services.users;
    }

    #run(runId: string): Readonly<Run> | undefined {
        return this.#engine.services.runs.peek(runId);
    }

    /** Creates the access to the API with the tokens of users and runs, and with the additional token of a listener. */
    #createApiAccess(isListenerToken: (token: string) => boolean): ApiAccess {
        return {
            assertOpen: () => this.#checkOpen(),
            clientOfToken: (token) => {
                const user = isListenerToken(token) ? this.#users.first : this.#users.findByToken(token);
                if (user) return this.#engine.getClient(user.username);
                const runId = this.#liveRunOf(token);
                return runId === undefined ? undefined : this.#engine.services.actorApi.getClient(runId);
            },
            faultHookOf: (token) => {
                const faults = this.#engine.services.faults.get(this.#parseRunToken(token) ?? '');
                return faults && ((operation) => faults.apply(operation));
            },
            anonymousClient: () => this.#engine.services.anonymousClient,
        };
    }

    #checkOpen(): void {
        if (this.#state !== 'closed') return;
        throw new EngineError('engine-closed', 'The engine is closed. Create a new one with `createEngine()`.');
    }

    /** True if a token gives access to the events of a run: its own token, or that of its user. */
    #mayListen(token: string, runId: string): boolean {
        const user = this.#users.findByToken(token);
        if (user === undefined) return this.#liveRunOf(token) === runId;
        const run = this.#run(runId);
        // For a run that does not exist, the caller sends the error.
        return run === undefined || this.#users.ownerOf(run) === user;
    }

    #liveRunOf(token: string): string | undefined {
        const runId = this.#parseRunToken(token);
        const run = runId === undefined ? undefined : this.#run(runId);
        return run === undefined || isTerminal(run.status) ? undefined : run.id;
    }

    /** Returns the run id in a valid run token, even if the run does not exist; undefined for any other token. */
    #parseRunToken(token: string): string | undefined {
        const runId = RUN_TOKEN.exec(token)?.[1];
        return runId !== undefined && timingSafeEqual(token, this.tokenOf(runId)) ? runId : undefined;
    }
}

function formatUrl(host: string, port: number): string {
    const loopbackFor: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
    const name = loopbackFor[host] ?? host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
