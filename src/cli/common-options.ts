import type { CommandOption } from './command.js';

/** What every command takes. */
export const COMMON_OPTIONS: readonly CommandOption[] = [
    { name: 'help', short: 'h', summary: 'Show this help.' },
    { name: 'verbose', summary: 'Show the stack and all details of an error. Also: GREENROOM_DEBUG=1.' },
    { name: 'no-color', summary: 'No colours. Also: NO_COLOR=1; FORCE_COLOR=1 is the opposite.' },
];

/** Where things are kept; of each command that keeps something. */
export const STORAGE_OPTION: CommandOption = {
    name: 'storage',
    short: 's',
    value: 'DIR',
    summary: 'The storage directory. Also: GREENROOM_STORAGE.',
    default: './.greenroom',
    completion: 'directory',
};

/** How to reach a server in place of a storage directory. */
export const SERVER_OPTIONS: readonly CommandOption[] = [
    { name: 'url', value: 'URL', summary: 'A running engine in place of the directory. Also: GREENROOM_URL.' },
    { name: 'token', value: 'TOKEN', summary: 'The token for --url. Also: GREENROOM_TOKEN.' },
];

/** One JSON in place of text for people. */
export const JSON_OPTION: CommandOption = { name: 'json', summary: 'JSON on stdout in place of text.' };

/** What every command has that looks at or changes what is kept. */
export const DATA_OPTIONS: readonly CommandOption[] = [JSON_OPTION, STORAGE_OPTION, ...SERVER_OPTIONS];
