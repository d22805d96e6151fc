import { withApi } from '../api/with-api.js';
import { findActor } from '../find/find-actor.js';
import { readJson } from '../read-json.js';
import { readGivenInput } from './read-given-input.js';
import { readTaskOptions } from './read-task-options.js';
import type { Task } from '../../model/task.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `tasks create`. */
export const createTask: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const reference = words.text('actor');
        if (reference === undefined) throw words.bad('--actor is missing: which Actor the task runs.');
        const input = await readGivenInput(call);
        const options = readTaskOptions(words);
        const task = await api.post<AsJson<Task>>('actor-tasks', {
            body: {
                actId: (await findActor(api, reference)).id,
                name: words.args[0],
                title: words.text('title'),
                description: words.text('description'),
                ...(input !== undefined && { input: readJson(input, 'The input') }),
                ...(Object.keys(options).length > 0 && { options }),
            },
        });
        if (words.flag('json')) terminal.json(task);
        else terminal.out.line(`Made the task ${task.name}. Run it: greenroom tasks run ${task.name}`);
    });
