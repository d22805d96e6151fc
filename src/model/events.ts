import type { Actor, Build } from './api/actor.js';
import type { NetworkContext } from './network.js';
import type { Run } from './api/run.js';
import type { Schedule } from './api/schedule.js';
import type { JobStatus } from './api/status.js';
import type { WebhookDispatch } from './api/webhook.js';

/** What `engine.on` tells of, by name. Records are copies as of the moment of the event. */
export type EngineEvents = {
    'run.created': { run: Run };
    'run.status-changed': { run: Run; previousStatus: JobStatus };
    /** The Actor has set a status message. */
    'run.status-message': { run: Run; statusMessage: string };
    /** One line of a run's log, with its time stamp and its colours, without the line break. */
    'run.log': { runId: string; line: string };
    /** The run is debugged; `url` is where a debugger attaches, as `ws://127.0.0.1:…`. */
    'run.inspector-opened': { run: Run; url: string };
    /** The run's deadline is near. */
    'run.timeout-warning': { run: Run; secsLeft: number };
    'run.finished': { run: Run };
    'build.created': { actor: Actor; build: Build };
    'build.finished': { actor: Actor; build: Build };
    /** An attempt to deliver a dispatch has ended; it goes on as long as the status is ACTIVE. */
    'webhook.dispatched': { dispatch: WebhookDispatch };
    /** One line of a build's log, with its time stamp, without the line break. */
    'build.log': { buildId: string; line: string };
    /** A thread did not end although it was terminated; it was given up. */
    'run.stuck': { run: Run };
    /** A schedule has fired: the runs that it was to start are there, but for those that its log says could not be. */
    'schedule.fired': { schedule: Schedule; scheduledAt: Date; runIds: string[] };
    /** A request that no rule of the option `network` has answered, and which failed therefore. */
    'network.unanswered': UnansweredRequest;
    /** Something went wrong that belongs to no call: a listener threw, a file had to be repaired. */
    warning: { message: string; error?: unknown };
};

/** A request of an Actor, or of a webhook, that the handler of the option `network` did not answer. */
export interface UnansweredRequest {
    sender: NetworkContext['sender'];
    /** The run whose Actor sent it, or that the webhook tells of; undefined for a webhook about anything else. */
    runId: string | undefined;
    actId: string | undefined;
    method: string;
    url: string;
    /** In words, with what to do: the message of the error that the Actor got. */
    message: string;
}
