import { ACTORS_COMMANDS, ACTORS_GROUP } from './commands/actors.js';
import { completeCommand, completionCommand } from './commands/completion.js';
import { DATASET_COMMANDS, DATASET_GROUP } from './commands/dataset.js';
import { KV_COMMANDS, KV_GROUP } from './commands/kv.js';
import { QUEUE_COMMANDS, QUEUE_GROUP } from './commands/queue.js';
import { RUNS_COMMANDS, RUNS_GROUP } from './commands/runs.js';
import type { CommandTable } from './command.js';

/** All commands, in the order in which help shows them. */
export const COMMANDS: CommandTable = {
    commands: [
        ...ACTORS_COMMANDS,
        ...RUNS_COMMANDS,
        ...DATASET_COMMANDS,
        ...KV_COMMANDS,
        ...QUEUE_COMMANDS,
        completionCommand,
        completeCommand,
    ],
    groups: [ACTORS_GROUP, RUNS_GROUP, DATASET_GROUP, KV_GROUP, QUEUE_GROUP],
};
