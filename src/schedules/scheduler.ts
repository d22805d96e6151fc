import { EngineError, isEngineError } from '../errors/engine-error.js';
import { MIN_INTERVAL_MILLIS, nextScheduledTime, parseRecurrence, type Recurrence } from './recurrence.js';
import { ScheduleRegistry } from './schedule-registry.js';
import type { EngineEvents } from '../model/events.js';
import type { ScheduleCause } from '../model/api/run.js';
import type { Schedule, ScheduleAction, ScheduleLogEntry, ScheduleSettings } from '../model/api/schedule.js';
import type { CancelTimer } from '../util/clock.js';
import type { RecordDependencies } from '../util/collections/named-records.js';

/** Dependencies of a {@link Scheduler}. The engine provides the services of other layers. */
export interface SchedulerDependencies extends RecordDependencies {
    /** Starts the run of an action and returns its id. */
    startAction(action: ScheduleAction, cause: ScheduleCause): Promise<string>;
    /** Returns the id of a live run of an action, if it has one. */
    liveRunOf(actionId: string): string | undefined;
    emit<Name extends keyof EngineEvents>(name: Name, event: EngineEvents[Name]): void;
}

type LogEntry = Omit<ScheduleLogEntry, 'createdAt'>;

/** Maximum time of one timer. Timers stand still while the machine sleeps, so the clock is checked at this interval. */
const MAX_TIMER_MILLIS = 600_000;
/** A time that is overdue by more than this is skipped. */
const MAX_DELAY_MILLIS = 60_000;

/**
 * Fires schedules, by the engine's clock.
 *
 * A firing is saved before its runs are started: if the process is killed in between, the runs are lost, but never started twice.
 * Times that are overdue by more than a minute, because no engine was open or the process was busy or asleep, are skipped and
 * logged. Its timers, like all timers of the engine, do not keep the process alive.
 */
export class Scheduler {
    readonly #dependencies: SchedulerDependencies;
    readonly #registry: ScheduleRegistry;
    readonly #recurrences = new Map<string, Recurrence>();
    readonly #timers = new Map<string, CancelTimer>();
    readonly #firings = new Set<Promise<void>>();
    #isStopped = false;

    constructor(dependencies: SchedulerDependencies) {
        this.#dependencies = dependencies;
        this.#registry = new ScheduleRegistry(dependencies);
    }

    /** Starts the timers of the stored schedules. */
    async start(): Promise<void> {
        for (const schedule of [...this.#registry.records.values()].filter(({ isEnabled }) => isEnabled)) {
            try {
                this.#recurrences.set(schedule.id, await parseRecurrence(schedule.cronExpression, schedule.timezone));
                const entries = this.#isOverdue(schedule) ? [createMissedEntry(schedule, 'no engine was running')] : [];
                this.#scheduleNext(schedule, entries);
            } catch (error) {
                // An invalid document, for instance one that was edited, must not prevent the engine from opening.
                const message = `Schedule \`${schedule.name}\` could not be started.`;
                this.#dependencies.emit('warning', { message, error });
            }
        }
    }

    /** Stops all timers. Resolves when firings in progress have started their runs. */
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
        return this.#saveDraft(() => this.#registry.draft(settings));
    }

    async update(id: string, settings: ScheduleSettings): Promise<Schedule> {
        return this.#saveDraft(() => this.#registry.draftUpdate(this.#registry.records.require(id), settings));
    }

    remove(id: string): void {
        const schedule = this.#registry.records.require(id);
        this.#registry.remove(schedule);
        this.#stopTimer(schedule.id);
        this.#recurrences.delete(schedule.id);
    }

    /** Parsing is asynchronous, and the schedule may change meanwhile, so the draft is created again after it. */
    async #saveDraft(createDraft: () => Schedule): Promise<Schedule> {
        for (;;) {
            const { cronExpression, timezone } = createDraft();
            const recurrence = await parseRecurrence(cronExpression, timezone);
            const schedule = createDraft();
            const isUnchanged = schedule.cronExpression === cronExpression && schedule.timezone === timezone;
            if (isUnchanged) return this.#save(schedule, recurrence);
        }
    }

    #save(schedule: Schedule, recurrence: Recurrence): Schedule {
        const now = this.#dependencies.clock.now();
        if (recurrence.next(now) === undefined) throw createNeverFiresError(schedule);
        const next = withNextRun(schedule, recurrence, now);
        this.#registry.save(next);
        this.#recurrences.set(next.id, recurrence);
        this.#startTimer(next);
        return structuredClone(next);
    }

    /** Saves a schedule with its next time, and starts the timer for that. */
    #scheduleNext(schedule: Schedule, entries: readonly LogEntry[]): Schedule {
        const now = this.#dependencies.clock.now();
        const next = withNextRun(schedule, this.#recurrences.get(schedule.id)!, now);
        this.#registry.save(next, entries);
        this.#startTimer(next);
        return next;
    }

    #startTimer(schedule: Schedule, minDelayMillis = 0): void {
        this.#stopTimer(schedule.id);
        const { nextRunAt } = schedule;
        if (this.#isStopped || nextRunAt === undefined) return;
        const { clock } = this.#dependencies;
        const delayMillis = Math.max(nextRunAt.getTime() - clock.now(), minDelayMillis);
        const onTimer = (): void | Promise<void> =>
            // Timers may also fire slightly early.
            this.#isOverdue(schedule) ? this.#fire(schedule, nextRunAt) : this.#startTimer(schedule);
        this.#timers.set(schedule.id, clock.after(Math.min(delayMillis, MAX_TIMER_MILLIS), onTimer));
    }

    #isOverdue({ nextRunAt }: Schedule): boolean {
        return nextRunAt !== undefined && nextRunAt.getTime() <= this.#dependencies.clock.now();
    }

    #stopTimer(id: string): void {
        this.#timers.get(id)?.();
        this.#timers.delete(id);
    }

    /** Fires a schedule. Resolves when its runs have started. Never rejects. */
    #fire(schedule: Schedule, scheduledAt: Date): Promise<void> {
        const firing = this.#fireOnce(schedule, scheduledAt).catch((error: unknown) => {
            const message = `Schedule \`${schedule.name}\` could not start its runs of ${scheduledAt.toISOString()}.`;
            this.#dependencies.emit('warning', { message, error });
            // A firing that could not be saved has not started any run. Retry it, unless the schedule was changed or removed.
            if (this.#registry.records.find(schedule.id) === schedule) this.#startTimer(schedule, MIN_INTERVAL_MILLIS);
        });
        this.#firings.add(firing);
        return firing.finally(() => this.#firings.delete(firing));
    }

    async #fireOnce(schedule: Schedule, scheduledAt: Date): Promise<void> {
        const isMissed = this.#dependencies.clock.now() - scheduledAt.getTime() > MAX_DELAY_MILLIS;
        if (isMissed) {
            this.#scheduleNext(schedule, [createMissedEntry(schedule, 'the process was busy or asleep')]);
            return;
        }
        const entry: LogEntry = { level: 'INFO', message: 'Schedule invoked' };
        const fired = this.#scheduleNext({ ...schedule, lastRunAt: scheduledAt }, [entry]);
        const runIds: string[] = [];
        for (const action of structuredClone(fired).actions) {
            const runId = await this.#startAction(fired, action, scheduledAt);
            if (runId !== undefined) runIds.push(runId);
        }
        this.#dependencies.emit('schedule.fired', { schedule: structuredClone(fired), scheduledAt, runIds });
    }

    /** Starts the run of an action, unless the schedule is exclusive and the previous run is still live. */
    async #startAction(schedule: Schedule, action: ScheduleAction, scheduledAt: Date): Promise<string | undefined> {
        const liveRunId = schedule.isExclusive ? this.#dependencies.liveRunOf(action.id) : undefined;
        if (liveRunId !== undefined) {
            const reason = `its previous run "${liveRunId}" has not finished, and the schedule is exclusive`;
            this.#log(schedule.id, { level: 'WARN', message: `Did not start ${describeAction(action)}: ${reason}.` });
            return undefined;
        }
        try {
            const cause = { scheduleId: schedule.id, actionId: action.id, scheduledAt };
            return await this.#dependencies.startAction(action, cause);
        } catch (error) {
            const reason = isEngineError(error) ? error.message : String(error);
            this.#log(schedule.id, { level: 'ERROR', message: `Cannot start ${describeAction(action)}: ${reason}` });
            return undefined;
        }
    }

    #log(id: string, entry: LogEntry): void {
        const schedule = this.#registry.records.find(id);
        try {
            if (schedule) this.#registry.save(schedule, [entry]);
        } catch (error) {
            this.#dependencies.emit('warning', { message: entry.message, error });
        }
    }
}

/** Returns the schedule with its next time, if it is enabled. Keeps the minimum interval after its last time. */
function withNextRun(schedule: Schedule, recurrence: Recurrence, nowMillis: number): Schedule {
    const { nextRunAt: _, ...rest } = schedule;
    if (!schedule.isEnabled) return rest;
    const next = nextScheduledTime(recurrence, nowMillis, schedule.lastRunAt?.getTime());
    return next === undefined ? rest : { ...rest, nextRunAt: new Date(next) };
}

function describeAction(action: ScheduleAction): string {
    return action.type === 'RUN_ACTOR' ? `Actor "${action.actorId}"` : `Actor task "${action.actorTaskId}"`;
}

function createMissedEntry({ nextRunAt }: Schedule, reason: string): LogEntry {
    return { level: 'WARN', message: `Schedule was not invoked at ${nextRunAt!.toISOString()}: ${reason}.` };
}

function createNeverFiresError({ cronExpression }: Schedule): EngineError {
    return new EngineError(
        'next-runtime-computation-failed',
        `The cron expression '${cronExpression}' never matches: its month does not have that day. Change the day or the month.`,
        { details: { cronExpression } },
    );
}
