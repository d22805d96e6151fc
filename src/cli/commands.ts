import { completeCommand, completionCommand } from './commands/completion.js';
import { runCommand } from './commands/run.js';
import type { CommandTable } from './command.js';

/** All commands, in the order in which help shows them. */
export const COMMANDS: CommandTable = {
    commands: [runCommand, completionCommand, completeCommand],
    groups: [],
};
