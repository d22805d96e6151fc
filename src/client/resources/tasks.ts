import { checkOptions } from '../../util/check.js';
import { readTaskCreation } from '../check-task.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { ChunkOptions } from '../../model/client.js';
import type { PagedList, PageOptions } from '../../model/page.js';
import type { Task, TaskCollectionClient, TaskCreation, TaskListItem } from '../../model/task.js';
import type { ActorDirectory, ClientHost, TaskDirectory } from '../client-host.js';

/** All tasks of the engine. */
export class TaskCollectionResource implements TaskCollectionClient {
    readonly #actors: ActorDirectory;
    readonly #tasks: TaskDirectory;

    constructor({ actors, tasks }: ClientHost) {
        this.#actors = actors;
        this.#tasks = tasks;
    }

    list(options: PageOptions & ChunkOptions = {}): PagedList<TaskListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#tasks.list(), bounds, options.desc);
            return { ...page, items: page.items.map((task) => this.#toListItem(task)) };
        });
    }

    async create(task: TaskCreation): Promise<Task> {
        const { actId, ...fields } = readTaskCreation(task);
        return this.#tasks.create(fields, this.#actors.require(actId));
    }

    #toListItem({ options: _options, input: _input, ...task }: Task): TaskListItem {
        const actor = this.#actors.find(task.actId);
        return actor ? { ...task, actName: actor.name, actUsername: actor.username } : task;
    }
}
