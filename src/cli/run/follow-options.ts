import type { CommandOption } from '../command.js';

/** The options of a command that follows a run. */
export const FOLLOW_OPTIONS: readonly CommandOption[] = [
    { name: 'detach', short: 'd', summary: 'Do not wait for the end; where a server does the work.' },
    { name: 'show', value: 'N', summary: 'How many of the first items to show.', default: '10' },
    { name: 'quiet', short: 'q', summary: 'Show neither log nor progress.' },
];
