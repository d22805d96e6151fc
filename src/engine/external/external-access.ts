import { createHmac } from 'node:crypto';
import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/api/status.js';
import { timingSafeEqual } from '../../util/timing-safe-equal.js';
import { resolveListenOptions, type ListenOptions } from '../options/listen-options.js';
import { ExternalEventRelay } from './external-event-relay.js';
import type { ApiAccess } from '../../api/context.js';
import type { RunExternalAccess } from '../../run/interfaces.js';
import type { Client } from '../../model/client/client.js';
import type { Run } from '../../model/api/run.js';
import type { ResourceUsage, SystemEvent } from '../../protocol/messages.js';
import type { OpenListener } from '../../server/listener.js';
import type { ConsoleFeed } from './console-feed.js';
import type { EngineCore } from '../core.js';
import type { Users } from '../services/users.js';

/** A listener that {@link Engine.listen} has opened. It keeps the process alive until it is closed. */
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

const RUN_TOKEN = /^greenroom_run_([A-Za-z0-9]+)_[\w-]{43}$/;

/**
 * The access to an engine from outside of its process, with its tokens, and the messages from it to what its runs have started.
 * Nothing listens, and nothing is loaded, before it is used.
 */
export class ExternalAccess implements RunExternalAccess {
    readonly #core: EngineCore;
    readonly #events: ExternalEventRelay;
    readonly #access = this.#accessFor(() => false);
    readonly #listeners = new Map<Listener, OpenListener>();
    #consoles: ConsoleFeed | undefined;
    #state: 'open' | 'closing' | 'closed' = 'open';

    constructor(core: EngineCore) {
        this.#core = core;
        this.#events = new ExternalEventRelay(core.emitter, (runId) => this.#run(runId)?.status);
    }

    /** The URL of the listener that was opened first; undefined if nothing listens. */
    get url(): string | undefined {
        return this.#listeners.keys().next().value?.url;
    }

    async fetch(request: Request): Promise<Response> {
        const { handleFetch: answerFetch } = await import('../../api/api.js');
        return answerFetch(request, this.#access);
    }

    async listen(options: ListenOptions | undefined): Promise<Listener> {
        const resolved = resolveListenOptions(options);
        const { openListener } = await import('../../server/listener.js');
        const { handleRequest: answerForeignRequest } = await import('../../api/api.js');
        const desk = await import('./console-feed.js');
        const consoles = (this.#consoles ??= new desk.ConsoleFeed(this.#core.emitter, () => this.#core.services));
        const { token } = resolved;
        const isOwn = (given: string): boolean => token !== undefined && timingSafeEqual(given, token);
        const access = this.#accessFor(isOwn);
        const opened = await openListener(resolved, {
            respond: (request, outgoing) => answerForeignRequest(request, access, outgoing),
            events: {
                isAuthorized: (given, runId) => isOwn(given) || this.#mayHear(given, runId),
                listen: (runId, listener) => this.#events.listen(runId, listener),
            },
            consoles: { findSource: (given) => (isOwn(given) ? consoles.ownerSource() : consoles.findSource(given)) },
        });
        const close = async (): Promise<void> => {
            this.#listeners.delete(listener);
            await opened.close();
        };
        const url = urlOf(resolved.host, opened.port);
        const listener: Listener = { url, port: opened.port, close, [Symbol.asyncDispose]: close };
        if (this.#state === 'open') {
            this.#listeners.set(listener, opened);
            return listener;
        }
        await opened.close({ force: true });
        throw new EngineError('engine-closed', 'The engine was closed while the listener was being opened.');
    }

    /** Closes all listeners; then no request is answered any more. */
    async close(options: { force: boolean }): Promise<void> {
        this.#state = 'closing';
        await Promise.all([...this.#listeners.values()].map((opened) => opened.close(options)));
        this.#listeners.clear();
        this.#state = 'closed';
    }

    /** The token by which the Actor of a run, and what it starts, uses the API. It is derived from the owner's, and never kept. */
    tokenOf(runId: string): string {
        const proof = createHmac('sha256', this.#users.first.token).update(`run ${runId}`).digest('base64url');
        return `greenroom_run_${runId}_${proof}`;
    }

    createVariables(runId: string, token: string): Record<string, string> {
        const { url } = this;
        if (url === undefined) return {};
        const eventsUrl = `${url.replace('http', 'ws')}/v2/actor-runs/${runId}/events?token=${token}`;
        return {
            APIFY_API_BASE_URL: url,
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
        return this.#core.services.users;
    }

    #run(runId: string): Readonly<Run> | undefined {
        return this.#core.services.runs.peek(runId);
    }

    /** The access by the tokens of the engine, and by the own token of a listener. */
    #accessFor(isOwn: (token: string) => boolean): ApiAccess {
        const clientOfOwner = (userId: string): Client =>
            this.#core.getClient(this.#users.ownerOf({ userId }).username);
        return {
            assertOpen: () => this.#checkOpen(),
            clientOfToken: (token) => {
                const user = isOwn(token) ? this.#users.first : this.#users.findByToken(token);
                if (user) return this.#core.getClient(user.username);
                const runId = this.#liveRunOf(token);
                return runId === undefined ? undefined : this.#core.services.actorApi.clientOf(runId);
            },
            faultHookOf: (token) => {
                const faults = this.#core.services.faults.get(this.#runIdIn(token) ?? '');
                return faults && ((operation) => faults.apply(operation));
            },
            anonymousClient: () => this.#core.services.anonymousClient,
            ownerClient: (kind, reference) => {
                const userId = kind === 'run' ? this.#run(reference)?.userId : this.#storageOwnerId(kind, reference);
                return userId === undefined ? undefined : clientOfOwner(userId);
            },
            now: () => this.#core.options.clock.now(),
        };
    }

    #checkOpen(): void {
        if (this.#state !== 'closed') return;
        throw new EngineError('engine-closed', 'The engine is closed and answers no more requests.');
    }

    #storageOwnerId(kind: 'dataset' | 'keyValueStore', reference: string): string | undefined {
        const { datasets, keyValueStores } = this.#core.services.storages;
        return (kind === 'dataset' ? datasets : keyValueStores).find(reference)?.info().userId;
    }

    /** True if a token may hear the events of a run: its own token, or that of its user. */
    #mayHear(token: string, runId: string): boolean {
        const user = this.#users.findByToken(token);
        if (user === undefined) return this.#liveRunOf(token) === runId;
        const run = this.#run(runId);
        // The caller reports a run that does not exist.
        return run === undefined || this.#users.ownerOf(run) === user;
    }

    #liveRunOf(token: string): string | undefined {
        const runId = this.#runIdIn(token);
        const run = runId === undefined ? undefined : this.#run(runId);
        return run === undefined || isTerminal(run.status) ? undefined : run.id;
    }

    /** The id of the run that has this token, even if the run does not exist; undefined if no run can have it. */
    #runIdIn(token: string): string | undefined {
        const runId = RUN_TOKEN.exec(token)?.[1];
        return runId !== undefined && timingSafeEqual(token, this.tokenOf(runId)) ? runId : undefined;
    }
}

function urlOf(host: string, port: number): string {
    const reachable: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
    const name = reachable[host] ?? host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
