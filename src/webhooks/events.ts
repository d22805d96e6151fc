import { isTerminal, type TerminalStatus } from '../model/api/status.js';
import type { Build } from '../model/api/actor.js';
import type { Run } from '../model/api/run.js';
import type {
    Webhook,
    WebhookCondition,
    WebhookEventData,
    WebhookDispatch,
    WebhookEventType,
} from '../model/api/webhook.js';
import type { ApiCall, NetworkPolicy, WebRequestContext, WebRequest, WebResponse } from '../protocol/network.js';
import type { Clock } from '../util/clock.js';

/** Creates the event of a run that was created or resurrected. */
export function runCreatedEvent(
    suffix: 'CREATED' | 'RESURRECTED',
    run: Run,
    resource: PlatformEvent['resource'],
): PlatformEvent {
    const { id, actId, actorTaskId } = run;
    const data = { actorId: actId, ...(actorTaskId !== undefined && { actorTaskId }), actorRunId: id };
    return { type: `ACTOR.RUN.${suffix}`, data, resource };
}

/** Creates the event of a finished run; undefined if the run has not finished. */
export function runFinishedEvent(run: Run, resource: PlatformEvent['resource']): PlatformEvent | undefined {
    if (!isTerminal(run.status)) return undefined;
    return { ...runCreatedEvent('CREATED', run, resource), type: `ACTOR.RUN.${suffixOf(run.status)}` };
}

/** Creates the event of a build that was created. */
export function buildCreatedEvent(build: Build): PlatformEvent {
    const data = { actorId: build.actId, actorBuildId: build.id };
    return { type: 'ACTOR.BUILD.CREATED', data, resource: () => build };
}

/** Creates the event of a finished build; undefined if the build has not finished. */
export function buildFinishedEvent(build: Build): PlatformEvent | undefined {
    if (!isTerminal(build.status)) return undefined;
    return { ...buildCreatedEvent(build), type: `ACTOR.BUILD.${suffixOf(build.status)}` };
}

function suffixOf(status: TerminalStatus): Exclude<TerminalStatus, 'TIMED-OUT'> | 'TIMED_OUT' {
    return status === 'TIMED-OUT' ? 'TIMED_OUT' : status;
}

/** True if an event matches a condition: it has all ids of the condition. */
export function matchesCondition(condition: WebhookCondition, data: WebhookEventData): boolean {
    const ids = Object.entries(condition) as [keyof WebhookCondition, string | undefined][];
    return ids.every(([name, id]) => id === undefined || data[name] === id);
}

/** A webhook without the fields that are derived from its dispatches. */
export type StoredWebhook = Omit<Webhook, 'lastDispatch'>;

/** A stored dispatch. */
export interface DispatchDocument {
    dispatch: WebhookDispatch;
    /** The run or build at the time of the event, as parsed from JSON. Removed when the dispatch has finished. */
    resource?: unknown;
}

/** The document store of webhooks and dispatches. */
export interface WebhookDocuments {
    loadAll(kind: 'webhooks' | 'dispatches'): unknown[];
    save(kind: 'webhooks' | 'dispatches', id: string, document: object): void;
    remove(kind: 'webhooks' | 'dispatches', id: string): void;
    /** Returns the documents that cannot be read. */
    corrupted(kind: 'webhooks' | 'runs'): { mayContain(id: string): boolean };
}

/** Dependencies of webhooks. The engine provides the services of other layers. */
export interface WebhookDependencies {
    readonly clock: Clock;
    readonly documents: WebhookDocuments;
    readonly owner: { readonly id: string };
    /** The network policy of requests. */
    readonly network: NetworkPolicy;
    /** Sends a request to the engine's own API. */
    readonly sendToApi: ApiCall;
    /** Sends a request to the handler of the engine's option `network`. */
    sendToHandler(request: WebRequest, exchange: WebRequestContext, event: WebhookEventData): Promise<WebResponse>;
    /** Resolves the names in a condition to ids. Throws if an Actor, task or run does not exist. */
    resolveCondition(condition: WebhookCondition): WebhookCondition;
    findRun(id: string): Run | undefined;
    /** Creates the event of a test: with the latest run that matches a condition, or if there is none, with the ids of the condition. */
    createTestEvent(condition: WebhookCondition): PlatformEvent;
    /** Called after each delivery attempt. */
    onAttempt(dispatch: WebhookDispatch): void;
    onWarning(message: string, error?: unknown): void;
}

/** An event of a run or build that may trigger webhooks. */
export interface PlatformEvent {
    readonly type: WebhookEventType;
    readonly data: WebhookEventData;
    /** Returns the current record of the run or build, in the shape of the API. Called only if a webhook is triggered. */
    readonly resource: () => object | undefined;
}

/** The values of the variables in a template. */
export interface TemplateVariables {
    readonly userId: string;
    /** ISO time of the event. */
    readonly createdAt: string;
    readonly eventType: WebhookEventType;
    readonly eventData: unknown;
    readonly resource: unknown;
    readonly globals: { readonly dateISO: string; readonly dateUnix: number };
}
