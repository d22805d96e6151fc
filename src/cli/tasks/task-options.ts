import type { CommandOption } from '../command.js';

/** The input of runs that come later. */
export const INPUT_OPTIONS: readonly CommandOption[] = [
    { name: 'input', short: 'i', value: 'JSON', summary: 'The input of the runs.' },
    { name: 'input-file', value: 'FILE', summary: 'The input of the runs, from a file.', completion: 'file' },
];

/** The options of runs that come later. */
export const TASK_OPTIONS: readonly CommandOption[] = [
    { name: 'build', short: 'b', value: 'BUILD', summary: 'The tag or number of the build.' },
    { name: 'memory', short: 'm', value: 'MB', summary: 'The memory: 512, or 1GB.' },
    { name: 'timeout', value: 'TIME', summary: 'The timeout: 90 (seconds), or 5m; 0 is none.' },
    { name: 'max-items', value: 'N', summary: 'Items that are paid for at most.' },
    { name: 'max-charge', value: 'USD', summary: 'What a run may cost.' },
    { name: 'restart-on-error', summary: 'Start anew when it fails.' },
];
