import { checkFlag, checkOptions, invalid } from '../util/check.js';
import { checkResourceName } from '../util/resource-name.js';
import { withoutUndefined } from '../util/without-undefined.js';
import { checkGiven, checkId } from './check-argument.js';
import { checkRunDefaults, checkString } from './check-actor.js';
import { toRunInput } from './run-input.js';
import type { TaskCreation, TaskInput, TaskOptions, TaskUpdate } from '../model/task.js';

const STANDBY_KEYS = [
    'build',
    'desiredRequestsPerActorRun',
    'disableStandbyFieldsOverride',
    'idleTimeoutSecs',
    'maxRequestsPerActorRun',
    'memoryMbytes',
    'shouldPassActorInput',
];
const PUBLIC_CONFIG_KEYS = [
    'seoTitle',
    'seoDescription',
    'categorization',
    'inputSchemaFields',
    'datasetName',
    'datasetView',
];

const UPDATE: Record<keyof TaskUpdate, true> = {
    name: true,
    title: true,
    description: true,
    options: true,
    input: true,
    actorStandby: true,
    isPublic: true,
    publicConfig: true,
};
const UPDATE_KEYS = Object.keys(UPDATE);

/** Checks what is to change of a task, and gives a copy that is the engine's own. */
export function readTaskUpdate(path: string, fields: TaskUpdate): TaskUpdate {
    checkGiven(path, fields);
    checkOptions(path, fields, UPDATE_KEYS);
    checkResourceName(`${path}.name`, fields.name);
    checkString(`${path}.title`, fields.title ?? undefined);
    checkString(`${path}.description`, fields.description ?? undefined);
    checkFlag(`${path}.isPublic`, fields.isPublic);
    checkOptions(`${path}.actorStandby`, fields.actorStandby ?? undefined, STANDBY_KEYS);
    checkOptions(`${path}.publicConfig`, fields.publicConfig ?? undefined, PUBLIC_CONFIG_KEYS);
    const { options, input } = fields;
    return {
        ...fields,
        options: options === undefined || options === null ? options : readTaskOptions(`${path}.options`, options),
        input: input === undefined || input === null ? input : readTaskInput(`${path}.input`, input),
    };
}

/** Checks what a new task is to be; whether there is such an Actor is not looked at. */
export function readTaskCreation(task: TaskCreation): TaskCreation {
    checkGiven('task', task);
    checkOptions('task', task, ['actId', ...UPDATE_KEYS]);
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
