import { ISOLATIONS } from '../model/execution.js';
import type { CommandOption } from './command.js';

/** The options of a run, of every command that starts one. */
export const RUN_OPTIONS: readonly CommandOption[] = [
    {
        name: 'memory',
        short: 'm',
        value: 'MB',
        summary: 'Its memory, a power of two: 512, 1GB.',
        default: "the Actor's own, else 1024",
    },
    {
        name: 'timeout',
        short: 't',
        value: 'TIME',
        summary: 'Its timeout: 90, 90s, 5m; 0 is none.',
        default: "the Actor's own, else none",
    },
    { name: 'build', short: 'b', value: 'TAG', summary: 'Tag or number of the build.', default: 'latest' },
    {
        name: 'env',
        short: 'e',
        value: 'NAME=VALUE',
        summary: 'An environment variable; NAME alone has the value that it has here.',
        isRepeated: true,
    },
    {
        name: 'env-file',
        value: 'FILE',
        summary: 'A file of environment variables.',
        isRepeated: true,
        completion: 'file',
    },
    {
        name: 'isolation',
        value: 'MODE',
        summary: 'How it is kept apart from this process.',
        choices: ISOLATIONS,
        default: 'thread',
    },
    { name: 'max-items', value: 'N', summary: 'So many items are paid for at most; the Actor sees it.' },
    { name: 'max-charge', value: 'USD', summary: 'What it may cost, where the Actor is paid per event.' },
    { name: 'debug', summary: 'Open an inspector, and wait for a debugger before the first line.' },
    { name: 'debug-port', value: 'PORT', summary: 'The same at this port.' },
];
