import { DATA_OPTIONS } from '../common-options.js';
import { TASK_KIND } from '../find/record-kinds.js';
import { LIST_OPTIONS } from '../lists/list-options.js';
import { INPUT_OPTIONS, TASK_OPTIONS } from '../tasks/task-options.js';
import { FOLLOW_OPTIONS } from '../run/follow-options.js';
import { YES_OPTION } from '../yes-option.js';
import type { Command, CommandArgument, CommandGroup } from '../command.js';

export const TASKS_GROUP: CommandGroup = { name: 'tasks', summary: 'Look at tasks, run them, and change them.' };

const TASK_ARGUMENT: CommandArgument = { name: 'task', summary: 'The id or name of a task.', isRequired: true };

/** `greenroom tasks …`. */
export const TASKS_COMMANDS: readonly Command[] = [
    {
        name: 'tasks ls',
        aliases: ['task ls', 'tasks list'],
        summary: 'List the tasks.',
        options: [...LIST_OPTIONS, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom tasks ls', summary: 'All of them' }],
        load: async () => (await import('../tasks/list-tasks.js')).listTasks,
    },
    {
        name: 'tasks info',
        aliases: ['task info'],
        summary: 'Show what is known of a task.',
        arguments: [TASK_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom tasks info my-task', summary: 'By its name' }],
        load: async () => (await import('../tasks/show-task.js')).showTask,
    },
    {
        name: 'tasks run',
        aliases: ['task run', 'tasks start'],
        summary: 'Run a task, and show it to its end.',
        description: ['The input is laid over that of the task, property by property.'],
        arguments: [TASK_ARGUMENT],
        options: [...INPUT_OPTIONS, ...TASK_OPTIONS, ...FOLLOW_OPTIONS, ...DATA_OPTIONS],
        examples: [
            { line: 'greenroom tasks run my-task', summary: 'As it is' },
            { line: `greenroom tasks run my-task --input '{ "depth": 1 }'`, summary: 'With another depth' },
        ],
        load: async () => (await import('../tasks/run-task.js')).runTask,
    },
    {
        name: 'tasks create',
        aliases: ['task create'],
        summary: 'Make a task: an Actor with an input and options of its own.',
        arguments: [{ name: 'name', summary: 'Letters, digits and dashes. Default: after its Actor.' }],
        options: [
            { name: 'actor', short: 'a', value: 'ACTOR', summary: 'The Actor that it runs.' },
            ...INPUT_OPTIONS,
            ...TASK_OPTIONS,
            { name: 'title', value: 'TEXT', summary: 'Its title.' },
            { name: 'description', value: 'TEXT', summary: 'Its description.' },
            ...DATA_OPTIONS,
        ],
        examples: [
            {
                line: `greenroom tasks create deep --actor my-actor --input '{ "depth": 9 }' --memory 2GB`,
                summary: 'With an input and more memory',
            },
        ],
        load: async () => (await import('../tasks/create-task.js')).createTask,
    },
    {
        name: 'tasks rm',
        aliases: ['task rm'],
        summary: 'Delete tasks. Their runs stay.',
        arguments: [{ ...TASK_ARGUMENT, isRepeated: true }],
        options: [YES_OPTION, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom tasks rm my-task', summary: 'By its name' }],
        load: async () => (await import('../records/remove-records.js')).removeRecords(TASK_KIND),
    },
];
