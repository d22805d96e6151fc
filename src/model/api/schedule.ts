import type { ChunkOptions } from '../client/client.js';
import type { Page, PagedList, PageOptions } from './page.js';
import type { TaskOptions } from './task.js';

/** Starts Actors and tasks again and again, in the shape of the API's Schedule object. */
export interface Schedule {
    id: string;
    userId: string;
    name: string;
    title?: string;
    description?: string;
    /** When it fires, as it was given: five fields, six with seconds first, or an alias such as `@daily`. */
    cronExpression: string;
    /** An IANA name: the fields of the expression are read off the clocks there. */
    timezone: string;
    isEnabled: boolean;
    /** Whether an action is left out as long as the run that it started the last time goes on. */
    isExclusive: boolean;
    createdAt: Date;
    modifiedAt: Date;
    /** Absent while it is not enabled. */
    nextRunAt?: Date;
    /** When it was last to fire and did; absent until then. */
    lastRunAt?: Date;
    actions: ScheduleAction[];
    /** Kept, without an effect: nothing here sends e-mail. */
    notifications: { email: boolean };
}

/** What a schedule does when it fires. */
export type ScheduleAction = ScheduleActionRunActor | ScheduleActionRunActorTask;

/** Runs an Actor. */
export interface ScheduleActionRunActor {
    id: string;
    type: 'RUN_ACTOR';
    actorId: string;
    /** Default: no input. */
    runInput?: ScheduledRunInput;
    /** Default: as the Actor has it. */
    runOptions?: TaskOptions;
}

/** Runs a task. */
export interface ScheduleActionRunActorTask {
    id: string;
    type: 'RUN_ACTOR_TASK';
    actorTaskId: string;
    /** Laid over the task's own input: an object, or the JSON of one. */
    input?: Record<string, unknown> | string;
}

/** An input as text, with its type. */
export interface ScheduledRunInput {
    body?: string;
    /** Default: JSON. */
    contentType?: string;
}

/** One line of a schedule's log. */
export interface ScheduleLogEntry {
    message: string;
    level: 'INFO' | 'WARN' | 'ERROR';
    createdAt: Date;
}

/** An action as it is given; it gets an id unless it has one. Null counts as left out. */
export type ScheduleActionInput =
    | {
          id?: string;
          type: 'RUN_ACTOR';
          actorId: string;
          runInput?: Nullable<ScheduledRunInput> | null;
          runOptions?: Nullable<TaskOptions> | null;
      }
    | { id?: string; type: 'RUN_ACTOR_TASK'; actorTaskId: string; input?: Record<string, unknown> | string | null };

type Nullable<T> = { [Key in keyof T]: T[Key] | null };

/** What a schedule is made of, and what can be changed of it. Null takes a text away, and counts as left out elsewhere. */
export interface ScheduleFields {
    /** 3 to 63 letters, digits and dashes; no other schedule may have it. Default: `my-schedule`, with a number if need be. */
    name?: string | null;
    title?: string | null;
    description?: string | null;
    /** Default: `@daily`. */
    cronExpression?: string | null;
    /** Default: `UTC`. */
    timezone?: string | null;
    /** Default: false. */
    isEnabled?: boolean | null;
    /** Default: true. */
    isExclusive?: boolean | null;
    /** At most ten Actors and ten tasks. Replaces all that were there. Default: none. */
    actions?: readonly ScheduleActionInput[] | null;
    notifications?: { email: boolean } | null;
}

/** {@link ScheduleFields} after they have been checked: undefined is left out, null takes away. */
export interface ScheduleSettings {
    name?: string;
    title?: string | null;
    description?: string | null;
    cronExpression?: string;
    timezone?: string;
    isEnabled?: boolean;
    isExclusive?: boolean;
    actions?: ScheduleAction[];
    notifications?: { email: boolean };
}

/** One schedule. */
export interface ScheduleClient {
    get(): Promise<Schedule | undefined>;
    /** Changes a schedule; it is thrown as for {@link ScheduleCollectionClient.create}, and then nothing has changed. */
    update(fields: ScheduleFields): Promise<Schedule>;
    /** The runs that it started stay, and go on. */
    delete(): Promise<void>;
    /** The latest thousand entries, oldest first. `apify-client` declares a text, and gives this all the same. */
    getLog(): Promise<ScheduleLogEntry[] | undefined>;
}

/** All schedules of the user. */
export interface ScheduleCollectionClient {
    /** Oldest first; of their actions only what they run. */
    list(options?: PageOptions & ChunkOptions): PagedList<Schedule, Page<Schedule>>;
    /**
     * Makes a schedule.
     *
     * @throws EngineError `cron-expression-invalid`, `next-runtime-computation-failed` for an expression that never comes
     * true, `schedule-actor-not-found`, `schedule-actor-task-not-found`, `schedule-name-not-unique`,
     * `too-many-schedules`, `invalid-value`.
     *
     * @example
     * await client.schedules().create({
     *     name: 'every-morning',
     *     cronExpression: '30 7 * * 1-5',
     *     timezone: 'Europe/Prague',
     *     isEnabled: true,
     *     actions: [{ type: 'RUN_ACTOR', actorId: 'me/scraper' }],
     * });
     */
    create(schedule?: ScheduleFields): Promise<Schedule>;
}
