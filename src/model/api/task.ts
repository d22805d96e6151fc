import type { ActorStandby } from './actor.js';
import type { WebhookCollectionClient } from './webhook.js';
import type {
    ChunkOptions,
    ClientRun,
    LastRunOptions,
    RunClient,
    RunCollectionClient,
    StartedRun,
    WaitOptions,
} from '../client/client.js';
import type { Page, PagedList, PageOptions } from './page.js';
import type { CallOptions, StartOptions } from './run.js';

/** An Actor with an input and options of its own, in the shape of the API's Task object. */
export interface Task {
    id: string;
    userId: string;
    /** The Actor that it runs. */
    actId: string;
    name: string;
    username: string;
    title?: string;
    description?: string;
    createdAt: Date;
    modifiedAt: Date;
    stats: TaskStats;
    /** What its runs run with, where the caller does not say otherwise. Default: as the Actor has it. */
    options?: TaskOptions;
    /** The input of its runs. A caller's input is laid over it, property by property. */
    input?: TaskInput;
    /** Kept, without an effect. */
    actorStandby?: TaskStandby;
    /** Kept, without an effect: there is no Store here. */
    isPublic?: boolean;
    /** Kept, without an effect, as is `isPublic`. */
    publicConfig?: TaskPublicConfig | null;
}

/** The input that a task keeps. */
export type TaskInput = Record<string, unknown> | Record<string, unknown>[];

/** Counts over a task's life. */
export interface TaskStats {
    totalRuns: number;
}

/** Options of runs, as tasks and schedules keep them. */
export interface TaskOptions {
    /** Tag or number. */
    build?: string;
    /** Seconds; 0 is no timeout. */
    timeoutSecs?: number;
    /** A power of two. */
    memoryMbytes?: number;
    maxItems?: number;
    /** USD. */
    maxTotalChargeUsd?: number;
    restartOnError?: boolean;
}

/** How a task would stand by for requests. */
export type TaskStandby = Omit<ActorStandby, 'isEnabled'>;

/** How a task would show in the Store. */
export interface TaskPublicConfig {
    publishedAt: Date | null;
    seoTitle?: string | null;
    seoDescription?: string | null;
    categorization?: string | null;
    inputSchemaFields?: string[] | null;
    datasetName?: string | null;
    datasetView?: string | null;
}

/** What can be changed of a task; null takes away what is there. */
export interface TaskUpdate {
    /** 3 to 63 letters, digits and dashes; no other task may have it. */
    name?: string;
    title?: string | null;
    description?: string | null;
    options?: TaskOptions | null;
    /** Replaces the whole input; `updateInput` changes some of its properties. */
    input?: TaskInput | null;
    actorStandby?: TaskStandby | null;
    isPublic?: boolean;
    publicConfig?: Omit<TaskPublicConfig, 'publishedAt'> | null;
}

/** What a task is made of. */
export interface TaskCreation extends TaskUpdate {
    /** Id or name of the Actor. */
    actId: string;
}

/** What lists of tasks show of each. The names of the Actor are left out once it is gone. */
export type TaskListItem = Omit<Task, 'options' | 'input'> & { actName?: string; actUsername?: string };

/** Options for starting a task; what is left out is as the task has it. */
export type TaskStartOptions = Omit<StartOptions, 'contentType' | 'forcePermissionLevel'>;

/** Options for starting a task and waiting for the end of its run. */
export type TaskCallOptions = Omit<CallOptions, 'contentType' | 'forcePermissionLevel'> & Pick<WaitOptions, 'signal'>;

/** One task. */
export interface TaskClient {
    get(): Promise<Task | undefined>;
    update(fields: TaskUpdate): Promise<Task>;
    publish(): Promise<Task>;
    unpublish(): Promise<Task>;
    /** Its runs stay. */
    delete(): Promise<void>;
    start(input?: Record<string, unknown>, options?: TaskStartOptions): Promise<StartedRun>;
    call(input?: Record<string, unknown>, options?: TaskCallOptions): Promise<ClientRun>;
    /** `{}` where the task has none, undefined where there is no such task. */
    getInput(): Promise<TaskInput | undefined>;
    /** Changes the given properties of the input, and returns all of it. An array replaces it. */
    updateInput(input: TaskInput): Promise<TaskInput>;
    runs(): RunCollectionClient;
    lastRun(options?: LastRunOptions): RunClient;
    webhooks(): WebhookCollectionClient;
}

/** All tasks of the user. */
export interface TaskCollectionClient {
    /** Oldest first. */
    list(options?: PageOptions & ChunkOptions): PagedList<TaskListItem, Page<TaskListItem>>;
    /**
     * Makes a task. Without a name it is named after its Actor.
     *
     * @throws EngineError `actor-not-found`, `actor-task-name-not-unique`, `too-many-actor-tasks`, `invalid-value`.
     */
    create(task: TaskCreation): Promise<Task>;
}
