import type { JobStatus } from '../api/status.js';
import type { Run, RunListItem, RunOrigin, MetamorphOptions, ResurrectOptions } from '../api/run.js';
import type { RunChargeOptions } from '../api/pricing.js';
import type { DatasetClient, KeyValueStoreClient, RequestQueueClient } from './storage.js';
import type { RunGeneralAccess } from '../api/access.js';
import type { PagedList, PageOptions, ChunkOptions } from '../api/page.js';
import type { Readable } from 'node:stream';

/*
 * The interfaces of `apify-client`. Two clients implement them: the host's, which works on the engine, and the Actor's, which
 * sends its calls to the host. A method that is missing in one of them does not compile.
 *
 * Results must be assignable to the types of `apify-client`, which declares some fields as required although the API omits
 * them or sends null. The `Client…` types below follow it, and say so.
 */

/** A run. `finishedAt` is declared as required, as in `apify-client`, but is absent until the run has finished. */
export type ClientRun = Run & {
    /** Time of the end. */
    finishedAt: Date;
};

/** A run in a list. `finishedAt` is declared as required, but is absent until the run has finished. */
export type ClientRunListItem = RunListItem & {
    /** Time of the end. */
    finishedAt: Date;
};

/** The record of a started run, with a non-enumerable method to wait for its end. */
export type StartedRun = ClientRun & {
    /** Waits for the end of the run, and returns its record. */
    waitForFinish(options?: WaitOptions): Promise<ClientRun>;
};

/** Options for waiting for the end of a run or build. */
export interface WaitOptions {
    /** Maximum number of seconds; then the current record is returned. Default: until the end. */
    waitSecs?: number;
    /** Cancels the wait, but not the run. Only for clients in the host: a signal cannot be sent to another thread. */
    signal?: AbortSignal;
}

/** Restricts the latest run. */
export interface LastRunOptions {
    /** Status of the run. Default: any. */
    status?: JobStatus;
    /** Origin of the run. Default: any. `APIFY_AI` is known only to `apify-client`, not to the API. */
    origin?: RunOrigin | 'APIFY_AI';
}

/** Client of one run. */
export interface RunClient {
    /** Returns the run, or undefined if it does not exist. `waitForFinish`: seconds to wait for its end, up to 60. */
    get(options?: { waitForFinish?: number }): Promise<ClientRun | undefined>;
    /** Updates the given fields. */
    update(fields: RunUpdate): Promise<ClientRun>;
    /**
     * Deletes a finished run with its storages, log and charges. A run that does not exist is not an error.
     *
     * @throws EngineError `cannot-remove-running-run` before its end.
     */
    delete(): Promise<void>;
    /**
     * Aborts the run. If `gracefully`, the Actor first receives the event `aborting`, and has the engine's `abortGraceSecs` to
     * exit.
     */
    abort(options?: { gracefully?: boolean }): Promise<ClientRun>;
    /** Metamorphs the run into another Actor, which continues with the same default storages and the given input. */
    metamorph(targetActorId: string, input?: unknown, options?: MetamorphOptions): Promise<ClientRun>;
    /** Restarts the Actor of a running run, keeping its storages. */
    reboot(): Promise<ClientRun>;
    /** Resurrects a finished run: it continues with the same storages and log, with a fresh timeout. */
    resurrect(options?: ResurrectOptions): Promise<ClientRun>;
    /** Charges the run for an event of its pricing. */
    charge(options: RunChargeOptions): Promise<ChargeAnswer>;
    /** Waits for the end of the run, and returns its record. */
    waitForFinish(options?: WaitOptions): Promise<ClientRun>;
    /** Returns the client of the default dataset. */
    dataset(): DatasetClient;
    /** Returns the client of the default key-value store. */
    keyValueStore(): KeyValueStoreClient;
    /** Returns the client of the default request queue. */
    requestQueue(): RequestQueueClient;
    /** Returns the client of the run's log. */
    log(): LogClient;
}

/** Result of a charge in `apify-client`: the HTTP response of the API, which has no data. */
export interface ChargeAnswer {
    /** Empty. */
    data: Record<string, never>;
    /** HTTP status: 201. */
    status: number;
    /** Text of the HTTP status. */
    statusText: string;
    /** HTTP headers: none. */
    headers: Record<string, string>;
    /** Absent. Declared because `apify-client` returns the HTTP request here. */
    config: never;
}

/** Changes of a run. */
export interface RunUpdate {
    /** Status message. */
    statusMessage?: string;
    /** If true, the status message is final: the engine does not replace it at the end. */
    isStatusMessageTerminal?: boolean;
    /** Access of users other than the owner; null resets it. */
    generalAccess?: RunGeneralAccess | null;
    /** Accepted for compatibility with `apify-client`: the level at which the SDK logs the message. */
    level?: string;
}

/** Client of runs: those of one Actor or task, or all. */
export interface RunCollectionClient {
    /** Lists the runs, oldest first unless `desc`. */
    list(options?: RunListOptions): PagedList<ClientRunListItem>;
}

/** Selects runs. */
export interface RunListOptions extends PageOptions, ChunkOptions {
    /** One or more statuses. Default: any. */
    status?: JobStatus | JobStatus[];
    /** Latest start, inclusive. */
    startedBefore?: Date | string;
    /** Earliest start, inclusive. */
    startedAfter?: Date | string;
}

/** Client of the log of a run or build. If `raw`, the text includes the Actor's colors and other control sequences. */
export interface LogClient {
    /** Returns the log so far, or undefined if the run or build does not exist. */
    get(options?: { raw?: boolean }): Promise<string | undefined>;
    /** Returns a stream of the log, which ends with the run or build, or undefined if that does not exist. */
    stream(options?: { raw?: boolean }): Promise<Readable | undefined>;
}
