/**
 * What goes over the one websocket of a console, as JSON. A browser has six connections to one place: all that lasts shares
 * this one, and the API keeps the others. Dates are ISO strings once they arrive.
 */
import type { Build } from '../model/api/actor.js';
import type { Run } from '../model/api/run.js';
import type { Schedule } from '../model/api/schedule.js';
import type { WebhookDispatch } from '../model/api/webhook.js';
import type { UsageSample } from '../util/collections/downsampled-series.js';

/** Where the websocket is opened. */
export const CONSOLE_SOCKET_PATH = '/console/live';

/** Why the server closes it: the token opens nothing. Sent after `refused`, and no reason to try again. */
export const TOKEN_REFUSED = 4401;

/** From the console to the server. */
export type ConsoleRequest =
    /** The first message: who it is. */
    | { type: 'open'; token: string }
    /** Send the log of a run or build from that line on, and each new one, until it ends or is not followed any more. */
    | { type: 'follow-log'; id: string; from: number }
    | { type: 'unfollow-log'; id: string }
    /** Send what a run has used so far, and each second what it uses. */
    | { type: 'follow-usage'; id: string }
    | { type: 'unfollow-usage'; id: string }
    /** Answer what the API has no word for. @see ConsoleQuestion */
    | { type: 'ask'; number: number; question: RunRequest; id: string };

/** What a console can ask about a run: which runs its Actor has started, or that it be migrated. */
export type RunRequest = 'started-runs' | 'migrate';

/** From the server to the console. */
export type ConsoleMessage =
    /** The token is right; nothing else is sent before. */
    | { type: 'opened'; userId: string; username: string }
    | { type: 'refused'; message: string }
    /** What has happened since the last such message; of several changes of one record only the last. */
    | { type: 'events'; events: ConsoleEvent[] }
    /** More has happened than this console could take: what it shows has to be read anew. */
    | { type: 'missed' }
    /** Lines with their time stamps and colours; `from` is the number of the first. Less than expected: begin anew. */
    | { type: 'log'; id: string; from: number; lines: string[] }
    /** No more lines come, for now: the run or build has ended. It can be followed again after a resurrection. */
    | { type: 'log-ended'; id: string; lineCount: number }
    /** There is no such log, or it is somebody else's. */
    | { type: 'log-refused'; id: string; message: string }
    /** `isWhole` where the samples are all there are, in place of those that came before. */
    | { type: 'usage'; id: string; samples: UsageSample[]; isWhole: boolean }
    /** The answer to the question of that number: the runs that were asked for, oldest first, or the run that is migrated. */
    | { type: 'answer'; number: number; runs: Run[] }
    | { type: 'answer-refused'; number: number; message: string };

/** Something that has happened to what a user owns, with the record as of then. */
export type ConsoleEvent =
    | { name: 'run'; run: Run }
    | { name: 'build'; build: Build }
    | { name: 'dispatch'; dispatch: WebhookDispatch }
    | { name: 'schedule'; schedule: Schedule; runIds: string[] }
    /** Of the engine itself; only its first user hears it. */
    | { name: 'warning'; message: string };

/** Consecutive lines of a log. */
export interface LogBatch {
    /** Number of the first of them. */
    from: number;
    lines: string[];
}
