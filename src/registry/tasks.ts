import { EngineError } from '../errors/engine-error.js';
import { newId } from '../util/ids.js';
import { NamedRecords } from '../util/named-records.js';
import { withoutUndefined } from '../util/without-undefined.js';
import type { Actor } from '../model/actor.js';
import type { Task, TaskCreation, TaskInput, TaskUpdate } from '../model/task.js';
import type { Clock } from '../util/clock.js';
import type { DocumentStore } from './document-store.js';

/** What the registry of tasks stands on. */
export interface TaskRegistryParts {
    documents: DocumentStore;
    clock: Clock;
    owner: { id: string; username: string };
}

/**
 * A task as it is kept: with its place among the others, as several may be made within a millisecond. Its input is text, so that
 * nothing in it is taken for a time when it is read from disk.
 */
type TaskDocument = Omit<Task, 'input'> & { place: number; inputJson?: string };

/** So many tasks a user may have, as on the platform. */
export const MAX_TASKS = 5000;

/** The tasks of all Actors. What it hands out are copies. */
export class TaskRegistry {
    readonly #parts: TaskRegistryParts;
    readonly #tasks: NamedRecords<TaskDocument>;

    constructor(parts: TaskRegistryParts) {
        this.#parts = parts;
        this.#tasks = new NamedRecords('task', parts.owner.username);
        const loaded = parts.documents.loadAll('tasks') as TaskDocument[];
        loaded.sort((a, b) => a.place - b.place);
        for (const task of loaded) this.#tasks.put(task);
    }

    find(idOrName: string): Task | undefined {
        const task = this.#tasks.find(idOrName);
        return task && toTask(task);
    }

    require(idOrName: string): Task {
        return toTask(this.#tasks.require(idOrName));
    }

    list(): Task[] {
        return Array.from(this.#tasks.values(), toTask);
    }

    create({ name, ...fields }: Omit<TaskCreation, 'actId'>, actor: Actor): Task {
        if (this.#tasks.size >= MAX_TASKS) {
            throw new EngineError(
                'too-many-actor-tasks',
                `There are ${MAX_TASKS} tasks already, and no more are allowed. Delete some that are not needed.`,
            );
        }
        if (name !== undefined) this.#checkNameIsFree(name);
        const now = this.#now();
        return this.#keep({
            id: newId(),
            userId: this.#parts.owner.id,
            actId: actor.id,
            name: name ?? this.#tasks.freeName(`${actor.name}-task`),
            username: this.#parts.owner.username,
            createdAt: now,
            modifiedAt: now,
            stats: { totalRuns: 0 },
            place: ([...this.#tasks.values()].at(-1)?.place ?? 0) + 1,
            ...toKept(fields),
        });
    }

    update(id: string, { name, ...fields }: TaskUpdate): Task {
        const task = this.#tasks.require(id);
        if (name !== undefined) this.#checkNameIsFree(name, task.id);
        return this.#keep({ ...task, ...toKept(fields), name: name ?? task.name, modifiedAt: this.#now() });
    }

    remove(id: string): void {
        const task = this.#tasks.require(id);
        this.#parts.documents.remove('tasks', task.id);
        this.#tasks.remove(task);
    }

    /** Counts a run, if it is one of a task. */
    countRun(id: string | undefined): void {
        const task = id === undefined ? undefined : this.#tasks.find(id);
        if (task) task.stats.totalRuns += 1;
    }

    /** Writes down the counts of runs, which are not worth a write each. */
    saveCounts(): void {
        for (const task of this.#tasks.values()) this.#parts.documents.save('tasks', task.id, task);
    }

    #checkNameIsFree(name: string, id?: string): void {
        if (!this.#tasks.isTaken(name, id)) return;
        throw new EngineError(
            'actor-task-name-not-unique',
            `Another task is named \`${name}\` already. Choose another name, or rename that one.`,
            { details: { name } },
        );
    }

    /** First on disk, where it may fail: what is not kept there has not changed. */
    #keep(fields: TaskDocument): Task {
        const task = withoutUndefined(fields);
        this.#parts.documents.save('tasks', task.id, task);
        this.#tasks.put(task);
        return toTask(task);
    }

    #now(): Date {
        return new Date(this.#parts.clock.now());
    }
}

/** Fields as they are kept: undefined where there was null, which takes away, and nothing where there was undefined. */
function toKept({ input, publicConfig, ...fields }: Omit<TaskUpdate, 'name'>): Partial<TaskDocument> {
    const given = withoutUndefined({
        ...fields,
        inputJson: input === null || input === undefined ? input : JSON.stringify(input),
        publicConfig: publicConfig && { publishedAt: null, ...publicConfig },
    });
    const entries = Object.entries(structuredClone(given)).map(([key, value]) => [key, value ?? undefined]);
    return Object.fromEntries(entries) as Partial<TaskDocument>;
}

function toTask({ inputJson, place: _, ...task }: TaskDocument): Task {
    const copy: Task = structuredClone(task);
    if (inputJson !== undefined) copy.input = JSON.parse(inputJson) as TaskInput;
    return copy;
}
