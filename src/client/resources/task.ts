import { EngineError } from '../../errors/engine-error.js';
import { START_OPTION_KEYS } from '../../lifecycle/start-options.js';
import { checkOptions } from '../../util/check.js';
import { readTaskInput, readTaskUpdate } from '../check-task.js';
import { toRunInput } from '../run-input.js';
import { asStartedRun, callOptionKeys, checkLastRunOptions, startAndWait } from '../started-run.js';
import { mergeTaskInput, toStartOptions } from '../task-start.js';
import { RunResource } from './run.js';
import { RunCollectionResource } from './runs.js';
import { WebhookCollectionResource } from './webhooks.js';
import type { ClientRun, LastRunOptions, RunClient, RunCollectionClient, StartedRun } from '../../model/client.js';
import type { Run } from '../../model/run.js';
import type { Task, TaskCallOptions, TaskClient, TaskInput, TaskStartOptions, TaskUpdate } from '../../model/task.js';
import type { WebhookCollectionClient } from '../../model/webhook-client.js';
import type { ClientContext } from '../client-context.js';

const TASK_START_OPTION_KEYS = START_OPTION_KEYS.filter(
    (key) => key !== 'contentType' && key !== 'forcePermissionLevel',
);
const TASK_CALL_OPTION_KEYS = callOptionKeys(TASK_START_OPTION_KEYS);

/** One task. */
export class TaskResource implements TaskClient {
    readonly #context: ClientContext;
    readonly #idOrName: string;

    constructor(context: ClientContext, idOrName: string) {
        this.#context = context;
        this.#idOrName = idOrName;
    }

    async get(): Promise<Task | undefined> {
        return this.#context.host.tasks.find(this.#idOrName);
    }

    async update(fields: TaskUpdate): Promise<Task> {
        const update = readTaskUpdate('fields', fields);
        return this.#context.host.tasks.update(this.#require().id, update);
    }

    async publish(): Promise<Task> {
        return this.update({ isPublic: true });
    }

    async unpublish(): Promise<Task> {
        return this.update({ isPublic: false });
    }

    async delete(): Promise<void> {
        const { tasks } = this.#context.host;
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
        const task = this.#context.host.tasks.find(this.#idOrName);
        return task && (task.input ?? {});
    }

    async updateInput(input: TaskInput): Promise<TaskInput> {
        const { tasks } = this.#context.host;
        const given = readTaskInput('input', input);
        const { id, input: kept } = this.#require();
        const merged = Array.isArray(given) ? given : mergeTaskInput(kept, given);
        return tasks.update(id, { input: merged }).input!;
    }

    runs(): RunCollectionClient {
        const { runs } = this.#context.host;
        return new RunCollectionResource((query) => runs.page({ ...query, actorTaskId: this.#require().id }));
    }

    lastRun(options: LastRunOptions = {}): RunClient {
        checkLastRunOptions(options);
        const find = (): Run | undefined => {
            const { runs, tasks } = this.#context.host;
            const task = tasks.find(this.#idOrName);
            return task && runs.last({ ...options, actorTaskId: task.id });
        };
        return new RunResource(this.#context, { find, sought: `last run of task \`${this.#idOrName}\`` });
    }

    async #begin(input: unknown, options: TaskStartOptions): Promise<Run> {
        const { host, cause } = this.#context;
        const task = this.#require();
        if (!host.actors.find(task.actId)) throw actorGone(task);
        const merged = toRunInput(mergeTaskInput(task.input, input));
        const given = Object.entries(options).filter(([, value]) => value !== undefined);
        const startOptions = { ...toStartOptions(task.options), ...Object.fromEntries(given) };
        return host.runs.start(task.actId, merged, startOptions, { ...cause, actorTaskId: task.id });
    }

    webhooks(): WebhookCollectionClient {
        return new WebhookCollectionResource(this.#context.host.webhooks, () => ({ actorTaskId: this.#require().id }));
    }

    #require(): Task {
        return this.#context.host.tasks.require(this.#idOrName);
    }
}

function actorGone({ id, actId, name, username }: Task): EngineError {
    return new EngineError(
        'actor-not-found',
        `The Actor \`${actId}\` of task \`${username}/${name}\` is gone. Delete the task, or make one for another Actor.`,
        { details: { task: id, actor: actId } },
    );
}
