import type { Actor, Build } from './api/actor.js';
import type { NetworkContext } from './network.js';
import type { Run } from './api/run.js';
import type { Schedule } from './api/schedule.js';
import type { JobStatus } from './api/status.js';
import type { WebhookDispatch } from './api/webhook.js';

/** Events of `engine.on()`, by name. Records are copies, taken at the moment of the event. */
export type EngineEvents = {
    /** A run was created. */
    'run.created': { run: Run };
    /** The status of a run changed. */
    'run.status-changed': { run: Run; previousStatus: JobStatus };
    /** An Actor set a status message. */
    'run.status-message': { run: Run; statusMessage: string };
    /** A run logged a line. The line has its timestamp and colors, without the line break. */
    'run.log': { runId: string; line: string };
    /** A run opened an inspector. `url` is the address for a debugger, as `ws://127.0.0.1:…`. */
    'run.inspector-opened': { run: Run; url: string };
    /** A run is about to reach its timeout. */
    'run.timeout-warning': { run: Run; secsLeft: number };
    /** A run reached its final status. */
    'run.finished': { run: Run };
    /** A build was created. */
    'build.created': { actor: Actor; build: Build };
    /** A build reached its final status. */
    'build.finished': { actor: Actor; build: Build };
    /** An attempt to deliver a webhook dispatch ended. If the status is ACTIVE, another attempt follows. */
    'webhook.dispatched': { dispatch: WebhookDispatch };
    /** A build logged a line. The line has its timestamp, without the line break. */
    'build.log': { buildId: string; line: string };
    /** The thread of a run did not end after its termination; the engine abandoned it. */
    'run.stuck': { run: Run };
    /** A schedule fired. `runIds` are the runs that it started; its log lists the starts that failed. */
    'schedule.fired': { schedule: Schedule; scheduledAt: Date; runIds: string[] };
    /** The handler of the option `network` did not answer a request, so the request failed. */
    'network.unanswered': UnansweredRequest;
    /** Something failed outside any call: a listener threw, or a file needed repair. */
    warning: { message: string; error?: unknown };
};

/** A request of an Actor or of a webhook delivery that the handler of the option `network` did not answer. */
export interface UnansweredRequest {
    /** Sender of the request: an Actor, or the engine for a webhook. */
    sender: NetworkContext['sender'];
    /** Run whose Actor sent the request, or that the webhook is about; undefined for other webhooks. */
    runId: string | undefined;
    /** Id of the Actor of that run. */
    actId: string | undefined;
    /** HTTP method. */
    method: string;
    /** URL of the target. */
    url: string;
    /** Message of the error that the Actor received, with the remedy. */
    message: string;
}
