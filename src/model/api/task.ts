import type { ActorStandby } from './actor.js';
import type { WebhookCollectionClient } from './webhook.js';
import type {
    ClientRun,
    LastRunOptions,
    RunClient,
    RunCollectionClient,
    StartedRun,
    WaitOptions,
} from '../client/run.js';
import type { ChunkOptions, Page, PagedList, PageOptions } from './page.js';
import type { CallOptions, StartOptions } from './run.js';

/** An Actor with a saved input and saved options. Source: the API's Task object. */
export interface Task {
    /** Id of the task. */
    id: string;
    /** Id of the user who owns the task. */
    userId: string;
    /** Id of the Actor. */
    actId: string;
    /** Unique name among the user's tasks. */
    name: string;
    /** Username of the user who owns the task. */
    username: string;
    /** Display name. */
    title?: string;
    /** Short description. */
    description?: string;
    /** Time of creation. */
    createdAt: Date;
    /** Time of the last change. */
    modifiedAt: Date;
    /** Usage counts. */
    stats: TaskStats;
    /** Default options of the task's runs. Default for each: the Actor's setting. */
    options?: TaskOptions;
    /** Default input. The properties of a start's input override those of this one. */
    input?: TaskInput;
    /** Standby settings. Stored without effect. */
    actorStandby?: TaskStandby;
    /** True if the task is published in the Store. Stored without effect. */
    isPublic?: boolean;
    /** Presentation in the Store. Stored without effect. */
    publicConfig?: TaskPublicConfig | null;
}

/** The saved input of a task. */
export type TaskInput = Record<string, unknown> | Record<string, unknown>[];

/** Usage counts of a task. */
export interface TaskStats {
    /** Number of runs. */
    totalRuns: number;
}

/** Run options of a task or schedule. */
export interface TaskOptions {
    /** Tag or number of the build. */
    build?: string;
    /** Timeout in seconds; 0 for none. */
    timeoutSecs?: number;
    /** Memory limit in megabytes, a power of two. */
    memoryMbytes?: number;
    /** Maximum number of items that are charged for. */
    maxItems?: number;
    /** Maximum charge in USD. */
    maxTotalChargeUsd?: number;
    /** If true, the Actor restarts when it fails. */
    restartOnError?: boolean;
}

/** Standby settings of a task. */
export type TaskStandby = Omit<ActorStandby, 'isEnabled'>;

/** Presentation of a task in the Store. */
export interface TaskPublicConfig {
    /** Time of publication; null while unpublished. */
    publishedAt: Date | null;
    /** Title for search engines. */
    seoTitle?: string | null;
    /** Description for search engines. */
    seoDescription?: string | null;
    /** Category. */
    categorization?: string | null;
    /** Names of the input fields to show. */
    inputSchemaFields?: string[] | null;
    /** Name of the dataset to show. */
    datasetName?: string | null;
    /** Name of the dataset view to show. */
    datasetView?: string | null;
}

/** Changes of a task. Null removes a value. */
export interface TaskUpdate {
    /** Name: 3 to 63 letters, digits and dashes, unique among the user's tasks. */
    name?: string;
    /** Display name. */
    title?: string | null;
    /** Short description. */
    description?: string | null;
    /** Default options of runs; replaces all of them. */
    options?: TaskOptions | null;
    /** Default input; replaces all of it. To change single properties, use `updateInput`. */
    input?: TaskInput | null;
    /** Standby settings. */
    actorStandby?: TaskStandby | null;
    /** If true, publishes the task in the Store. */
    isPublic?: boolean;
    /** Presentation in the Store. */
    publicConfig?: Omit<TaskPublicConfig, 'publishedAt'> | null;
}

/** Fields of a new task. */
export interface TaskCreation extends TaskUpdate {
    /** Id or name of the Actor. */
    actId: string;
}

/** A task in a list. The names of the Actor are absent if it does not exist any more. */
export type TaskListItem = Omit<Task, 'options' | 'input'> & {
    /** Name of the Actor. */
    actName?: string;
    /** Username of the Actor's owner. */
    actUsername?: string;
};

/** Options for starting a task. Default for each: the task's setting. */
export type TaskStartOptions = Omit<StartOptions, 'contentType' | 'forcePermissionLevel'>;

/** Options for starting a task and waiting for the end of its run. */
export type TaskCallOptions = Omit<CallOptions, 'contentType' | 'forcePermissionLevel'> & Pick<WaitOptions, 'signal'>;

/** Client of one task. */
export interface TaskClient {
    /** Returns the task, or undefined if it does not exist. */
    get(): Promise<Task | undefined>;
    /**
     * Updates the given fields.
     *
     * @throws EngineError `record-not-found`, `actor-task-name-not-unique`, `invalid-value`.
     */
    update(fields: TaskUpdate): Promise<Task>;
    /** Sets `isPublic`. */
    publish(): Promise<Task>;
    /** Clears `isPublic`. */
    unpublish(): Promise<Task>;
    /** Deletes the task. Its runs are kept. A task that does not exist is not an error. */
    delete(): Promise<void>;
    /**
     * Starts a run of the task.
     *
     * @param input - Overrides properties of the task's input.
     */
    start(input?: Record<string, unknown>, options?: TaskStartOptions): Promise<StartedRun>;
    /** Starts a run of the task and waits for its end. */
    call(input?: Record<string, unknown>, options?: TaskCallOptions): Promise<ClientRun>;
    /** Returns the input: `{}` if the task has none, undefined if the task does not exist. */
    getInput(): Promise<TaskInput | undefined>;
    /** Updates the given properties of the input and returns all of it. An array replaces the input. */
    updateInput(input: TaskInput): Promise<TaskInput>;
    /** Returns the client of the task's runs. */
    runs(): RunCollectionClient;
    /** Returns the client of the latest run. */
    lastRun(options?: LastRunOptions): RunClient;
    /** Returns the client of the task's webhooks. */
    webhooks(): WebhookCollectionClient;
}

/** Client of all tasks of the user. */
export interface TaskCollectionClient {
    /** Lists the tasks, oldest first unless `desc`. */
    list(options?: PageOptions & ChunkOptions): PagedList<TaskListItem, Page<TaskListItem>>;
    /**
     * Creates a task. Its default name derives from the Actor's.
     *
     * @throws EngineError `actor-not-found`, `actor-task-name-not-unique`, `too-many-actor-tasks`, `invalid-value`.
     */
    create(task: TaskCreation): Promise<Task>;
}
