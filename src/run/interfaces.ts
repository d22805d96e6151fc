import type { Isolation, DebugSettings } from '../model/execution.js';
import type { Actor, Build } from '../model/api/actor.js';
import type { ActorRunPricingInfo, RunCharge } from '../model/api/pricing.js';
import type { RunDocument, LastRunQuery, RunQuery, RunInput } from '../model/api/run-document.js';
import type { NetworkHandler } from '../model/network.js';
import type { RunNetwork, WebRequestContext, WebRequest, WebResponse } from '../protocol/network.js';
import type { ResourceUsage, Runnable, SystemEvent } from '../protocol/messages.js';
import type { RunOptions } from '../model/api/run.js';
import type { CallSegment } from '../protocol/calls.js';

/** The Actors and builds that runs execute. */
export interface RunTargets {
    /** Returns the Actor and the build that a run executes. Throws if one of them does not exist. */
    find(actorId: string, build: string | undefined): RunTarget;
    /** Like {@link RunTargets.find}, but first updates a build that follows its folder. */
    resolve(actorId: string, build: string | undefined): Promise<RunTarget>;
    /** Returns the number of a build. Throws if the build does not exist any more. */
    buildNumberOf(buildId: string): string;
}

/** The API for the Actors of runs. */
export interface ActorApi {
    /** Performs a client call of a run's Actor. */
    call(runId: string, steps: CallSegment[]): Promise<unknown>;
    /** Answers an API request of a run's Actor. */
    request(runId: string, request: WebRequest): Promise<WebResponse>;
}

/** Access to the engine from outside of a run's thread: for the processes it starts and for external listeners. */
export interface RunExternalAccess {
    /** URL of the engine for external clients; undefined if it does not listen. */
    readonly url: string | undefined;
    /** Returns the API token of the run. */
    tokenOf(runId: string): string;
    /**
     * Returns the variables by which the processes and threads that the run starts find the engine; undefined without a
     * listener.
     */
    createVariables(runId: string, token: string): Record<string, string> | undefined;
    /** Opens a listener for the processes and threads that runs start, unless there is one. Throws if it cannot listen. */
    openChildAccess(): Promise<void>;
    /** Sends a system event to the external listeners of the run. */
    sendEvent(runId: string, event: SystemEvent): void;
    /** Sends the resource usage of the run to its external listeners. */
    reportUsage(runId: string, usage: ResourceUsage): void;
}

/** Network policies of runs, and the handlers of intercepted requests. */
export interface RunNetworks {
    /** Returns the network policy of a run. */
    resolve(document: RunDocument): RunNetwork;
    /** Returns the variables by which the Actor of a run finds the proxy. Starts the proxy on first use. */
    proxyVariables(document: RunDocument): Promise<Record<string, string>>;
    /** Sets the network handler of a run. */
    setHandler(runId: string, handler: NetworkHandler): void;
    /**
     * Answers a request of an Actor with the handler; `note` writes a line to the run's log. Rejects with the error that the
     * Actor's HTTP client receives.
     */
    fetch(
        document: RunDocument,
        request: WebRequest,
        exchange: WebRequestContext,
        note: (text: string) => void,
    ): Promise<WebResponse>;
}

/** Engine options that apply to all runs. */
export interface RunSettings {
    /** URLs of modules that runs in their own thread or process import before the Actor. */
    setupFiles: readonly string[];
    isolation: Isolation;
    abortGraceSecs: number;
    timeoutGraceSecs: number;
    terminateTimeoutSecs: number;
    maxTotalMemoryMbytes: number;
    /** Debug settings of runs that do not set their own. */
    debug: DebugSettings | false;
    logger?: { info(message: string): void };
    /** Environment variables of every run. */
    env: Readonly<Record<string, string>>;
}

/** The fields of an Actor that a run uses. */
export type ActorOfRun = Readonly<
    Pick<Actor, 'id' | 'username' | 'name' | 'taggedBuilds' | 'actorPermissionLevel' | 'defaultRunOptions'>
>;

/** An Actor and the build that a run executes. */
export interface RunTarget {
    /** The Actor at the time of the start, resurrection or metamorph. */
    actor: ActorOfRun;
    build: Build;
    /** Environment variables of the build. */
    envVars: Readonly<Record<string, string>>;
    /** Values of secret variables. */
    secrets?: readonly string[];
    memory: { default?: number; min?: number; max?: number };
    /** Computes the default memory in megabytes if it depends on the input and the options. Throws if it cannot be computed. */
    calculateMemory?: (input: RunInput | undefined, runOptions: Partial<RunOptions>) => number;
    /** The pricing of a run started now. */
    pricing?: ActorRunPricingInfo;
    /** The isolation mode of the Actor, if set. */
    isolation?: Isolation;
    /** True if the Actor is a function in the host's process. */
    isFunction: boolean;
    /** Absent for a build without input schema. */
    input?: InputRules;
    /** Resolves the current code of the Actor. Throws if it cannot be run. */
    resolveRunnable(): Promise<Runnable>;
}

/** Validation and secrets of the input, from the input schema of a build. */
export interface InputRules {
    /** Returns the input to store for a run of the user: validated, with defaults and encrypted secrets. Throws `invalid-input`. */
    prepare(input: RunInput | undefined, userId: string): Promise<RunInput | undefined>;
    /** True if the input may contain secrets. */
    readonly hasSecrets: boolean;
    /** Returns the secrets in a stored input, and the variables to decrypt them; undefined for a user without secrets. */
    readSecrets(userId: string, input: Buffer | undefined): Promise<RunSecrets | undefined>;
}

/** The secrets in the input of a run. */
export interface RunSecrets {
    /** Environment variables with credentials. */
    variables: Record<string, string>;
    /** Values whose texts are redacted wherever text leaves the run. */
    values: readonly unknown[];
}

/** The stored records of runs. Returned documents are not copies: copy them before they leave the engine. */
export interface RunStore {
    get(id: string): RunDocument | undefined;
    has(id: string): boolean;
    /** Returns the runs that have not ended, oldest first. */
    live(): RunDocument[];
    /**
     * Returns the runs started before a time, oldest first.
     *
     * @param keepLatest - Number of latest runs to leave out.
     * @param userFilter - If set, only runs of users for whom it returns true.
     */
    startedBefore(millis: number, keepLatest: number, userFilter?: (userId: string) => boolean): Iterable<RunDocument>;
    /** Returns one page of runs, and the total number. */
    page(query: RunQuery): { total: number; documents: RunDocument[] };
    last(query: LastRunQuery): RunDocument | undefined;
    /** Returns the runs started by the Actor of a run, oldest first. */
    startedBy(runId: string): RunDocument[];
    /** Saves a new or changed document. */
    save(document: RunDocument): void;
    remove(id: string): void;
}

/** Append-only log of the charges of each run. */
export interface ChargeLog {
    append(runId: string, charge: RunCharge): void;
    /** Returns all charges of a run, oldest first. */
    load(runId: string): RunCharge[];
    /** Closes the log of a run until the next charge. */
    end(runId: string): void;
    remove(runId: string): void;
}

/** The logs of runs. */
export interface RunLogs {
    /** @param isNew - True for a run that cannot have a log yet. */
    open(runId: string, isNew?: boolean): RunLogWriter;
    end(runId: string): void;
    remove(runId: string): void;
}

/** Writes the log of one live run. */
export interface RunLogWriter {
    /** Redacts the texts in these values, too, in everything written from now on. */
    hide(secrets: readonly unknown[]): void;
    /** Returns a text that leaves the run in another way, without the secrets. */
    redact(text: string): string;
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** Writes a line of the engine itself. */
    note(text: string): void;
}
