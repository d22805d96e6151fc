import { ACTORS_COMMANDS, ACTORS_GROUP } from './actors.js';
import { DATASET_COMMANDS, DATASET_GROUP } from './dataset.js';
import { KV_COMMANDS, KV_GROUP } from './kv.js';
import { purgeCommand } from './purge.js';
import { QUEUE_COMMANDS, QUEUE_GROUP } from './queue.js';
import { RUNS_COMMANDS, RUNS_GROUP } from './runs.js';
import { RUN_VERBS } from './run-verbs.js';
import { SCHEDULE_COMMANDS, SCHEDULE_GROUP } from './schedule.js';
import { TASKS_COMMANDS, TASKS_GROUP } from './tasks.js';
import { exportCommand, importCommand } from './transfer.js';
import { WEBHOOKS_COMMANDS, WEBHOOKS_GROUP } from './webhooks.js';
import type { CommandTable } from '../command.js';

/** What looks at or changes what is kept, in the order in which help shows it. */
export const DATA_COMMANDS: CommandTable = {
    commands: [
        ...ACTORS_COMMANDS,
        ...RUNS_COMMANDS,
        ...RUN_VERBS,
        ...DATASET_COMMANDS,
        ...KV_COMMANDS,
        ...QUEUE_COMMANDS,
        ...SCHEDULE_COMMANDS,
        ...TASKS_COMMANDS,
        ...WEBHOOKS_COMMANDS,
        exportCommand,
        importCommand,
        purgeCommand,
    ],
    groups: [
        ACTORS_GROUP,
        RUNS_GROUP,
        DATASET_GROUP,
        KV_GROUP,
        QUEUE_GROUP,
        SCHEDULE_GROUP,
        TASKS_GROUP,
        WEBHOOKS_GROUP,
    ],
};
