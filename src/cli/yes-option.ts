import type { CommandOption } from './command.js';

/** The option that answers beforehand what a command would ask. */
export const YES_OPTION: CommandOption = { name: 'yes', short: 'y', summary: 'Do not ask, do it.' };
