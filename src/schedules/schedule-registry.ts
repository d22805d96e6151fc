import { NamedRecords, type RecordDependencies } from '../util/collections/named-records.js';
import type { Schedule, ScheduleLogEntry, ScheduleSettings } from '../model/api/schedule.js';

/**
 * A schedule as it is kept, with its log. The actions are text, so that nothing in an input is taken for a time when it is
 * read from disk.
 */
interface ScheduleDocument {
    schedule: Omit<Schedule, 'actions'>;
    actionsJson: string;
    log: readonly ScheduleLogEntry[];
}

const MAX_LOG_ENTRIES = 1000;

/** The records of all schedules, oldest first. They are the registry's own: whoever hands one out hands out a copy. */
export class ScheduleRegistry {
    readonly records: NamedRecords<Schedule>;
    readonly #logs = new Map<string, readonly ScheduleLogEntry[]>();

    constructor(parts: RecordDependencies) {
        this.records = new NamedRecords('schedules', parts, (document) => {
            const { schedule, actionsJson, log } = document as ScheduleDocument;
            this.#logs.set(schedule.id, log);
            return { ...schedule, actions: JSON.parse(actionsJson) as Schedule['actions'] };
        });
    }

    /** What a new schedule would be; nothing is kept yet. */
    draft(settings: ScheduleSettings): Schedule {
        const { createdAt, modifiedAt, ...draft } = this.records.draft('my-schedule');
        const schedule: Schedule = {
            ...draft,
            cronExpression: '@daily',
            timezone: 'UTC',
            isEnabled: false,
            isExclusive: true,
            createdAt,
            modifiedAt,
            actions: [],
            notifications: { email: false },
        };
        return this.records.change(schedule, { ...settings });
    }

    /** What a schedule would be after a change. */
    draftUpdate(schedule: Schedule, settings: ScheduleSettings): Schedule {
        return this.records.change({ ...schedule, modifiedAt: this.records.now() }, { ...settings });
    }

    /** Keeps a schedule, new or in the place of what it was, with further entries of its log. */
    save(schedule: Schedule, entries: readonly Omit<ScheduleLogEntry, 'createdAt'>[] = []): void {
        const createdAt = this.records.now();
        const added = entries.map((entry) => ({ ...entry, createdAt }));
        const log = [...this.log(schedule.id), ...added].slice(-MAX_LOG_ENTRIES);
        const { actions, ...rest } = schedule;
        const document: ScheduleDocument = { schedule: rest, actionsJson: JSON.stringify(actions), log };
        this.records.save(schedule, document);
        this.#logs.set(schedule.id, log);
    }

    log(id: string): readonly ScheduleLogEntry[] {
        return this.#logs.get(id) ?? [];
    }

    remove(schedule: Schedule): void {
        this.records.remove(schedule);
        this.#logs.delete(schedule.id);
    }
}
