import type { Actor } from '../../model/actor.js';
import type { Isolation } from '../../model/execution.js';
import type { Run } from '../../model/run.js';

/** Options of a run that the command line sets. */
export interface RunStartOptions {
    readonly build?: string;
    readonly memory?: number;
    readonly timeout?: number;
    readonly maxItems?: number;
    readonly maxTotalChargeUsd?: number;
    readonly restartOnError?: boolean;
    readonly env?: Record<string, string>;
    readonly isolation?: Isolation;
    readonly debug?: { readonly port?: number };
}

/** A run and its progress. */
export interface RunProgress {
    readonly run: Run;
    readonly requests: { readonly handled: number; readonly total: number };
}

/** The results of a run. */
export interface RunResults {
    /** The first ones. */
    readonly items: readonly Record<string, unknown>[];
    readonly itemCount: number;
    /** The record `OUTPUT`, if there is one. */
    readonly output?: { readonly value: unknown; readonly contentType: string };
}

/** Runs Actors in this process or on a server. */
export interface Runner {
    /** The storage directory or the URL of the server, for messages. */
    readonly place: string;
    /** Deletes finished runs and unnamed storages. */
    purge(): Promise<void>;
    /** Returns the Actor of a folder or a module file (absolute path). */
    register(path: string): Promise<Actor>;
    /** Imports named storages of a folder in Crawlee's layout, once; returns a line that reports it. */
    importStorage(folder: string): Promise<string | undefined>;
    findActor(idOrName: string): Promise<Actor | undefined>;
    listActorNames(): Promise<string[]>;
    readInputSchema(buildId: string): Promise<string | undefined>;
    /** @param input - JSON; undefined for none. */
    start(actor: Actor, input: string | undefined, options: RunStartOptions): Promise<Run>;
    /** @param reference - An id or the beginning of one, `last`, or an Actor. */
    resurrect(reference: string, options: RunStartOptions): Promise<Run>;
    /** Yields the lines of the log, each with its time, until the end of the run. */
    readLog(runId: string): AsyncIterable<string>;
    readProgress(runId: string): Promise<RunProgress>;
    /** Returns the run once it has ended. */
    waitForFinish(runId: string): Promise<Run>;
    abort(runId: string, options: { gracefully: boolean }): Promise<void>;
    readResults(run: Run, limit: number): Promise<RunResults>;
    /** Releases everything; a run in this process is ended at once. */
    close(): Promise<void>;
}
