import type { ChunkOptions, Page, PagedList, PageOptions } from './page.js';
import type { TaskOptions } from './task.js';

/** A schedule that starts Actors and tasks. Source: the API's Schedule object. */
export interface Schedule {
    /** Id of the schedule. */
    id: string;
    /** Id of the user who owns the schedule. */
    userId: string;
    /** Unique name among the user's schedules. */
    name: string;
    /** Display name. */
    title?: string;
    /** Short description. */
    description?: string;
    /** Cron expression: five fields, six with seconds first, or an alias such as `@daily`. */
    cronExpression: string;
    /** IANA time zone of the cron expression. */
    timezone: string;
    /** True if the schedule fires. */
    isEnabled: boolean;
    /** True if an action is skipped while the run that it started last is active. */
    isExclusive: boolean;
    /** Time of creation. */
    createdAt: Date;
    /** Time of the last change. */
    modifiedAt: Date;
    /** Next time; absent while disabled. */
    nextRunAt?: Date;
    /** Latest time at which the schedule fired; absent before the first. */
    lastRunAt?: Date;
    /** Actors and tasks to start. */
    actions: ScheduleAction[];
    /** E-mail notifications. Stored without effect. */
    notifications: { email: boolean };
}

/** An action of a schedule. */
export type ScheduleAction = ScheduleActionRunActor | ScheduleActionRunActorTask;

/** Action that starts an Actor. */
export interface ScheduleActionRunActor {
    /** Id of the action. */
    id: string;
    /** Kind of action. */
    type: 'RUN_ACTOR';
    /** Id of the Actor. */
    actorId: string;
    /** Input. Default: none. */
    runInput?: ScheduledRunInput;
    /** Run options. Default for each: the Actor's setting. */
    runOptions?: TaskOptions;
}

/** Action that starts a task. */
export interface ScheduleActionRunActorTask {
    /** Id of the action. */
    id: string;
    /** Kind of action. */
    type: 'RUN_ACTOR_TASK';
    /** Id of the task. */
    actorTaskId: string;
    /** Overrides properties of the task's input: an object, or the JSON of one. */
    input?: Record<string, unknown> | string;
}

/** Input of a scheduled run. */
export interface ScheduledRunInput {
    /** The input as text. */
    body?: string;
    /** Content type of the input. Default: JSON. */
    contentType?: string;
}

/** A line of a schedule's log. */
export interface ScheduleLogEntry {
    /** Text of the line. */
    message: string;
    /** Level of the line. */
    level: 'INFO' | 'WARN' | 'ERROR';
    /** Time of the line. */
    createdAt: Date;
}

/** A new action. Its default id is random. Null counts as omitted. */
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

/** Fields of a new schedule, or changes of one. Null removes a title or description, and else counts as omitted. */
export interface ScheduleFields {
    /**
     * Name: 3 to 63 letters, digits and dashes, unique among the user's schedules. Default: `my-schedule`, with a number if
     * that is taken.
     */
    name?: string | null;
    /** Display name. */
    title?: string | null;
    /** Short description. */
    description?: string | null;
    /** Cron expression. Default: `@daily`. */
    cronExpression?: string | null;
    /** IANA time zone. Default: `UTC`. */
    timezone?: string | null;
    /** If true, the schedule fires. Default: false. */
    isEnabled?: boolean | null;
    /** If true, an action is skipped while the run that it started last is active. Default: true. */
    isExclusive?: boolean | null;
    /** Up to 10 Actors and 10 tasks; replaces all actions. Default: none. */
    actions?: readonly ScheduleActionInput[] | null;
    /** E-mail notifications. Stored without effect. */
    notifications?: { email: boolean } | null;
}

/** Validated {@link ScheduleFields}: undefined for omitted fields, null for removed ones. */
export interface ScheduleSettings {
    /** Name. */
    name?: string;
    /** Display name. */
    title?: string | null;
    /** Short description. */
    description?: string | null;
    /** Cron expression. */
    cronExpression?: string;
    /** IANA time zone. */
    timezone?: string;
    /** If true, the schedule fires. */
    isEnabled?: boolean;
    /** If true, an action is skipped while the run that it started last is active. */
    isExclusive?: boolean;
    /** All actions. */
    actions?: ScheduleAction[];
    /** E-mail notifications. */
    notifications?: { email: boolean };
}

/** Client of one schedule. */
export interface ScheduleClient {
    /** Returns the schedule, or undefined if it does not exist. */
    get(): Promise<Schedule | undefined>;
    /**
     * Updates the given fields.
     *
     * @throws EngineError `record-not-found`, and as {@link ScheduleCollectionClient.create}; then nothing has changed.
     */
    update(fields: ScheduleFields): Promise<Schedule>;
    /** Deletes the schedule. The runs that it started are kept and continue. */
    delete(): Promise<void>;
    /**
     * Returns the latest 1,000 lines of the log, oldest first, or undefined if the schedule does not exist. `apify-client`
     * declares a string but returns the same.
     */
    getLog(): Promise<ScheduleLogEntry[] | undefined>;
}

/** Client of all schedules of the user. */
export interface ScheduleCollectionClient {
    /** Lists the schedules, oldest first unless `desc`. Actions are reduced to their ids and types. */
    list(options?: PageOptions & ChunkOptions): PagedList<Schedule, Page<Schedule>>;
    /**
     * Creates a schedule.
     *
     * @throws EngineError `cron-expression-invalid`, `next-runtime-computation-failed` for an expression that never
     * matches, `schedule-actor-not-found`, `schedule-actor-task-not-found`, `schedule-name-not-unique`,
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
