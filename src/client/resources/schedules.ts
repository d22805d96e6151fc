import {
    checkedLater,
    checkFields,
    checkFlag,
    checkOptions,
    checkString,
    checkWord,
    invalid,
    type Check,
} from '../../util/check.js';
import { recordList } from '../paging.js';
import { EngineError } from '../../errors/engine-error.js';
import { newId } from '../../util/ids.js';
import { isJsonObject, parseJson } from '../../util/json/json.js';
import { checkResourceName } from '../../util/collections/named-records.js';
import { withoutNull, withoutUndefined } from '../../util/json/without-undefined.js';
import { requireActor, requireUserService } from '../access.js';
import { checkRequired, checkId } from '../arguments.js';
import { parseTaskInput, parseTaskOptions } from './tasks.js';
import { encodeRunInput } from '../../storage/key-value-store/record-values.js';
import type {
    ScheduleClient,
    ScheduleFields,
    ScheduleAction,
    ScheduleCollectionClient,
    ScheduleActionInput,
    ScheduledRunInput,
    ScheduleSettings,
} from '../../model/api/schedule.js';
import type { ClientContext, ClientServices, UserServices } from '../services.js';

const FIELDS: Record<keyof ScheduleFields, Check> = {
    name: checkResourceName,
    title: checkString,
    description: checkString,
    cronExpression: checkedLater,
    timezone: checkedLater,
    isEnabled: checkFlag,
    isExclusive: checkFlag,
    actions: checkedLater,
    notifications: checkedLater,
};

/** Maximum number of Actors and of tasks in a schedule, as on the platform. */
const MAX_ACTIONS_PER_TYPE = 10;

const ACTION_TYPES: readonly ScheduleAction['type'][] = ['RUN_ACTOR', 'RUN_ACTOR_TASK'];

const ACTION_ID = /^[a-zA-Z0-9]{1,64}$/;

/** Creates the client of one schedule. */
export function createScheduleClient(context: ClientContext, idOrName: string): ScheduleClient {
    const schedules = schedulesOf(context);
    return {
        get: async () => schedules().find(idOrName),
        update: async (fields) => {
            const settings = parseScheduleSettings('fields', fields, context.services);
            return schedules().update(schedules().require(idOrName).id, settings);
        },
        delete: async () => {
            const schedule = schedules().find(idOrName);
            if (schedule) schedules().remove(schedule.id);
        },
        getLog: async () => {
            const schedule = schedules().find(idOrName);
            return schedule && schedules().log(schedule.id);
        },
    };
}

/** Creates the client of all schedules of the user. */
export function createScheduleCollectionClient(context: ClientContext): ScheduleCollectionClient {
    const schedules = schedulesOf(context);
    return {
        list: (options) =>
            recordList(
                options,
                () => schedules().list(),
                (schedule) => ({ ...schedule, actions: schedule.actions.map(toActionListItem) }),
            ),
        create: async (schedule = {}) =>
            schedules().create(parseScheduleSettings('schedule', schedule, context.services)),
    };
}

/** Reduces an action to the fields of a list. */
function toActionListItem(action: ScheduleAction): ScheduleAction {
    const { id } = action;
    if (action.type === 'RUN_ACTOR') return { id, type: action.type, actorId: action.actorId };
    return { id, type: action.type, actorTaskId: action.actorTaskId };
}

/** Input fields of one kind of action. */
type ActionInput<Type extends ScheduleAction['type']> = Extract<ScheduleActionInput, { type: Type }>;

/**
 * Validates the fields of a schedule, except its expression and time zone, and returns a copy in which Actors and tasks are
 * named by their ids, and each action has an id.
 */
function parseScheduleSettings(path: string, fields: ScheduleFields, services: ClientServices): ScheduleSettings {
    checkRequired(path, fields);
    checkFields(path, fields, FIELDS);
    const { title, description, actions, notifications, ...others } = fields;
    // Null removes only a title or a description, and is omitted elsewhere.
    return withoutUndefined({
        ...(withoutNull(others) as ScheduleSettings),
        title,
        description,
        actions: parseActions(`${path}.actions`, actions ?? undefined, services),
        notifications: parseNotifications(`${path}.notifications`, notifications ?? undefined),
    });
}

function parseNotifications(path: string, value: unknown): { email: boolean } | undefined {
    if (value === undefined) return undefined;
    checkOptions(path, value, ['email']);
    const { email } = value as { email?: boolean };
    if (email === undefined) throw invalid(`${path}.email`, email, 'true or false');
    checkFlag(`${path}.email`, email);
    return { email };
}

function parseActions(path: string, value: unknown, services: ClientServices): ScheduleAction[] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw invalid(path, value, 'an array of actions');
    const actions = value.map((action: ScheduleActionInput, index) =>
        parseAction(`${path}[${index}]`, action, services),
    );
    for (const type of ACTION_TYPES) {
        const count = actions.filter((action) => action.type === type).length;
        const expected = `at most ${MAX_ACTIONS_PER_TYPE} of type '${type}'`;
        if (count > MAX_ACTIONS_PER_TYPE) throw invalid(path, value, expected, `It has ${count}.`);
    }
    const ids = actions.map(({ id }) => id);
    const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
    if (duplicate !== undefined) throw invalid(path, value, 'actions with unique ids', `'${duplicate}' occurs twice.`);
    return actions;
}

function parseAction(path: string, action: ScheduleActionInput, services: ClientServices): ScheduleAction {
    if (typeof action !== 'object' || action === null) throw invalid(path, action, 'an object');
    const type: unknown = action.type;
    if (type === undefined) throw invalid(`${path}.type`, type, "'RUN_ACTOR' or 'RUN_ACTOR_TASK'");
    checkWord(`${path}.type`, type, ACTION_TYPES);
    const id = action.id ?? newId();
    if (typeof id !== 'string' || !ACTION_ID.test(id))
        throw invalid(`${path}.id`, id, 'a string of letters and digits');
    const fields =
        action.type === 'RUN_ACTOR'
            ? parseActorAction(path, action, services)
            : parseTaskAction(path, action, services);
    return { id, ...fields };
}

function parseActorAction(
    path: string,
    action: ActionInput<'RUN_ACTOR'>,
    services: ClientServices,
): Omit<Extract<ScheduleAction, { type: 'RUN_ACTOR' }>, 'id'> {
    checkOptions(path, action, ['id', 'type', 'actorId', 'runInput', 'runOptions']);
    checkId(`${path}.actorId`, action.actorId);
    const actor = findOrThrow('schedule-actor-not-found', `${path}.actorId`, () =>
        requireActor(services, action.actorId),
    );
    const runInput = action.runInput ?? undefined;
    const runOptions = action.runOptions ?? undefined;
    return withoutUndefined({
        type: action.type,
        actorId: actor.id,
        runInput: runInput === undefined ? undefined : parseRunInput(`${path}.runInput`, runInput),
        runOptions: runOptions === undefined ? undefined : parseTaskOptions(`${path}.runOptions`, runOptions),
    });
}

function parseTaskAction(
    path: string,
    action: ActionInput<'RUN_ACTOR_TASK'>,
    services: ClientServices,
): Omit<Extract<ScheduleAction, { type: 'RUN_ACTOR_TASK' }>, 'id'> {
    checkOptions(path, action, ['id', 'type', 'actorTaskId', 'input']);
    checkId(`${path}.actorTaskId`, action.actorTaskId);
    const task = findOrThrow('schedule-actor-task-not-found', `${path}.actorTaskId`, () =>
        requireUserService(services, 'tasks').require(action.actorTaskId),
    );
    const input = action.input ?? undefined;
    return withoutUndefined({
        type: action.type,
        actorTaskId: task.id,
        input: input === undefined ? undefined : parseInputOverride(`${path}.input`, input),
    });
}

/** Rejects text that each start would reject. */
function parseRunInput(
    path: string,
    input: { [Key in keyof ScheduledRunInput]: ScheduledRunInput[Key] | null },
): ScheduledRunInput {
    checkFields(path, input, { body: checkString, contentType: checkString });
    const runInput = withoutNull(input) as ScheduledRunInput;
    if (runInput.body) encodeRunInput(runInput.body, runInput.contentType ?? 'application/json');
    return runInput;
}

function parseInputOverride(path: string, input: unknown): Record<string, unknown> | string {
    const value = typeof input === 'string' ? parseJson(input) : input;
    if (!isJsonObject(value)) throw invalid(path, input, 'an object, or the JSON of one');
    return typeof input === 'string' ? input : (parseTaskInput(path, input) as Record<string, unknown>);
}

function findOrThrow<Found>(
    code: 'schedule-actor-not-found' | 'schedule-actor-task-not-found',
    path: string,
    find: () => Found,
): Found {
    try {
        return find();
    } catch (cause) {
        throw new EngineError(code, `\`${path}\` is not valid: ${(cause as Error).message}`, {
            details: { path },
            cause,
        });
    }
}

function schedulesOf(context: ClientContext): () => UserServices['schedules'] {
    return () => requireUserService(context.services, 'schedules');
}
