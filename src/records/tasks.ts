import { NamedRecords, type RecordDependencies } from '../util/collections/named-records.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import type { Actor } from '../model/api/actor.js';
import type { Task, TaskCreation, TaskInput, TaskUpdate } from '../model/api/task.js';

/** A stored task. Its input is stored as a JSON string, so that loading does not turn date strings in it into dates. */
type TaskDocument = Omit<Task, 'input'> & { inputJson?: string };

/** The tasks of a user. All records that it returns are copies. */
export class TaskRegistry {
    readonly #username: string;
    readonly #tasks: NamedRecords<TaskDocument>;

    constructor(dependencies: RecordDependencies) {
        this.#username = dependencies.owner.username;
        this.#tasks = new NamedRecords('tasks', dependencies, (document) => document as TaskDocument);
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
        const { id, userId, name, ...times } = this.#tasks.createDraft(`${actor.name}-task`);
        const [actId, username] = [actor.id, this.#username];
        return this.#save({ id, userId, actId, name, username, ...times, stats: { totalRuns: 0 } }, fields);
    }

    update(id: string, fields: TaskUpdate): Task {
        return this.#save({ ...this.#tasks.require(id), modifiedAt: this.#tasks.now() }, fields);
    }

    remove(id: string): void {
        this.#tasks.remove(this.#tasks.require(id));
    }

    /** Counts a run of a task, unless the task was deleted. */
    countRun(id: string): void {
        const task = this.#tasks.find(id);
        if (task) task.stats.totalRuns += 1;
    }

    /** Saves the run counts, which are not written with each run. */
    saveCounts(): void {
        for (const task of this.#tasks.values()) this.#tasks.save(task);
    }

    #save(current: TaskDocument, { input, publicConfig, ...fields }: TaskUpdate): Task {
        const changes = withoutUndefined({
            ...fields,
            inputJson: input === null || input === undefined ? input : JSON.stringify(input),
            publicConfig: publicConfig && { publishedAt: null, ...publicConfig },
        });
        const task = this.#tasks.applyChanges(current, structuredClone(changes));
        this.#tasks.save(task);
        return toTask(task);
    }
}

function toTask({ inputJson, ...task }: TaskDocument): Task {
    const copy: Task = structuredClone(task);
    if (inputJson !== undefined) copy.input = JSON.parse(inputJson) as TaskInput;
    return copy;
}
