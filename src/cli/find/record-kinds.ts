/** The words for a kind of record that has an id and may have a name. */
export interface RecordKind {
    readonly noun: string;
    /** In the API: `schedules`. */
    readonly path: string;
    /** The command that lists them: `schedule ls`. */
    readonly listCommand: string;
}

export const SCHEDULE_KIND: RecordKind = { noun: 'schedule', path: 'schedules', listCommand: 'schedule ls' };

export const TASK_KIND: RecordKind = { noun: 'task', path: 'actor-tasks', listCommand: 'tasks ls' };

export const WEBHOOK_KIND: RecordKind = { noun: 'webhook', path: 'webhooks', listCommand: 'webhooks ls' };
