import type { Actor } from '../model/actor.js';
import type { ActorFields, ActorUpdate, RunUpdate } from '../model/client.js';
import type { RunChargeOptions } from '../model/pricing.js';
import type { Page } from '../model/page.js';
import type { LastRunQuery, RunQuery, RunInput } from '../model/run-document.js';
import type { ResurrectOptions, Run, RunCause, StartOptions } from '../model/run.js';
import type { Schedule, ScheduleLogEntry, ScheduleSettings } from '../model/schedule.js';
import type { Task, TaskCreation, TaskUpdate } from '../model/task.js';
import type { DatasetInfo, KeyValueStoreInfo, RequestQueueInfo } from '../model/storage.js';
import type { Dataset } from '../storage/dataset.js';
import type { KeyValueStore } from '../storage/key-value-store.js';
import type { RequestQueue } from '../storage/request-queue.js';
import type { StoredCollection } from './resources/storage-collection.js';
import type { StorageLookup } from './storage-ref.js';
import type { WebhookDirectory } from './webhook-directory.js';
import type { Readable } from 'node:stream';
import type { AccountDirectory } from './account.js';
import type { BuildDirectory, VersionDirectory } from './build-directory.js';

/** What the client stands on: the parts of one engine, as far as the client may see them. */
export interface ClientHost {
    readonly storages: StorageDirectory;
    readonly user: { id: string; username: string; createdAt: Date };
    /** What anybody may know of a user. */
    findUser(idOrName: string): { id: string; username: string } | undefined;
    readonly actors: ActorDirectory;
    readonly versions: VersionDirectory;
    readonly builds: BuildDirectory;
    readonly runs: RunDirectory;
    readonly logs: LogDirectory;
    readonly account: AccountDirectory;
    readonly webhooks: WebhookDirectory;
    readonly tasks: TaskDirectory;
    readonly schedules: ScheduleDirectory;
    /** Told which client of which run works on a queue, as it may hold locks there. */
    noteQueueClient(runId: string, queueId: string, clientKey: string): void;
    /** The keys of the clients of a run that have worked on a queue. */
    queueClientsOf(runId: string, queueId: string): readonly string[];
    /** The key that URLs of a storage are signed with; always the same one, and known to its owner only. */
    signingKeyOf(storage: { id: string; userId: string }): string | undefined;
    /** The engine's time, in milliseconds since the epoch. */
    now(): number;
}

/** The storages of one kind. */
export interface StoragesOfKind<Storage, Info> extends StorageLookup<Storage>, StoredCollection<Info> {}

/** The storages. */
export interface StorageDirectory {
    readonly datasets: StoragesOfKind<Dataset, DatasetInfo>;
    readonly keyValueStores: StoragesOfKind<KeyValueStore, KeyValueStoreInfo>;
    readonly requestQueues: StoragesOfKind<RequestQueue, RequestQueueInfo>;
    /** Start of all URLs of the engine, without a slash at its end. */
    readonly publicBaseUrl: string;
}

/** The registered Actors. Whatever is handed out is a copy. */
export interface ActorDirectory {
    /** By id, `name`, `username/name` or `username~name`. */
    find(idOrName: string): Actor | undefined;
    /** As {@link ActorDirectory.find}; throws `actor-not-found`, with the nearest name. */
    require(idOrName: string): Actor;
    /** Only the id of it; throws as {@link ActorDirectory.require}. */
    idOf(idOrName: string): string;
    list(): Actor[];
    /** Those of anybody that anybody may run. */
    listPublic(): Actor[];
    create(fields: ActorFields): Actor;
    update(id: string, fields: ActorUpdate): Actor;
    /** Removes the Actor with its versions and builds; its runs stay. */
    remove(id: string): Promise<void>;
    /** Looks at an input as a start would; throws `invalid-input`. */
    validateInput(idOrName: string, input: RunInput | undefined, build?: string): Promise<void>;
    /** The properties its latest build's input schema declares, or undefined without a schema. */
    inputProperties(id: string): readonly string[] | undefined;
}

/** The runs, and what can be done to them. Whatever is handed out is a copy. */
export interface RunDirectory {
    find(id: string): Run | undefined;
    /** One page of runs. The statistics of those that have not ended may be out of date. */
    page(query: RunQuery): Page<Run>;
    last(query: LastRunQuery): Run | undefined;
    /** Starts a run; nothing is created when it throws. `input` undefined is no input at all. */
    start(actorId: string, input: RunInput | undefined, options: StartOptions, cause: RunCause): Promise<Run>;
    /** Aborts what can be aborted; returns any other run unchanged. */
    abort(id: string, gracefully: boolean): Promise<Run>;
    /** Settles at the end of the run, or after so many milliseconds of the engine's clock. */
    waitForFinish(id: string, waitMillis?: number, signal?: AbortSignal): Promise<Run>;
    update(id: string, fields: RunUpdate): Run;
    /** Makes a running run go on as another Actor. */
    metamorph(id: string, actorId: string, input: RunInput | undefined, build: string | undefined): Promise<Run>;
    /** Starts the Actor of a running run anew. */
    reboot(id: string): Promise<Run>;
    /** Lets a finished run live once more. */
    resurrect(id: string, options: ResurrectOptions): Promise<Run>;
    /** Charges a live run for events. */
    charge(id: string, options: RunChargeOptions): void;
    /** Removes a finished run with its log and its unnamed default storages; throws `cannot-remove-running-run`. */
    remove(id: string): Promise<void>;
}

/** The logs of runs and builds. */
export interface LogDirectory {
    /** The text so far, or undefined if there is no such run or build. `raw` is as the Actor wrote it, `plain` without colours. */
    text(jobId: string, form: 'plain' | 'raw'): string | undefined;
    /** The text from the beginning, then live until the run or build ends. */
    stream(jobId: string, form: 'plain' | 'raw'): Readable | undefined;
}

/** The tasks. Whatever is handed out is a copy. */
export interface TaskDirectory {
    /** By id, `name`, `username/name` or `username~name`. */
    find(idOrName: string): Task | undefined;
    /** As {@link TaskDirectory.find}; throws `record-not-found`, with the nearest name. */
    require(idOrName: string): Task;
    /** Oldest first. */
    list(): Task[];
    /** @param actor - The Actor that it runs, after which it is named if it has no name. */
    create(fields: Omit<TaskCreation, 'actId'>, actor: Actor): Task;
    update(id: string, fields: TaskUpdate): Task;
    remove(id: string): void;
}

/** The schedules. Whatever is handed out is a copy. */
export interface ScheduleDirectory {
    /** By id, `name`, `username/name` or `username~name`. */
    find(idOrName: string): Schedule | undefined;
    /** As {@link ScheduleDirectory.find}; throws `record-not-found`, with the nearest name. */
    require(idOrName: string): Schedule;
    /** Oldest first. */
    list(): Schedule[];
    create(settings: ScheduleSettings): Promise<Schedule>;
    update(id: string, settings: ScheduleSettings): Promise<Schedule>;
    remove(id: string): void;
    /** Oldest entry first. */
    log(id: string): ScheduleLogEntry[];
}
