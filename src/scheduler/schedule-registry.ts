import { NamedRecords, type RecordParts } from '../util/named-records.js';
import type { Schedule, ScheduleLogEntry, ScheduleSettings } from '../model/schedule.js';

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
    readonly #schedules: NamedRecords<Schedule>;
    readonly #logs = new Map<string, readonly ScheduleLogEntry[]>();

    constructor(parts: RecordParts) {
        this.#schedules = new NamedRecords('schedules', parts, (document) => {
            const { schedule, actionsJson, log } = document as ScheduleDocument;
            this.#logs.set(schedule.id, log);
            return { ...schedule, actions: JSON.parse(actionsJson) as Schedule['actions'] };
        });
    }

    all(): Schedule[] {
        return [...this.#schedules.values()];
    }

    find(idOrName: string): Schedule | undefined {
        return this.#schedules.find(idOrName);
    }

    require(idOrName: string): Schedule {
        return this.#schedules.require(idOrName);
    }

    /** Whether this is the record that counts: it may have been changed, and so replaced, or removed. */
    isCurrent(schedule: Schedule): boolean {
        return this.#schedules.find(schedule.id) === schedule;
    }

    /** What a new schedule would be; nothing is kept yet. */
    draft(settings: ScheduleSettings): Schedule {
        const { createdAt, modifiedAt, ...draft } = this.#schedules.draft('my-schedule');
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
        return this.#schedules.change(schedule, { ...settings });
    }

    /** What a schedule would be after a change. */
    redraft(schedule: Schedule, settings: ScheduleSettings): Schedule {
        return this.#schedules.change({ ...schedule, modifiedAt: this.#schedules.now() }, { ...settings });
    }

    /** Keeps a schedule, new or in the place of what it was, with further entries of its log. */
    keep(schedule: Schedule, entries: readonly Omit<ScheduleLogEntry, 'createdAt'>[] = []): void {
        const createdAt = this.#schedules.now();
        const added = entries.map((entry) => ({ ...entry, createdAt }));
        const log = [...this.log(schedule.id), ...added].slice(-MAX_LOG_ENTRIES);
        const { actions, ...rest } = schedule;
        const document: ScheduleDocument = { schedule: rest, actionsJson: JSON.stringify(actions), log };
        this.#schedules.keep(schedule, document);
        this.#logs.set(schedule.id, log);
    }

    log(id: string): readonly ScheduleLogEntry[] {
        return this.#logs.get(id) ?? [];
    }

    remove(schedule: Schedule): void {
        this.#schedules.remove(schedule);
        this.#logs.delete(schedule.id);
    }
}

/** A copy that its receiver may do with as it likes. */
export function copySchedule(schedule: Schedule): Schedule {
    return structuredClone(schedule);
}
