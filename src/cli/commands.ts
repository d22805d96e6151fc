import { completeCommand, completionCommand } from './commands/completion.js';
import { DATA_COMMANDS } from './commands/data-commands.js';
import { initCommand } from './commands/init.js';
import { runCommand } from './commands/run.js';
import { devCommand, serveCommand } from './commands/serve.js';
import type { CommandTable } from './command.js';

/** All commands, in the order in which help shows them. */
export const COMMANDS: CommandTable = {
    commands: [
        initCommand,
        runCommand,
        devCommand,
        serveCommand,
        ...DATA_COMMANDS.commands,
        completionCommand,
        completeCommand,
    ],
    groups: DATA_COMMANDS.groups,
};
