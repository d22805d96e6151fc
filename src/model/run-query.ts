import type { PageOptions } from './page.js';
import type { RunOrigin } from './run.js';
import type { JobStatus } from './status.js';

/** Which runs are meant; what is left out means any. */
export interface RunFilter {
    actId?: string;
    actorTaskId?: string;
    /** Whether runs of the user with this id are meant. */
    isOf?: (userId: string) => boolean;
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
    isOf?: (userId: string) => boolean;
    status?: JobStatus;
    /** One that no run has is allowed, and finds none. */
    origin?: RunOrigin | 'APIFY_AI';
}
