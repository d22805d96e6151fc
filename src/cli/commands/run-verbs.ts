import { DATA_OPTIONS } from '../common-options.js';
import { FOLLOW_OPTIONS } from '../run/follow-options.js';
import { TASK_OPTIONS } from '../tasks/task-options.js';
import { RUN_ARGUMENT } from './runs.js';
import type { Command } from '../command.js';

/** `greenroom log`, `abort`, `resurrect` and `reboot`. */
export const RUN_VERBS: readonly Command[] = [
    {
        name: 'log',
        aliases: ['runs log', 'builds log'],
        summary: 'Print the log of a run or a build.',
        arguments: [
            {
                ...RUN_ARGUMENT,
                summary: `${RUN_ARGUMENT.summary} Or the id of a build. Default: last.`,
                isRequired: false,
            },
        ],
        options: [
            { name: 'follow', short: 'f', summary: 'Go on until the run has ended.' },
            { name: 'tail', short: 'n', value: 'N', summary: 'Only the last so many lines.' },
            { name: 'times', short: 't', summary: 'With the time of each line.' },
            { name: 'raw', summary: 'Just as it is kept, with control characters.' },
            ...DATA_OPTIONS,
        ],
        examples: [
            { line: 'greenroom log', summary: 'That of the latest run' },
            { line: 'greenroom log my-actor --follow --tail 20', summary: 'How an Actor gets on' },
        ],
        load: async () => (await import('../logs/print-log.js')).printLog,
    },
    {
        name: 'abort',
        aliases: ['runs abort'],
        summary: 'Abort a run.',
        arguments: [RUN_ARGUMENT],
        options: [
            { name: 'gracefully', short: 'g', summary: 'Let it end by itself, for half a minute.' },
            ...DATA_OPTIONS,
        ],
        examples: [{ line: 'greenroom abort last --gracefully', summary: 'The latest one' }],
        load: async () => (await import('../runs/abort-run.js')).abortRun,
    },
    {
        name: 'resurrect',
        aliases: ['runs resurrect'],
        summary: 'Let a run that has ended live once more on its storages, and show it to its end.',
        description: ['What is not said otherwise is as it was. The timeout counts anew.'],
        arguments: [RUN_ARGUMENT],
        options: [...TASK_OPTIONS, ...FOLLOW_OPTIONS, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom resurrect last --memory 2GB', summary: 'With more memory' }],
        load: async () => (await import('../runs/resurrect-run.js')).resurrectRun,
    },
    {
        name: 'reboot',
        aliases: ['runs reboot'],
        summary: 'Start a run that goes on anew, on its storages.',
        arguments: [RUN_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom reboot last', summary: 'The latest one' }],
        load: async () => (await import('../runs/reboot-run.js')).rebootRun,
    },
];
