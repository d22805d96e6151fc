import { NamedRecords, type RecordDependencies } from '../util/collections/named-records.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import type { Actor } from '../model/api/actor.js';
import type { Task, TaskCreation, TaskInput, TaskUpdate } from '../model/api/task.js';

/** A task as it is kept. Its input is text, so that nothing in it is taken for a time when it is read from disk. */
type TaskDocument = Omit<Task, 'input'> & { inputJson?: string };

/** The tasks of all Actors. What it hands out are copies. */
export class TaskRegistry {
    readonly #username: string;
    readonly #tasks: NamedRecords<TaskDocument>;

    constructor(parts: RecordDependencies) {
        this.#username = parts.owner.username;
        this.#tasks = new NamedRecords('tasks', parts, (document) => document as TaskDocument);
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

    create(fields: Omit<TaskCreation, 'actId'>, actor: Actor): Task {
        const { id, userId, name, ...times } = this.#tasks.draft(`${actor.name}-task`);
        const [actId, username] = [actor.id, this.#username];
        return this.#keep({ id, userId, actId, name, username, ...times, stats: { totalRuns: 0 } }, fields);
    }

    update(id: string, fields: TaskUpdate): Task {
        return this.#keep({ ...this.#tasks.require(id), modifiedAt: this.#tasks.now() }, fields);
    }

    remove(id: string): void {
        this.#tasks.remove(this.#tasks.require(id));
    }

    /** Counts a run, if it is one of a task. */
    countRun(id: string): void {
        const task = this.#tasks.find(id);
        if (task) task.stats.totalRuns += 1;
    }

    /** Writes down the counts of runs, which are not worth a write each. */
    saveCounts(): void {
        for (const task of this.#tasks.values()) this.#tasks.save(task);
    }

    #keep(before: TaskDocument, { input, publicConfig, ...fields }: TaskUpdate): Task {
        const changes = withoutUndefined({
            ...fields,
            inputJson: input === null || input === undefined ? input : JSON.stringify(input),
            publicConfig: publicConfig && { publishedAt: null, ...publicConfig },
        });
        const task = this.#tasks.change(before, structuredClone(changes));
        this.#tasks.save(task);
        return toTask(task);
    }
}

function toTask({ inputJson, ...task }: TaskDocument): Task {
    const copy: Task = structuredClone(task);
    if (inputJson !== undefined) copy.input = JSON.parse(inputJson) as TaskInput;
    return copy;
}
