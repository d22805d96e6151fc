/**
 * Messages on the websocket of a console, as JSON. A browser opens at most six connections to one host: everything
 * long-lived shares this socket and leaves the others to the API. Dates arrive as ISO strings.
 */
import type { Build } from '../model/api/actor.js';
import type { Run } from '../model/api/run.js';
import type { Schedule } from '../model/api/schedule.js';
import type { WebhookDispatch } from '../model/api/webhook.js';
import type { UsageSample } from '../util/collections/downsampled-series.js';

/** Path of the websocket. */
export const CONSOLE_SOCKET_PATH = '/console/live';

/** Close code for a token that is not valid. Sent after `refused`; the console must not reconnect. */
export const TOKEN_REFUSED = 4401;

/** From the console to the server. */
export type ConsoleRequest =
    /** The first message: authenticates the console. */
    | { type: 'open'; token: string }
    /** Sends the log of a run or build from line `from` on, and each new line, until the log ends or is unfollowed. */
    | { type: 'follow-log'; id: string; from: number }
    | { type: 'unfollow-log'; id: string }
    /** Sends the past usage of a run, and its current usage every second. */
    | { type: 'follow-usage'; id: string }
    | { type: 'unfollow-usage'; id: string }
    /** A request that the API has no endpoint for. @see RunRequest */
    | { type: 'ask'; number: number; question: RunRequest; id: string };

/** A request about a run: list the runs that its Actor has started, or migrate it. */
export type RunRequest = 'started-runs' | 'migrate';

/** From the server to the console. */
export type ConsoleMessage =
    /** The token is valid. No other message comes before. */
    | { type: 'opened'; userId: string; username: string }
    | { type: 'refused'; message: string }
    /** Events since the last such message; several changes of one record are reduced to the last one. */
    | { type: 'events'; events: ConsoleEvent[] }
    /** The console fell behind and lost events: it must reload what it shows. */
    | { type: 'missed' }
    /**
     * Log lines with time stamps and colours; `from` is the number of the first. A number below the expected one means
     * that the log restarts there.
     */
    | { type: 'log'; id: string; from: number; lines: string[] }
    /** No more lines for now: the run or build has ended. It can be followed again after a resurrection. */
    | { type: 'log-ended'; id: string; lineCount: number }
    /** The log does not exist, or belongs to another user. */
    | { type: 'log-refused'; id: string; message: string }
    /** If `isWhole` is set, the samples replace all earlier ones. */
    | { type: 'usage'; id: string; samples: UsageSample[]; isWhole: boolean }
    /** The response to the request with that number: the requested runs, oldest first, or the migrated run. */
    | { type: 'answer'; number: number; runs: Run[] }
    | { type: 'answer-refused'; number: number; message: string };

/** A change of a resource of the user, with the record at that moment. */
export type ConsoleEvent =
    | { name: 'run'; run: Run }
    | { name: 'build'; build: Build }
    | { name: 'dispatch'; dispatch: WebhookDispatch }
    | { name: 'schedule'; schedule: Schedule; runIds: string[] }
    /** A warning of the engine; only its first user receives it. */
    | { name: 'warning'; message: string };

/** Consecutive lines of a log. */
export interface LogBatch {
    /** Number of the first line. */
    from: number;
    lines: string[];
}
