import type { CommandOption } from './command.js';

/** The option that names a file in place of an argument. */
export const FILE_OPTION: CommandOption = {
    name: 'file',
    short: 'f',
    value: 'FILE',
    summary: 'Read it from a file; `-` is stdin.',
    completion: 'file',
};
