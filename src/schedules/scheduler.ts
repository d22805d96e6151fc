import { EngineError, isEngineError } from '../errors/engine-error.js';
import { parseRecurrence, type Recurrence } from './recurrence.js';
import { ScheduleRegistry } from './schedule-registry.js';
import type { EngineEvents } from '../model/events.js';
import type { ScheduleCause } from '../model/api/run.js';
import type { Schedule, ScheduleAction, ScheduleLogEntry, ScheduleSettings } from '../model/api/schedule.js';
import type { CancelTimer } from '../util/clock.js';
import type { RecordDependencies } from '../util/collections/named-records.js';

/** What the scheduler stands on. Everything of another layer comes in through here, put together by the engine. */
export interface SchedulerDependencies extends RecordDependencies {
    /** Starts what an action is to start, and gives the id of the run. */
    startAction(action: ScheduleAction, cause: ScheduleCause): Promise<string>;
    /** The run that an action has started and that has not ended, if there is one. */
    liveRunOf(actionId: string): string | undefined;
    emit<Name extends keyof EngineEvents>(name: Name, event: EngineEvents[Name]): void;
}

type Note = Omit<ScheduleLogEntry, 'createdAt'>;

/** A schedule fires no sooner than this after it did the last time. */
const MIN_INTERVAL_MILLIS = 10_000;
/** A timer counts the time that the machine is awake: the clock on the wall is looked at once in so long. */
const LOOK_MILLIS = 600_000;
/** What comes later than this has been missed. */
const MAX_DELAY_MILLIS = 60_000;

/**
 * Fires schedules, by the engine's clock.
 *
 * A time is noted before what it is to start is started: when the host is killed in between, it is lost and not done twice.
 * Times at which no engine was there, or its host slept or was busy for more than a minute, are missed: the log says so, and
 * the schedule goes on with the next. Its timers, as all of the engine's, do not keep the host's process alive.
 */
export class Scheduler {
    readonly #parts: SchedulerDependencies;
    readonly #registry: ScheduleRegistry;
    readonly #recurrences = new Map<string, Recurrence>();
    readonly #timers = new Map<string, CancelTimer>();
    readonly #firings = new Set<Promise<void>>();
    #isStopped = false;

    constructor(parts: SchedulerDependencies) {
        this.#parts = parts;
        this.#registry = new ScheduleRegistry(parts);
    }

    /** Goes on with the schedules that an earlier engine has left. */
    async start(): Promise<void> {
        for (const schedule of [...this.#registry.records.values()].filter(({ isEnabled }) => isEnabled)) {
            try {
                this.#recurrences.set(schedule.id, await parseRecurrence(schedule.cronExpression, schedule.timezone));
                this.#goOn(schedule, this.#isOverdue(schedule) ? [missedNote(schedule, 'no engine was there')] : []);
            } catch (error) {
                // Somebody may have changed the file by hand; that is no reason for the engine not to be there.
                this.#parts.emit('warning', {
                    message: `Schedule \`${schedule.name}\` cannot be gone on with.`,
                    error,
                });
            }
        }
    }

    /** Fires nothing any more; settles when what has been fired is done. */
    async stop(): Promise<void> {
        this.#isStopped = true;
        for (const cancel of this.#timers.values()) cancel();
        this.#timers.clear();
        await Promise.all(this.#firings);
    }

    find(idOrName: string): Schedule | undefined {
        return structuredClone(this.#registry.records.find(idOrName));
    }

    require(idOrName: string): Schedule {
        return structuredClone(this.#registry.records.require(idOrName));
    }

    list(): Schedule[] {
        return Array.from(this.#registry.records.values(), (schedule) => structuredClone(schedule));
    }

    log(id: string): ScheduleLogEntry[] {
        return this.#registry.log(this.#registry.records.require(id).id).map((entry) => ({ ...entry }));
    }

    async create(settings: ScheduleSettings): Promise<Schedule> {
        return this.#keep(() => this.#registry.draft(settings));
    }

    async update(id: string, settings: ScheduleSettings): Promise<Schedule> {
        return this.#keep(() => this.#registry.draftUpdate(this.#registry.records.require(id), settings));
    }

    remove(id: string): void {
        const schedule = this.#registry.records.require(id);
        this.#registry.remove(schedule);
        this.#disarm(schedule.id);
        this.#recurrences.delete(schedule.id);
    }

    /** Drafted anew once its expression has been read, since others may have changed the schedule meanwhile. */
    async #keep(draft: () => Schedule): Promise<Schedule> {
        for (;;) {
            const read = draft();
            const { cronExpression, timezone } = read;
            const recurrence = await parseRecurrence(cronExpression, timezone);
            const schedule = draft();
            const isAlike = schedule.cronExpression === cronExpression && schedule.timezone === timezone;
            if (isAlike) return this.#takeOver(schedule, recurrence);
        }
    }

    #takeOver(schedule: Schedule, recurrence: Recurrence): Schedule {
        if (recurrence.next(this.#parts.clock.now()) === undefined) throw neverFires(schedule);
        const next = withNextRun(schedule, recurrence, this.#parts.clock.now());
        this.#registry.save(next);
        this.#recurrences.set(next.id, recurrence);
        this.#arm(next);
        return structuredClone(next);
    }

    /** Waits for the next time of a schedule. */
    #goOn(schedule: Schedule, notes: readonly Note[]): Schedule {
        const next = withNextRun(schedule, this.#recurrences.get(schedule.id)!, this.#parts.clock.now());
        this.#registry.save(next, notes);
        this.#arm(next);
        return next;
    }

    #arm(schedule: Schedule, atLeastMillis = 0): void {
        this.#disarm(schedule.id);
        const { nextRunAt } = schedule;
        if (this.#isStopped || nextRunAt === undefined) return;
        const { clock } = this.#parts;
        const left = Math.max(nextRunAt.getTime() - clock.now(), atLeastMillis);
        const look = (): void | Promise<void> =>
            // A timer may be a little early, too.
            this.#isOverdue(schedule) ? this.#fire(schedule, nextRunAt) : this.#arm(schedule);
        this.#timers.set(schedule.id, clock.after(Math.min(left, LOOK_MILLIS), look));
    }

    #isOverdue({ nextRunAt }: Schedule): boolean {
        return nextRunAt !== undefined && nextRunAt.getTime() <= this.#parts.clock.now();
    }

    #disarm(id: string): void {
        this.#timers.get(id)?.();
        this.#timers.delete(id);
    }

    /** Settles when all that is to be started has been. Never rejects. */
    #fire(schedule: Schedule, scheduledAt: Date): Promise<void> {
        const firing = this.#fireOnce(schedule, scheduledAt).catch((error: unknown) => {
            const message = `Schedule \`${schedule.name}\` could not do what was due at ${scheduledAt.toISOString()}.`;
            this.#parts.emit('warning', { message, error });
            // What could not be noted has not been done, and is tried again, unless the schedule was changed or removed.
            if (this.#registry.records.find(schedule.id) === schedule) this.#arm(schedule, MIN_INTERVAL_MILLIS);
        });
        this.#firings.add(firing);
        return firing.finally(() => this.#firings.delete(firing));
    }

    async #fireOnce(schedule: Schedule, scheduledAt: Date): Promise<void> {
        const isMissed = this.#parts.clock.now() - scheduledAt.getTime() > MAX_DELAY_MILLIS;
        if (isMissed) {
            this.#goOn(schedule, [missedNote(schedule, 'the host was busy or asleep')]);
            return;
        }
        const note: Note = { level: 'INFO', message: 'Schedule invoked' };
        const fired = this.#goOn({ ...schedule, lastRunAt: scheduledAt }, [note]);
        const runIds: string[] = [];
        for (const action of structuredClone(fired).actions) {
            const runId = await this.#act(fired, action, scheduledAt);
            if (runId !== undefined) runIds.push(runId);
        }
        this.#parts.emit('schedule.fired', { schedule: structuredClone(fired), scheduledAt, runIds });
    }

    /** Does one action, unless what it did the last time is still going on. */
    async #act(schedule: Schedule, action: ScheduleAction, scheduledAt: Date): Promise<string | undefined> {
        const liveRunId = schedule.isExclusive ? this.#parts.liveRunOf(action.id) : undefined;
        if (liveRunId !== undefined) {
            const why = `its previous run "${liveRunId}" has not finished, and the schedule is exclusive`;
            this.#note(schedule.id, { level: 'WARN', message: `Did not start ${nameOf(action)}: ${why}.` });
            return undefined;
        }
        try {
            return await this.#parts.startAction(action, { scheduleId: schedule.id, actionId: action.id, scheduledAt });
        } catch (error) {
            const why = isEngineError(error) ? error.message : String(error);
            this.#note(schedule.id, { level: 'ERROR', message: `Cannot start ${nameOf(action)}: ${why}` });
            return undefined;
        }
    }

    #note(id: string, note: Note): void {
        const schedule = this.#registry.records.find(id);
        try {
            if (schedule) this.#registry.save(schedule, [note]);
        } catch (error) {
            this.#parts.emit('warning', { message: note.message, error });
        }
    }
}

/** The schedule with the time at which it fires next, if it is enabled: never one that it has had already. */
function withNextRun(schedule: Schedule, recurrence: Recurrence, nowMillis: number): Schedule {
    const { nextRunAt: _, ...rest } = schedule;
    if (!schedule.isEnabled) return rest;
    const soonest = (schedule.lastRunAt?.getTime() ?? -Infinity) + MIN_INTERVAL_MILLIS;
    const next = recurrence.next(Math.max(nowMillis, soonest - 1));
    return next === undefined ? rest : { ...rest, nextRunAt: new Date(next) };
}

function nameOf(action: ScheduleAction): string {
    return action.type === 'RUN_ACTOR' ? `Actor "${action.actorId}"` : `Actor task "${action.actorTaskId}"`;
}

function missedNote({ nextRunAt }: Schedule, why: string): Note {
    return { level: 'WARN', message: `Schedule was not invoked at ${nextRunAt!.toISOString()}: ${why}.` };
}

function neverFires({ cronExpression }: Schedule): EngineError {
    return new EngineError(
        'next-runtime-computation-failed',
        `The cron expression '${cronExpression}' never comes true: there is no such day. Change its day or its month.`,
        { details: { cronExpression } },
    );
}
