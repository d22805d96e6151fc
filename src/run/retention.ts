import { setImmediate } from 'node:timers';
import { isTerminal } from '../model/api/status.js';
import { plural } from '../util/plural.js';
import type { RunDocument } from '../model/api/run-document.js';
import type { CancelTimer } from '../util/clock.js';
import type { RunDependencies } from './dependencies.js';

/** The services that retention depends on. */
export type RetentionDependencies = Pick<
    RunDependencies,
    'clock' | 'records' | 'logs' | 'charges' | 'storages' | 'emitter' | 'settings'
>;

/** Returns true if the runs and storages of the user with this id expire. */
type UserFilter = (userId: string) => boolean;

const MILLIS_PER_DAY = 86_400_000;
const SWEEP_MILLIS = 3_600_000;
/** Number of latest runs per user that are kept regardless of age. */
const LATEST_RUNS = 10;
/** Milliseconds that a sweep works before it yields to the event loop. */
const SLICE_MILLIS = 5;

/**
 * Deletes old data after a configurable number of days: finished runs with their logs and charges, and unnamed storages that
 * were not used. The storages of a run are kept at least as long as the run; storages used later expire later. The ten latest
 * runs of a user, runs that have not ended, and storages that have a name at the time of the sweep are never deleted.
 *
 * Sweeps when the number of days is set, then every hour by the engine's clock, and yields to the event loop in between. A
 * deletion that fails is retried in the next sweep.
 *
 * Source: "Data retention" in the platform's docs of runs and storages, and `dataRetentionDays` in the API's limits.
 */
export class RetentionScheduler {
    readonly #dependencies: RetentionDependencies;
    readonly #userFilter: UserFilter | undefined;
    #days: number | undefined;
    #cancelTimer: CancelTimer | undefined;
    #sweeping: Promise<void> | undefined;
    #isDue = false;
    #sliceStartedAt = 0;

    /** @param userFilter - Selects the users whose data is deleted. Default: all. */
    constructor(dependencies: RetentionDependencies, userFilter?: UserFilter) {
        this.#dependencies = dependencies;
        this.#userFilter = userFilter;
    }

    /** Age in days at which data is deleted; undefined if nothing is deleted. */
    get days(): number | undefined {
        return this.#days;
    }

    /** Sets the age in days at which data is deleted; undefined disables deletion. */
    set(days: number | undefined): void {
        if (days === this.#days) return;
        this.#cancelTimer?.();
        this.#days = days;
        if (days !== undefined) this.#arm(0);
    }

    /** Stops deleting. Resolves when the last deletion is done. */
    async stop(): Promise<void> {
        this.set(undefined);
        await this.#sweeping;
    }

    #arm(millis: number): void {
        this.#cancelTimer = this.#dependencies.clock.after(millis, () => {
            this.#arm(SWEEP_MILLIS);
            this.#isDue = true;
            this.#sweeping ??= this.#sweepWhileDue();
        });
    }

    /** Sweeps again if the next sweep became due meanwhile: the engine's clock may be faster than the disk. Never rejects. */
    async #sweepWhileDue(): Promise<void> {
        while (this.#isDue && this.#days !== undefined) {
            this.#isDue = false;
            await this.#sweep(this.#days).catch((error: unknown) =>
                this.#warn('Retention check failed; retrying.', error),
            );
        }
        this.#sweeping = undefined;
    }

    async #sweep(days: number): Promise<void> {
        const { clock, records, logs, charges, settings } = this.#dependencies;
        this.#sliceStartedAt = performance.now();
        const before = clock.now() - days * MILLIS_PER_DAY;
        const runs = await this.#deleteAll(
            days,
            expiredRuns(this.#dependencies, before, this.#userFilter),
            async ({ run }) => {
                records.remove(run.id);
                logs.remove(run.id);
                charges.remove(run.id);
            },
        );
        const expired = expiredStorages(this.#dependencies, before, this.#userFilter);
        const storages = await this.#deleteAll(days, expired, ({ remove }) => remove());
        if (runs + storages === 0) return;
        settings.logger?.info(
            `Deleted ${plural(runs, 'run')} and ${plural(storages, 'unnamed storage')} older than ${plural(days, 'day')}.`,
        );
    }

    /** Returns the number of deletions that succeeded. Stops early if the number of days changes. */
    async #deleteAll<Expired>(
        days: number,
        all: Iterable<Expired>,
        remove: (one: Expired) => Promise<void>,
    ): Promise<number> {
        let deleted = 0;
        const errors: unknown[] = [];
        for (const one of all) {
            if (this.#days !== days) break;
            try {
                await remove(one);
                deleted += 1;
            } catch (error) {
                errors.push(error);
            }
            await this.#yieldToEventLoop();
        }
        const message = `Expired runs or storages could not be deleted (${errors.length}); retrying in the next sweep.`;
        if (errors.length > 0) this.#warn(message, errors[0]);
        return deleted;
    }

    async #yieldToEventLoop(): Promise<void> {
        if (performance.now() - this.#sliceStartedAt < SLICE_MILLIS) return;
        await new Promise((resolve) => setImmediate(resolve));
        this.#sliceStartedAt = performance.now();
    }

    #warn(message: string, error: unknown): void {
        this.#dependencies.emitter.emit('warning', { message, error });
    }
}

/** Yields the runs that ended before a time, except the latest ones. Checks each run only when it is next. */
function* expiredRuns(
    { records }: RetentionDependencies,
    before: number,
    userFilter: UserFilter | undefined,
): Generator<RunDocument> {
    for (const document of records.startedBefore(before, LATEST_RUNS, userFilter)) {
        const { id, status, finishedAt } = document.run;
        const hasEnded = isTerminal(status) && finishedAt !== undefined && finishedAt.getTime() < before;
        if (hasEnded && records.get(id) === document) yield document;
    }
}

/** Yields the unnamed storages that were last used before a time and belong to no existing run. */
function* expiredStorages(
    { storages, records }: RetentionDependencies,
    before: number,
    userFilter: UserFilter | undefined,
): Generator<{ remove: () => Promise<void> }> {
    for (const collection of [storages.datasets, storages.keyValueStores, storages.requestQueues]) {
        for (const { id, actRunId } of collection.idleSince(before, userFilter)) {
            const isKept = actRunId !== undefined && records.has(actRunId);
            if (!isKept) yield { remove: () => collection.remove(id) };
        }
    }
}
