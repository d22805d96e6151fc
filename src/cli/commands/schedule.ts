import { DATA_OPTIONS } from '../common-options.js';
import { SCHEDULE_KIND } from '../find/record-kinds.js';
import { LIST_OPTIONS } from '../lists/list-options.js';
import { INPUT_OPTIONS, TASK_OPTIONS } from '../tasks/task-options.js';
import { YES_OPTION } from '../yes-option.js';
import type { Command, CommandArgument, CommandGroup } from '../command.js';

export const SCHEDULE_GROUP: CommandGroup = { name: 'schedule', summary: 'Look at schedules, and change them.' };

const SCHEDULE_ARGUMENT: CommandArgument = {
    name: 'schedule',
    summary: 'The id or name of a schedule.',
    isRequired: true,
};

const lookingCommands: readonly Command[] = [
    {
        name: 'schedule ls',
        aliases: ['schedules ls', 'schedule list'],
        summary: 'List the schedules, with their next runs.',
        options: [...LIST_OPTIONS, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom schedule ls', summary: 'All of them' }],
        load: async () => (await import('../schedules/list-schedules.js')).listSchedules,
    },
    {
        name: 'schedule info',
        aliases: ['schedules info'],
        summary: 'Show what is known of a schedule, with its next five runs and the end of its log.',
        arguments: [SCHEDULE_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom schedule info every-morning', summary: 'By its name' }],
        load: async () => (await import('../schedules/show-schedule.js')).showSchedule,
    },
];

const changingCommands: readonly Command[] = [
    {
        name: 'schedule create',
        aliases: ['schedules create'],
        summary: 'Make a schedule, which is enabled at once.',
        description: [
            'A cron expression has five fields (minute, hour, day, month, day of the week), or six with seconds first, or is an alias such as @daily or @hourly.',
            'Schedules fire while `greenroom dev` or `greenroom serve` runs.',
        ],
        arguments: [{ name: 'name', summary: 'Letters, digits and dashes. Default: my-schedule.' }],
        options: [
            { name: 'cron', value: 'EXPRESSION', summary: 'When it is to run.' },
            {
                name: 'timezone',
                value: 'ZONE',
                summary: 'Whose clocks count: Europe/Prague, or UTC.',
                default: "this machine's",
            },
            { name: 'actor', short: 'a', value: 'ACTOR', summary: 'An Actor to run.', isRepeated: true },
            { name: 'task', short: 't', value: 'TASK', summary: 'A task to run.', isRepeated: true },
            ...INPUT_OPTIONS,
            ...TASK_OPTIONS,
            { name: 'no-exclusive', summary: 'Also while the run that it started before goes on.' },
            { name: 'disabled', summary: 'Do not enable it yet.' },
            { name: 'title', value: 'TEXT', summary: 'Its title.' },
            { name: 'description', value: 'TEXT', summary: 'Its description.' },
            ...DATA_OPTIONS,
        ],
        examples: [
            {
                line: `greenroom schedule create every-morning --cron '30 7 * * 1-5' --actor my-actor --input '{ "depth": 2 }'`,
                summary: 'On workdays at half past seven',
            },
            { line: 'greenroom schedule create --cron @hourly --task my-task', summary: 'A task each hour' },
        ],
        load: async () => (await import('../schedules/create-schedule.js')).createSchedule,
    },
    {
        name: 'schedule enable',
        aliases: ['schedules enable'],
        summary: 'Let a schedule fire.',
        arguments: [SCHEDULE_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom schedule enable every-morning', summary: 'By its name' }],
        load: async () => (await import('../schedules/switch-schedule.js')).switchSchedule(true),
    },
    {
        name: 'schedule disable',
        aliases: ['schedules disable'],
        summary: 'Let a schedule rest.',
        arguments: [SCHEDULE_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom schedule disable every-morning', summary: 'By its name' }],
        load: async () => (await import('../schedules/switch-schedule.js')).switchSchedule(false),
    },
    {
        name: 'schedule rm',
        aliases: ['schedules rm'],
        summary: 'Delete schedules. The runs that they started stay.',
        arguments: [{ ...SCHEDULE_ARGUMENT, isRepeated: true }],
        options: [YES_OPTION, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom schedule rm every-morning', summary: 'By its name' }],
        load: async () => (await import('../records/remove-records.js')).removeRecords(SCHEDULE_KIND),
    },
];

/** `greenroom schedule …`. */
export const SCHEDULE_COMMANDS: readonly Command[] = [...lookingCommands, ...changingCommands];
