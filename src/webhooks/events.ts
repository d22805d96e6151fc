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

/** The event of a run that came to be, or lives once more. */
export function runCreatedEvent(
    what: 'CREATED' | 'RESURRECTED',
    run: Run,
    resource: PlatformEvent['resource'],
): PlatformEvent {
    const { id, actId, actorTaskId } = run;
    const data = { actorId: actId, ...(actorTaskId !== undefined && { actorTaskId }), actorRunId: id };
    return { type: `ACTOR.RUN.${what}`, data, resource };
}

/** The event of a run that has ended; none before. */
export function runFinishedEvent(run: Run, resource: PlatformEvent['resource']): PlatformEvent | undefined {
    if (!isTerminal(run.status)) return undefined;
    return { ...runCreatedEvent('CREATED', run, resource), type: `ACTOR.RUN.${suffixOf(run.status)}` };
}

/** The event of a build that came to be. */
export function buildCreatedEvent(build: Build): PlatformEvent {
    const data = { actorId: build.actId, actorBuildId: build.id };
    return { type: 'ACTOR.BUILD.CREATED', data, resource: () => build };
}

/** The event of a build that has ended; none before. */
export function buildFinishedEvent(build: Build): PlatformEvent | undefined {
    if (!isTerminal(build.status)) return undefined;
    return { ...buildCreatedEvent(build), type: `ACTOR.BUILD.${suffixOf(build.status)}` };
}

function suffixOf(status: TerminalStatus): Exclude<TerminalStatus, 'TIMED-OUT'> | 'TIMED_OUT' {
    return status === 'TIMED-OUT' ? 'TIMED_OUT' : status;
}

/** Whether a condition is about what an event is about: every id of it has to be there. */
export function matchesCondition(condition: WebhookCondition, data: WebhookEventData): boolean {
    const ids = Object.entries(condition) as [keyof WebhookCondition, string | undefined][];
    return ids.every(([name, id]) => id === undefined || data[name] === id);
}

/** A webhook without what its dispatches tell. */
export type StoredWebhook = Omit<Webhook, 'lastDispatch'>;

/** A dispatch as it is kept. */
export interface DispatchDocument {
    dispatch: WebhookDispatch;
    /** The run or build as it was at the event, as JSON would carry it; gone once nothing more is sent. */
    resource?: unknown;
}

/** Where webhooks and dispatches are kept, one document each. */
export interface WebhookDocuments {
    loadAll(kind: 'webhooks' | 'dispatches'): unknown[];
    save(kind: 'webhooks' | 'dispatches', id: string, document: object): void;
    remove(kind: 'webhooks' | 'dispatches', id: string): void;
    /** Those that are there and cannot be read. */
    corrupted(kind: 'webhooks' | 'runs'): { mayContain(id: string): boolean };
}

/** What webhooks stand on. Everything of another layer comes in through here, put together by the engine. */
export interface WebhookDependencies {
    readonly clock: Clock;
    readonly documents: WebhookDocuments;
    readonly owner: { readonly id: string };
    /** What requests may reach. */
    readonly network: NetworkPolicy;
    /** Answers requests for the engine's own API. */
    readonly answer: ApiCall;
    /** Has the handler answer a request that is about something, where the network is one. */
    ask(request: WebRequest, exchange: WebRequestContext, about: WebhookEventData): Promise<WebResponse>;
    /** A condition by ids, also where names were given; throws where there is no such Actor, task or run. */
    resolveCondition(condition: WebhookCondition): WebhookCondition;
    findRun(id: string): Run | undefined;
    /** The latest run that a condition is about. */
    lastRun(condition: WebhookCondition): Run | undefined;
    /** Told of every attempt to deliver, once it has ended. */
    onAttempt(dispatch: WebhookDispatch): void;
    onWarning(message: string, error?: unknown): void;
}

/** Something has happened that webhooks may be about. */
export interface PlatformEvent {
    readonly type: WebhookEventType;
    readonly data: WebhookEventData;
    /** The run or build, as the API shows it at this moment. Asked for only where somebody is told. */
    readonly resource: () => object | undefined;
}

/** What the variables of a template stand for. */
export interface TemplateVariables {
    readonly userId: string;
    /** ISO time of the event. */
    readonly createdAt: string;
    readonly eventType: WebhookEventType;
    readonly eventData: unknown;
    readonly resource: unknown;
    readonly globals: { readonly dateISO: string; readonly dateUnix: number };
}
