import type { PageOptions } from './page.js';
import type { RunOrigin } from './run.js';
import type { JobStatus } from './status.js';

/** Which runs are meant; what is left out means any. */
export interface RunFilter {
    actId?: string;
    actorTaskId?: string;
    statuses?: readonly JobStatus[];
    /** From this time on, in milliseconds since the epoch. */
    startedAfter?: number;
    /** Up to this time. */
    startedBefore?: number;
}

/** Which of these runs are wanted, oldest first unless `desc`. */
export interface RunQuery extends RunFilter, Required<PageOptions> {}

/** Which run counts as the last one. */
export interface LastRunQuery {
    actId?: string;
    actorTaskId?: string;
    status?: JobStatus;
    /** One that no run has is allowed, and finds none. */
    origin?: RunOrigin | 'APIFY_AI';
}
