import { completeCommand, completionCommand } from './commands/completion.js';
import type { CommandTable } from './command.js';

/** All commands, in the order in which help shows them. */
export const COMMANDS: CommandTable = {
    commands: [completionCommand, completeCommand],
    groups: [],
};
