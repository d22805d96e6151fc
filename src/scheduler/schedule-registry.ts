import { EngineError } from '../errors/engine-error.js';
import { newId } from '../util/ids.js';
import { NamedRecords } from '../util/named-records.js';
import { withoutUndefined } from '../util/without-undefined.js';
import type { Schedule, ScheduleLogEntry, ScheduleSettings } from '../model/schedule.js';
import type { Clock } from '../util/clock.js';

/** Where schedules are kept, as far as they need to know. */
export interface ScheduleDocuments {
    loadAll(kind: 'schedules'): unknown[];
    /** Replaces a document, atomically. */
    save(kind: 'schedules', id: string, document: object): void;
    remove(kind: 'schedules', id: string): void;
}

/** What the registry of schedules stands on. */
export interface ScheduleRegistryParts {
    documents: ScheduleDocuments;
    clock: Clock;
    owner: { id: string; username: string };
}

/**
 * A schedule as it is kept, with its log. The actions are text, so that nothing in an input is taken for a time when it is
 * read from disk.
 */
interface ScheduleDocument extends Attachment {
    schedule: Omit<Schedule, 'actions'>;
    actionsJson: string;
}

/** What belongs to a schedule and is not shown with it. */
interface Attachment {
    /** Among the others, as several may be made within a millisecond. */
    place: number;
    log: readonly ScheduleLogEntry[];
}

/** So many schedules a user may have, as on the platform. */
export const MAX_SCHEDULES = 100;
const MAX_LOG_ENTRIES = 1000;

/** The records of all schedules, oldest first. They are the registry's own: whoever hands one out hands out a copy. */
export class ScheduleRegistry {
    readonly #parts: ScheduleRegistryParts;
    readonly #schedules: NamedRecords<Schedule>;
    readonly #attachments = new Map<string, Attachment>();

    constructor(parts: ScheduleRegistryParts) {
        this.#parts = parts;
        this.#schedules = new NamedRecords('schedule', parts.owner.username);
        const loaded = parts.documents.loadAll('schedules') as ScheduleDocument[];
        loaded.sort((a, b) => a.place - b.place);
        for (const { schedule, actionsJson, place, log } of loaded) {
            this.#attachments.set(schedule.id, { place, log });
            this.#schedules.put({ ...schedule, actions: JSON.parse(actionsJson) as Schedule['actions'] });
        }
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
        if (this.#schedules.size >= MAX_SCHEDULES) {
            throw new EngineError(
                'too-many-schedules',
                `There are ${MAX_SCHEDULES} schedules already, and no more are allowed. Delete some that are not needed.`,
            );
        }
        const now = this.#now();
        const schedule: Schedule = {
            id: newId(),
            userId: this.#parts.owner.id,
            name: this.#schedules.freeName('my-schedule'),
            cronExpression: '@daily',
            timezone: 'UTC',
            isEnabled: false,
            isExclusive: true,
            createdAt: now,
            modifiedAt: now,
            actions: [],
            notifications: { email: false },
        };
        return this.#changed(schedule, settings);
    }

    /** What a schedule would be after a change. */
    redraft(schedule: Schedule, settings: ScheduleSettings): Schedule {
        return this.#changed({ ...schedule, modifiedAt: this.#now() }, settings);
    }

    /** Keeps a schedule, new or in the place of what it was. First on disk, where it may fail. */
    keep(schedule: Schedule, entries: readonly Omit<ScheduleLogEntry, 'createdAt'>[] = []): void {
        const createdAt = this.#now();
        const log = [...this.log(schedule.id), ...entries.map((entry) => ({ ...entry, createdAt }))];
        const { actions, ...rest } = schedule;
        const attachment: Attachment = {
            place: this.#attachments.get(schedule.id)?.place ?? this.#nextPlace(),
            log: log.slice(-MAX_LOG_ENTRIES),
        };
        const document: ScheduleDocument = { schedule: rest, actionsJson: JSON.stringify(actions), ...attachment };
        this.#parts.documents.save('schedules', schedule.id, document);
        this.#schedules.put(schedule);
        this.#attachments.set(schedule.id, attachment);
    }

    log(id: string): readonly ScheduleLogEntry[] {
        return this.#attachments.get(id)?.log ?? [];
    }

    remove(schedule: Schedule): void {
        this.#parts.documents.remove('schedules', schedule.id);
        this.#schedules.remove(schedule);
        this.#attachments.delete(schedule.id);
    }

    #nextPlace(): number {
        const places = Array.from(this.#attachments.values(), ({ place }) => place);
        return Math.max(0, ...places) + 1;
    }

    #changed(schedule: Schedule, settings: ScheduleSettings): Schedule {
        const { name } = settings;
        if (name !== undefined && this.#schedules.isTaken(name, schedule.id)) {
            throw new EngineError(
                'schedule-name-not-unique',
                `Another schedule is named \`${name}\` already. Choose another name, or rename that one.`,
                { details: { name } },
            );
        }
        const given = Object.entries(withoutUndefined(settings)).map(([key, value]) => [key, value ?? undefined]);
        return withoutUndefined({ ...schedule, ...(Object.fromEntries(given) as Partial<Schedule>) });
    }

    #now(): Date {
        return new Date(this.#parts.clock.now());
    }
}

/** A copy that its receiver may do with as it likes. */
export function copySchedule(schedule: Schedule): Schedule {
    return structuredClone(schedule);
}
