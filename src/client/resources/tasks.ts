import { EngineError } from '../../errors/engine-error.js';
import { START_OPTION_KEYS } from '../../run/start/start-options.js';
import {
    checkedLater,
    checkFields,
    checkFlag,
    checkOptions,
    checkString,
    invalid,
    type Check,
} from '../../util/check.js';
import { encodeRunInput } from '../../storage/key-value-store/record-values.js';
import { toStartedRun, callOptionKeys, createLastRunClient, startAndWait } from '../started-run.js';
import { mergeTaskInput, toStartOptions } from '../task-start.js';
import { createRunCollectionClient } from './run.js';
import { createWebhookCollectionClient } from './webhooks.js';
import { recordList } from '../paging.js';
import { checkResourceName } from '../../util/collections/named-records.js';
import { checkRunInput } from '../../util/json/check-run-input.js';
import { withoutNull, withoutUndefined } from '../../util/json/without-undefined.js';
import { findActor, requireActor, requireUserService } from '../access.js';
import { checkRequired, checkId } from '../arguments.js';
import { checkRunDefaults } from './actors.js';
import type { Run } from '../../model/api/run.js';
import type {
    Task,
    TaskClient,
    TaskCollectionClient,
    TaskCreation,
    TaskInput,
    TaskListItem,
    TaskOptions,
    TaskStartOptions,
    TaskUpdate,
} from '../../model/api/task.js';
import type { ClientContext, UserServices } from '../services.js';

const TASK_START_OPTION_KEYS = START_OPTION_KEYS.filter(
    (key) => key !== 'contentType' && key !== 'forcePermissionLevel',
);

const TASK_CALL_OPTION_KEYS = callOptionKeys(TASK_START_OPTION_KEYS);

const checkKeys = (names: readonly string[]): Check => {
    return (path, value) => checkOptions(path, value, names);
};

const FIELDS: Record<keyof TaskUpdate, Check> = {
    name: checkedLater,
    title: checkString,
    description: checkString,
    options: checkedLater,
    input: checkedLater,
    actorStandby: checkKeys([
        'build',
        'desiredRequestsPerActorRun',
        'disableStandbyFieldsOverride',
        'idleTimeoutSecs',
        'maxRequestsPerActorRun',
        'memoryMbytes',
        'shouldPassActorInput',
    ]),
    isPublic: checkedLater,
    publicConfig: checkKeys([
        'seoTitle',
        'seoDescription',
        'categorization',
        'inputSchemaFields',
        'datasetName',
        'datasetView',
    ]),
};

/** Creates the client of one task. */
export function createTaskClient(context: ClientContext, idOrName: string): TaskClient {
    const tasks = tasksOf(context);
    const update: TaskClient['update'] = async (fields) => {
        const changes = parseTaskUpdate('fields', fields);
        return tasks().update(tasks().require(idOrName).id, changes);
    };
    const startRun = async (input: unknown, options: TaskStartOptions): Promise<Run> => {
        const { services, cause } = context;
        const task = tasks().require(idOrName);
        if (!findActor(services, task.actId)) throw actorMissingError(task);
        const merged = mergeTaskInput(task.input, input);
        // Merging has lost the class of the input.
        checkRunInput('input', input);
        const startOptions = { ...toStartOptions(task.options), ...withoutUndefined(options) };
        return services.runs.start(task.actId, encodeRunInput(merged), startOptions, {
            ...cause,
            actorTaskId: task.id,
        });
    };
    return {
        update,
        get: async () => tasks().find(idOrName),
        publish: () => update({ isPublic: true }),
        unpublish: () => update({ isPublic: false }),
        delete: async () => {
            const task = tasks().find(idOrName);
            if (task) tasks().remove(task.id);
        },
        start: async (input, options = {}) => {
            checkOptions('options', options, TASK_START_OPTION_KEYS);
            return toStartedRun(context, await startRun(input, options));
        },
        call: async (input, options = {}) => {
            checkOptions('options', options, TASK_CALL_OPTION_KEYS);
            return startAndWait(context, options, (startOptions) => startRun(input, startOptions));
        },
        getInput: async () => {
            const task = tasks().find(idOrName);
            return task && (task.input ?? {});
        },
        updateInput: async (input) => {
            const changes = parseTaskInput('input', input);
            const { id, input: current } = tasks().require(idOrName);
            const merged = Array.isArray(changes) ? changes : mergeTaskInput(current, changes);
            return tasks().update(id, { input: merged }).input!;
        },
        runs: () => createRunCollectionClient(context, () => ({ actorTaskId: tasks().require(idOrName).id })),
        lastRun: (options) => {
            const findScope = (): { actorTaskId: string } | undefined => {
                const task = tasks().find(idOrName);
                return task && { actorTaskId: task.id };
            };
            return createLastRunClient(context, options, findScope, `task \`${idOrName}\``);
        },
        webhooks: () => createWebhookCollectionClient(context, () => ({ actorTaskId: tasks().require(idOrName).id })),
    };
}

function actorMissingError({ id, actId, name, username }: Task): EngineError {
    return new EngineError(
        'actor-not-found',
        `The Actor \`${actId}\` of task \`${username}/${name}\` does not exist any more. Delete the task, or create one for another Actor.`,
        { details: { task: id, actor: actId } },
    );
}

/** Creates the client of all tasks of the user. */
export function createTaskCollectionClient(context: ClientContext): TaskCollectionClient {
    const tasks = tasksOf(context);
    return {
        list: (options) =>
            recordList(
                options,
                () => tasks().list(),
                ({ options: _options, input: _input, ...task }): TaskListItem => {
                    const actor = findActor(context.services, task.actId);
                    return actor ? { ...task, actName: actor.name, actUsername: actor.username } : task;
                },
            ),
        create: async (task) => {
            const { actId, ...fields } = parseTaskCreation(task);
            return tasks().create(fields, requireActor(context.services, actId));
        },
    };
}

/** Validates the changes of a task, and returns a copy. */
function parseTaskUpdate(path: string, fields: TaskUpdate): TaskUpdate {
    checkRequired(path, fields);
    checkFields(path, fields, FIELDS);
    const { name, isPublic, options, input } = fields;
    // Null would remove the value, but these two are required.
    checkResourceName(`${path}.name`, name);
    checkFlag(`${path}.isPublic`, isPublic);
    return {
        ...fields,
        options: options === undefined || options === null ? options : parseTaskOptions(`${path}.options`, options),
        input: input === undefined || input === null ? input : parseTaskInput(`${path}.input`, input),
    };
}

/** Validates the fields of a new task, except that its Actor exists. */
function parseTaskCreation(task: TaskCreation): TaskCreation {
    checkRequired('task', task);
    checkOptions('task', task, ['actId', ...Object.keys(FIELDS)]);
    checkId('task.actId', task.actId);
    const { actId, ...fields } = task;
    return { actId, ...parseTaskUpdate('task', fields) };
}

/** Validates run options, and omits those that are null. */
export function parseTaskOptions(
    path: string,
    options: { [Key in keyof TaskOptions]: TaskOptions[Key] | null },
): TaskOptions {
    if (typeof options !== 'object' || Array.isArray(options)) throw invalid(path, options, 'an object of options');
    const defined = withoutNull(options) as TaskOptions;
    checkRunDefaults(path, defined);
    return defined;
}

/** Returns the input of a task as its JSON round trip. */
export function parseTaskInput(path: string, input: unknown): TaskInput {
    const isObject = typeof input === 'object' && input !== null && !ArrayBuffer.isView(input);
    if (!isObject) throw invalid(path, input, 'an object');
    return JSON.parse(encodeRunInput(input, undefined, path)!.bytes.toString()) as TaskInput;
}

function tasksOf(context: ClientContext): () => UserServices['tasks'] {
    return () => requireUserService(context.services, 'tasks');
}
