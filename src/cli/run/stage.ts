import type { Api } from '../api/api.js';
import type { Actor } from '../../model/actor.js';
import type { Run } from '../../model/run.js';
import type { Isolation } from '../../model/execution.js';

/** What `greenroom run` can be told about a run. */
export interface StageOptions {
    readonly build?: string;
    readonly memory?: number;
    readonly timeout?: number;
    readonly maxItems?: number;
    readonly maxTotalChargeUsd?: number;
    readonly env?: Record<string, string>;
    readonly isolation?: Isolation;
    readonly debug?: { readonly port?: number };
}

/** A run with how far it has come. */
export interface RunProgress {
    readonly run: Run;
    readonly requests: { readonly handled: number; readonly total: number };
}

/** What a run has left behind. */
export interface RunResults {
    /** The first ones. */
    readonly items: readonly Record<string, unknown>[];
    readonly itemCount: number;
    /** The record `OUTPUT`, if there is one; undefined also where it is neither JSON nor text. */
    readonly output?: { readonly value: unknown; readonly contentType: string };
}

/** Where a run takes place: in this process, or in that of a server. What is shown of it is the same. */
export interface Stage {
    /** For messages: the storage directory, or the URL of the server. */
    readonly place: string;
    /** By whichever command looks at data. */
    readonly api: Api;
    /**
     * The Actor of a folder or a module file.
     *
     * @param path - Absolute.
     */
    register(path: string): Promise<Actor>;
    /** Takes over named storages of a folder in Crawlee's layout, once; returns what to say about it. */
    importStorage(folder: string): Promise<string | undefined>;
    actor(idOrName: string): Promise<Actor | undefined>;
    /** The names of all Actors. */
    actorNames(): Promise<string[]>;
    inputSchema(actor: Actor, build?: string): Promise<unknown>;
    /** @param input - JSON; undefined for none. */
    start(actor: Actor, input: string | undefined, options: StageOptions): Promise<Run>;
    /** The lines of the log, each with its time, until the run has ended. */
    lines(runId: string): AsyncIterable<string>;
    progress(runId: string): Promise<RunProgress>;
    /** The run, once it has ended. */
    finished(runId: string): Promise<Run>;
    abort(runId: string, options: { gracefully: boolean }): Promise<void>;
    results(run: Run, limit: number): Promise<RunResults>;
    /** What is needed no more is given up; runs that go on are ended at once. */
    close(): Promise<void>;
}
