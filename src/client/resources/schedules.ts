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

/** Of Actors and of tasks each, as on the platform. */
const MAX_ACTIONS_OF_A_TYPE = 10;

const ACTION_TYPES: readonly ScheduleAction['type'][] = ['RUN_ACTOR', 'RUN_ACTOR_TASK'];

const ACTION_ID = /^[a-zA-Z0-9]{1,64}$/;

/** One schedule. */
export function createScheduleClient(context: ClientContext, idOrName: string): ScheduleClient {
    const schedules = schedulesOf(context);
    return {
        get: async () => schedules().find(idOrName),
        update: async (fields) => {
            const settings = readScheduleSettings('fields', fields, context.services);
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

/** All schedules of the user. */
export function createScheduleCollectionClient(context: ClientContext): ScheduleCollectionClient {
    const schedules = schedulesOf(context);
    return {
        list: (options) =>
            recordList(
                options,
                () => schedules().list(),
                (schedule) => ({ ...schedule, actions: schedule.actions.map(shorten) }),
            ),
        create: async (schedule = {}) =>
            schedules().create(readScheduleSettings('schedule', schedule, context.services)),
    };
}

/** What lists show of an action. */
function shorten(action: ScheduleAction): ScheduleAction {
    const { id } = action;
    if (action.type === 'RUN_ACTOR') return { id, type: action.type, actorId: action.actorId };
    return { id, type: action.type, actorTaskId: action.actorTaskId };
}

/** Fields of one kind of action, as it is given. */
type ActionInput<Type extends ScheduleAction['type']> = Extract<ScheduleActionInput, { type: Type }>;

/**
 * Checks what a schedule is to be, but for its expression and its time zone, and gives a copy that is the engine's own:
 * Actors and tasks by their ids, and each action with an id.
 */
function readScheduleSettings(path: string, fields: ScheduleFields, services: ClientServices): ScheduleSettings {
    checkRequired(path, fields);
    checkFields(path, fields, FIELDS);
    const { title, description, actions, notifications, ...others } = fields;
    // Where nothing can be taken away, null says nothing.
    return withoutUndefined({
        ...(withoutNull(others) as ScheduleSettings),
        title,
        description,
        actions: readActions(`${path}.actions`, actions ?? undefined, services),
        notifications: readNotifications(`${path}.notifications`, notifications ?? undefined),
    });
}

function readNotifications(path: string, given: unknown): { email: boolean } | undefined {
    if (given === undefined) return undefined;
    checkOptions(path, given, ['email']);
    const { email } = given as { email?: boolean };
    if (email === undefined) throw invalid(`${path}.email`, email, 'true or false');
    checkFlag(`${path}.email`, email);
    return { email };
}

function readActions(path: string, given: unknown, services: ClientServices): ScheduleAction[] | undefined {
    if (given === undefined) return undefined;
    if (!Array.isArray(given)) throw invalid(path, given, 'an array of actions');
    const actions = given.map((action: ScheduleActionInput, index) =>
        readAction(`${path}[${index}]`, action, services),
    );
    for (const type of ACTION_TYPES) {
        const count = actions.filter((action) => action.type === type).length;
        const expected = `at most ${MAX_ACTIONS_OF_A_TYPE} of type '${type}'`;
        if (count > MAX_ACTIONS_OF_A_TYPE) throw invalid(path, given, expected, `There are ${count} of them.`);
    }
    const ids = actions.map(({ id }) => id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw invalid(path, given, 'actions with ids that differ', `'${twice}' comes twice.`);
    return actions;
}

function readAction(path: string, action: ScheduleActionInput, services: ClientServices): ScheduleAction {
    if (typeof action !== 'object' || action === null) throw invalid(path, action, 'an object');
    const type: unknown = action.type;
    if (type === undefined) throw invalid(`${path}.type`, type, "'RUN_ACTOR' or 'RUN_ACTOR_TASK'");
    checkWord(`${path}.type`, type, ACTION_TYPES);
    const id = action.id ?? newId();
    if (typeof id !== 'string' || !ACTION_ID.test(id)) throw invalid(`${path}.id`, id, 'a text of letters and digits');
    const read =
        action.type === 'RUN_ACTOR' ? readActorAction(path, action, services) : readTaskAction(path, action, services);
    return { id, ...read };
}

function readActorAction(
    path: string,
    action: ActionInput<'RUN_ACTOR'>,
    services: ClientServices,
): Omit<Extract<ScheduleAction, { type: 'RUN_ACTOR' }>, 'id'> {
    checkOptions(path, action, ['id', 'type', 'actorId', 'runInput', 'runOptions']);
    checkId(`${path}.actorId`, action.actorId);
    const actor = foundOr('schedule-actor-not-found', `${path}.actorId`, () => requireActor(services, action.actorId));
    const runInput = action.runInput ?? undefined;
    const runOptions = action.runOptions ?? undefined;
    return withoutUndefined({
        type: action.type,
        actorId: actor.id,
        runInput: runInput === undefined ? undefined : readRunInput(`${path}.runInput`, runInput),
        runOptions: runOptions === undefined ? undefined : parseTaskOptions(`${path}.runOptions`, runOptions),
    });
}

function readTaskAction(
    path: string,
    action: ActionInput<'RUN_ACTOR_TASK'>,
    services: ClientServices,
): Omit<Extract<ScheduleAction, { type: 'RUN_ACTOR_TASK' }>, 'id'> {
    checkOptions(path, action, ['id', 'type', 'actorTaskId', 'input']);
    checkId(`${path}.actorTaskId`, action.actorTaskId);
    const task = foundOr('schedule-actor-task-not-found', `${path}.actorTaskId`, () =>
        requireUserService(services, 'tasks').require(action.actorTaskId),
    );
    const input = action.input ?? undefined;
    return withoutUndefined({
        type: action.type,
        actorTaskId: task.id,
        input: input === undefined ? undefined : readOverride(`${path}.input`, input),
    });
}

/** Text that would be refused each time that the schedule fires is refused now. */
function readRunInput(
    path: string,
    given: { [Key in keyof ScheduledRunInput]: ScheduledRunInput[Key] | null },
): ScheduledRunInput {
    checkFields(path, given, { body: checkString, contentType: checkString });
    const read = withoutNull(given) as ScheduledRunInput;
    if (read.body) encodeRunInput(read.body, read.contentType ?? 'application/json');
    return read;
}

function readOverride(path: string, input: unknown): Record<string, unknown> | string {
    const value = typeof input === 'string' ? parseJson(input) : input;
    if (!isJsonObject(value)) throw invalid(path, input, 'an object, or the JSON of one');
    return typeof input === 'string' ? input : (parseTaskInput(path, input) as Record<string, unknown>);
}

function foundOr<Found>(
    code: 'schedule-actor-not-found' | 'schedule-actor-task-not-found',
    path: string,
    find: () => Found,
): Found {
    try {
        return find();
    } catch (cause) {
        throw new EngineError(code, `\`${path}\` leads to nothing: ${(cause as Error).message}`, {
            details: { path },
            cause,
        });
    }
}

function schedulesOf(context: ClientContext): () => UserServices['schedules'] {
    return () => requireUserService(context.services, 'schedules');
}
