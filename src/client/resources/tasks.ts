import { EngineError } from '../../errors/engine-error.js';
import { START_OPTION_KEYS } from '../../lifecycle/start-options.js';
import {
    checkedLater,
    checkFields,
    checkFlag,
    checkOptions,
    checkString,
    invalid,
    type Check,
} from '../../util/check.js';
import { toRunInput } from '../values.js';
import { asStartedRun, callOptionKeys, checkLastRunOptions, startAndWait } from '../started-run.js';
import { mergeTaskInput, toStartOptions } from '../task-start.js';
import { RunResource, RunCollectionResource, type RunLocator } from './run.js';
import { WebhookCollectionResource } from './webhooks.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../paging.js';
import { checkResourceName } from '../../util/named-records.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { findActor, requireActor, userService } from '../access.js';
import { checkGiven, checkId } from '../arguments.js';
import { checkRunDefaults } from './actors.js';
import type {
    ClientRun,
    LastRunOptions,
    RunClient,
    RunCollectionClient,
    StartedRun,
    ChunkOptions,
} from '../../model/client.js';
import type { Run } from '../../model/run.js';
import type {
    Task,
    TaskCallOptions,
    TaskClient,
    TaskInput,
    TaskStartOptions,
    TaskUpdate,
    TaskCollectionClient,
    TaskCreation,
    TaskListItem,
    TaskOptions,
} from '../../model/task.js';
import type { WebhookCollectionClient } from '../../model/webhook.js';
import type { PagedList, PageOptions } from '../../model/page.js';
import type { ClientContext, UserServices } from '../services.js';

const TASK_START_OPTION_KEYS = START_OPTION_KEYS.filter(
    (key) => key !== 'contentType' && key !== 'forcePermissionLevel',
);

const TASK_CALL_OPTION_KEYS = callOptionKeys(TASK_START_OPTION_KEYS);

const anyOf = (names: readonly string[]): Check => {
    return (path, value) => checkOptions(path, value, names);
};

const FIELDS: Record<keyof TaskUpdate, Check> = {
    name: checkResourceName,
    title: checkString,
    description: checkString,
    options: checkedLater,
    input: checkedLater,
    actorStandby: anyOf([
        'build',
        'desiredRequestsPerActorRun',
        'disableStandbyFieldsOverride',
        'idleTimeoutSecs',
        'maxRequestsPerActorRun',
        'memoryMbytes',
        'shouldPassActorInput',
    ]),
    isPublic: checkFlag,
    publicConfig: anyOf([
        'seoTitle',
        'seoDescription',
        'categorization',
        'inputSchemaFields',
        'datasetName',
        'datasetView',
    ]),
};

/** One task. */
export class TaskResource implements TaskClient {
    readonly #context: ClientContext;
    readonly #idOrName: string;

    constructor(context: ClientContext, idOrName: string) {
        this.#context = context;
        this.#idOrName = idOrName;
    }

    async get(): Promise<Task | undefined> {
        return tasksOf(this.#context).find(this.#idOrName);
    }

    async update(fields: TaskUpdate): Promise<Task> {
        const update = readTaskUpdate('fields', fields);
        return tasksOf(this.#context).update(this.#require().id, update);
    }

    async publish(): Promise<Task> {
        return this.update({ isPublic: true });
    }

    async unpublish(): Promise<Task> {
        return this.update({ isPublic: false });
    }

    async delete(): Promise<void> {
        const tasks = tasksOf(this.#context);
        const task = tasks.find(this.#idOrName);
        if (task) tasks.remove(task.id);
    }

    async start(input?: Record<string, unknown>, options: TaskStartOptions = {}): Promise<StartedRun> {
        checkOptions('options', options, TASK_START_OPTION_KEYS);
        return asStartedRun(this.#context, await this.#begin(input, options));
    }

    async call(input?: Record<string, unknown>, options: TaskCallOptions = {}): Promise<ClientRun> {
        checkOptions('options', options, TASK_CALL_OPTION_KEYS);
        return startAndWait(this.#context, options, (startOptions) => this.#begin(input, startOptions));
    }

    async getInput(): Promise<TaskInput | undefined> {
        const task = tasksOf(this.#context).find(this.#idOrName);
        return task && (task.input ?? {});
    }

    async updateInput(input: TaskInput): Promise<TaskInput> {
        const tasks = tasksOf(this.#context);
        const given = readTaskInput('input', input);
        const { id, input: kept } = this.#require();
        const merged = Array.isArray(given) ? given : mergeTaskInput(kept, given);
        return tasks.update(id, { input: merged }).input!;
    }

    runs(): RunCollectionClient {
        return new RunCollectionResource(this.#context, () => ({ actorTaskId: this.#require().id }));
    }

    lastRun(options: LastRunOptions = {}): RunClient {
        checkLastRunOptions(options);
        const find: RunLocator['find'] = ({ runs, viewer }) => {
            const task = tasksOf(this.#context).find(this.#idOrName);
            return task && runs.last({ ...options, actorTaskId: task.id, isOf: viewer.owns });
        };
        return new RunResource(this.#context, { find, sought: `last run of task \`${this.#idOrName}\`` });
    }

    async #begin(input: unknown, options: TaskStartOptions): Promise<Run> {
        const { services, cause } = this.#context;
        const task = this.#require();
        if (!findActor(services, task.actId)) throw actorGone(task);
        const merged = toRunInput(mergeTaskInput(task.input, input));
        const given = Object.entries(options).filter(([, value]) => value !== undefined);
        const startOptions = { ...toStartOptions(task.options), ...Object.fromEntries(given) };
        return services.runs.start(task.actId, merged, startOptions, { ...cause, actorTaskId: task.id });
    }

    webhooks(): WebhookCollectionClient {
        return new WebhookCollectionResource(this.#context, () => ({ actorTaskId: this.#require().id }));
    }

    #require(): Task {
        return tasksOf(this.#context).require(this.#idOrName);
    }
}

function actorGone({ id, actId, name, username }: Task): EngineError {
    return new EngineError(
        'actor-not-found',
        `The Actor \`${actId}\` of task \`${username}/${name}\` is gone. Delete the task, or make one for another Actor.`,
        { details: { task: id, actor: actId } },
    );
}

/** All tasks of the engine. */
export class TaskCollectionResource implements TaskCollectionClient {
    readonly #context: ClientContext;

    constructor(context: ClientContext) {
        this.#context = context;
    }

    list(options: PageOptions & ChunkOptions = {}): PagedList<TaskListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(tasksOf(this.#context).list(), bounds, options.desc);
            return { ...page, items: page.items.map((task) => this.#toListItem(task)) };
        });
    }

    async create(task: TaskCreation): Promise<Task> {
        const { actId, ...fields } = readTaskCreation(task);
        return tasksOf(this.#context).create(fields, requireActor(this.#context.services, actId));
    }

    #toListItem({ options: _options, input: _input, ...task }: Task): TaskListItem {
        const actor = findActor(this.#context.services, task.actId);
        return actor ? { ...task, actName: actor.name, actUsername: actor.username } : task;
    }
}

/** Checks what is to change of a task, and gives a copy that is the engine's own. */
function readTaskUpdate(path: string, fields: TaskUpdate): TaskUpdate {
    checkGiven(path, fields);
    checkFields(path, fields, FIELDS);
    const { options, input } = fields;
    return {
        ...fields,
        options: options === undefined || options === null ? options : readTaskOptions(`${path}.options`, options),
        input: input === undefined || input === null ? input : readTaskInput(`${path}.input`, input),
    };
}

/** Checks what a new task is to be; whether there is such an Actor is not looked at. */
function readTaskCreation(task: TaskCreation): TaskCreation {
    checkGiven('task', task);
    checkOptions('task', task, ['actId', ...Object.keys(FIELDS)]);
    checkId('task.actId', task.actId);
    const { actId, ...fields } = task;
    return { actId, ...readTaskUpdate('task', fields) };
}

/** Options of runs without those that are null, which is to say nothing. */
export function readTaskOptions(
    path: string,
    options: { [Key in keyof TaskOptions]: TaskOptions[Key] | null },
): TaskOptions {
    if (typeof options !== 'object' || Array.isArray(options)) throw invalid(path, options, 'an object of options');
    const entries = Object.entries(options).filter(([, value]) => value !== null);
    const given = withoutUndefined(Object.fromEntries(entries) as TaskOptions);
    checkRunDefaults(path, given);
    return given;
}

/** The input of a task as JSON would carry it. */
export function readTaskInput(path: string, input: unknown): TaskInput {
    const isObject = typeof input === 'object' && input !== null && !ArrayBuffer.isView(input);
    if (!isObject) throw invalid(path, input, 'an object');
    return JSON.parse(toRunInput(input)!.bytes.toString()) as TaskInput;
}

function tasksOf({ services }: ClientContext): UserServices['tasks'] {
    return userService(services, 'tasks');
}
