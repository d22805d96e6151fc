import { NamedRecords, type RecordDependencies } from '../util/collections/named-records.js';
import type { Schedule, ScheduleLogEntry, ScheduleSettings } from '../model/api/schedule.js';

/**
 * A stored schedule, with its log. The actions are stored as a JSON string, so that loading does not turn date strings in an input
 * into dates.
 */
interface ScheduleDocument {
    schedule: Omit<Schedule, 'actions'>;
    actionsJson: string;
    log: readonly ScheduleLogEntry[];
}

const MAX_LOG_ENTRIES = 1000;

/** The schedules of a user, oldest first. The records are the registry's own; callers copy them before they return them. */
export class ScheduleRegistry {
    readonly records: NamedRecords<Schedule>;
    readonly #logs = new Map<string, readonly ScheduleLogEntry[]>();

    constructor(dependencies: RecordDependencies) {
        this.records = new NamedRecords('schedules', dependencies, (document) => {
            const { schedule, actionsJson, log } = document as ScheduleDocument;
            this.#logs.set(schedule.id, log);
            return { ...schedule, actions: JSON.parse(actionsJson) as Schedule['actions'] };
        });
    }

    /** Creates a new schedule without saving it. */
    draft(settings: ScheduleSettings): Schedule {
        const { createdAt, modifiedAt, ...draft } = this.records.createDraft('my-schedule');
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
        return this.records.applyChanges(schedule, { ...settings });
    }

    /** Returns a schedule with changed settings without saving it. */
    draftUpdate(schedule: Schedule, settings: ScheduleSettings): Schedule {
        return this.records.applyChanges({ ...schedule, modifiedAt: this.records.now() }, { ...settings });
    }

    /** Adds or replaces a schedule, and appends entries to its log. */
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
