import { DATA_OPTIONS } from '../common-options.js';
import { LIST_OPTIONS } from '../lists/list-options.js';
import { RUN_SUMMARY } from '../find/summaries.js';
import { YES_OPTION } from '../yes-option.js';
import type { Command, CommandArgument, CommandGroup } from '../command.js';

export const RUNS_GROUP: CommandGroup = { name: 'runs', summary: 'Look at runs, and delete them.' };

/** The argument that names one run. */
export const RUN_ARGUMENT: CommandArgument = { name: 'run', summary: RUN_SUMMARY, isRequired: true };

/** `greenroom runs …`. */
export const RUNS_COMMANDS: readonly Command[] = [
    {
        name: 'runs ls',
        aliases: ['runs list'],
        summary: 'List the runs, the latest on top.',
        arguments: [{ name: 'actor', summary: 'Only those of this Actor.' }],
        options: [
            { name: 'actor', value: 'ACTOR', summary: 'Only those of this Actor.' },
            {
                name: 'status',
                value: 'STATUS',
                summary: 'Only those that are so: RUNNING, or failed,timed-out.',
                isRepeated: true,
            },
            { name: 'after', value: 'TIME', summary: 'Only those that were started then or later.' },
            { name: 'before', value: 'TIME', summary: 'Only those that were started then or before.' },
            ...LIST_OPTIONS,
            ...DATA_OPTIONS,
        ],
        examples: [
            { line: 'greenroom runs ls', summary: 'The latest' },
            { line: 'greenroom runs ls my-actor --status failed', summary: 'Those of one Actor that went wrong' },
        ],
        load: async () => (await import('../runs/list-runs.js')).listRuns,
    },
    {
        name: 'runs info',
        summary: 'Show what is known of a run.',
        arguments: [RUN_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom runs info my-actor', summary: 'The latest run of an Actor' }],
        load: async () => (await import('../runs/show-run.js')).showRun,
    },
    {
        name: 'runs last',
        summary: 'Show what is known of the latest run.',
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom runs last --json', summary: 'As JSON' }],
        load: async () => (await import('../runs/show-run.js')).showRun,
    },
    {
        name: 'runs rm',
        summary: 'Delete runs that have ended, with their logs, and their storages unless they have names.',
        description: ['To delete all that is old, see `greenroom purge`.'],
        arguments: [{ ...RUN_ARGUMENT, isRepeated: true }],
        options: [YES_OPTION, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom runs rm last', summary: 'The latest one' }],
        load: async () => (await import('../runs/remove-runs.js')).removeRuns,
    },
];
