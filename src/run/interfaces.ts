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
    /** The Actor, and the build that a run of it executes. Throws if there is none. */
    find(actorId: string, build: string | undefined): RunTarget;
    /** As {@link RunTargets.find}, after a build that follows its folder has read that again. */
    resolve(actorId: string, build: string | undefined): Promise<RunTarget>;
    /** The number of a build; throws if there is no such build any more. */
    buildNumberOf(buildId: string): string;
}

/** The API, as the Actors of runs use it. */
export interface ActorApi {
    /** Performs a client call of the Actor of a run. */
    call(runId: string, steps: CallSegment[]): Promise<unknown>;
    /** Answers a request for the API by the Actor of a run. */
    request(runId: string, request: WebRequest): Promise<WebResponse>;
}

/** The connections between a run, the processes that it starts, and the world around the engine. */
export interface RunExternalAccess {
    /** The token by which the run uses the API as itself. */
    tokenOf(runId: string): string;
    /** The variables by which the processes of the run, in any language, find the engine; none if nothing listens. */
    createVariables(runId: string, token: string): Record<string, string>;
    /** Passes a system event on to those who listen to the run from outside. */
    sendEvent(runId: string, event: SystemEvent): void;
    /** Passes the resource usage of the run on, likewise. */
    reportUsage(runId: string, usage: ResourceUsage): void;
}

/** The network that runs may reach, and the handlers that answer in place of the rest. */
export interface RunNetworks {
    /** The network that a run may reach. */
    resolve(document: RunDocument): RunNetwork;
    /** The variables by which the Actor of a run finds the proxy; it starts when it is first asked for. */
    proxyVariables(document: RunDocument): Promise<Record<string, string>>;
    /** Gives a run a handler of its own. */
    setHandler(runId: string, handler: NetworkHandler): void;
    /**
     * Has the handler answer a request of an Actor; `note` writes a line into the run's log. Rejects with the error for the
     * Actor's client.
     */
    fetch(
        document: RunDocument,
        request: WebRequest,
        exchange: WebRequestContext,
        note: (text: string) => void,
    ): Promise<WebResponse>;
}

/** Times and limits that the user of the engine sets. */
export interface RunSettings {
    /** URLs of modules that each run with a thread or process of its own imports before its Actor. */
    setupFiles: readonly string[];
    isolation: Isolation;
    abortGraceSecs: number;
    timeoutGraceSecs: number;
    terminateTimeoutSecs: number;
    maxTotalMemoryMbytes: number;
    /** How runs are debugged that were not started with a word of it. */
    debug: DebugSettings | false;
    logger?: { info(message: string): void };
    /** Environment variables that every run gets. */
    env: Readonly<Record<string, string>>;
}

/** The parts of an Actor that matter to a run. */
export type ActorOfRun = Readonly<
    Pick<Actor, 'id' | 'username' | 'name' | 'taggedBuilds' | 'actorPermissionLevel' | 'defaultRunOptions'>
>;

/** An Actor and the build of it that is to run. */
export interface RunTarget {
    /** As it was when the run was started or resurrected, or became this Actor. */
    actor: ActorOfRun;
    build: Build;
    /** Environment variables of the build. */
    envVars: Readonly<Record<string, string>>;
    /** Values of those that must not show in a log. */
    secrets?: readonly string[];
    memory: { default?: number; min?: number; max?: number };
    /** Megabytes that a run gets by default, where that depends on its input and options. Throws when it cannot tell. */
    calculateMemory?: (input: RunInput | undefined, runOptions: Partial<RunOptions>) => number;
    /** How a run of the Actor is paid for that is started now. */
    pricing?: ActorRunPricingInfo;
    /** How the Actor is to be kept apart, if it says so. */
    isolation?: Isolation;
    /** Whether the Actor is a function of the host's. */
    isFunction: boolean;
    /** What the build wants of an input; absent where it has no input schema. */
    input?: InputRules;
    /** Finds the code that is to run, as it is now. Throws when there is none that can. */
    resolveRunnable(): Promise<Runnable>;
}

/** What a build with an input schema wants of the input of a run. */
export interface InputRules {
    /** The input as it is to be stored for a run of the user. Throws `invalid-input`, before anything of the run exists. */
    prepare(input: RunInput | undefined, userId: string): Promise<RunInput | undefined>;
    /** True if the input may have secrets. */
    readonly hasSecrets: boolean;
    /** The secrets in a stored input, and what the Actor needs to decrypt them; undefined for a user who has none. */
    readSecrets(userId: string, input: Buffer | undefined): Promise<RunSecrets | undefined>;
}

/** The secrets in the input of a run. */
export interface RunSecrets {
    /** Environment variables with the key. */
    variables: Record<string, string>;
    /** What is to be in no log. */
    texts: readonly string[];
}

/** The stored records of runs. The documents are the engine's own: what is handed out is a copy. */
export interface RunStore {
    get(id: string): RunDocument | undefined;
    has(id: string): boolean;
    /** Those that have not ended, oldest first. */
    live(): RunDocument[];
    /** Those that started before then, oldest first, except so many of the latest of all; maybe of one user only. */
    startedBefore(millis: number, butLatest: number, isOf?: (userId: string) => boolean): Iterable<RunDocument>;
    /** One page of runs, and how many there are in all. */
    page(query: RunQuery): { total: number; documents: RunDocument[] };
    last(query: LastRunQuery): RunDocument | undefined;
    /** Those that the Actor of a run has started, oldest first. */
    startedBy(runId: string): RunDocument[];
    /** Keeps a new document, or the changes of one that is kept already. */
    save(document: RunDocument): void;
    remove(id: string): void;
}

/** Where it is kept what runs are charged for: a list for each run that only grows. What was appended stays. */
export interface ChargeLog {
    append(runId: string, charge: RunCharge): void;
    /** All charges of a run, oldest first. */
    load(runId: string): RunCharge[];
    /** Says that nothing more comes for a while. */
    end(runId: string): void;
    remove(runId: string): void;
}

/** Where runs write their logs. */
export interface RunLogs {
    /** @param isNew - True for a run that cannot have a log yet. */
    open(runId: string, isNew?: boolean): RunLogWriter;
    end(runId: string): void;
    remove(runId: string): void;
}

/** The log of one live run, as far as the lifecycle writes it. */
export interface RunLogWriter {
    /** Hides values wherever they are written from now on. */
    hide(secrets: readonly string[]): void;
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** A line of the engine's own. */
    note(text: string): void;
}
