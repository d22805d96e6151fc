import { setImmediate } from 'node:timers';
import { isTerminal } from '../model/api/status.js';
import type { RunDocument } from '../model/api/run-document.js';
import type { CancelTimer } from '../util/clock.js';
import type { RunDependencies } from './dependencies.js';

/** Dependencies of the retention of storages and runs. */
export type RetentionDependencies = Pick<
    RunDependencies,
    'clock' | 'records' | 'logs' | 'charges' | 'storages' | 'emitter' | 'settings'
>;

/** True for the user with this id, if its things expire. */
type UserFilter = (userId: string) => boolean;

const MILLIS_PER_DAY = 86_400_000;
const SWEEP_MILLIS = 3_600_000;
/** Number of the latest runs that are kept however old they are. */
const LATEST_RUNS = 10;
/** How long the sweep works before it gives way to the rest of the host. */
const SLICE_MILLIS = 5;

/**
 * Deletes old things, after a number of days that can change: finished runs, with their logs and charges, and unnamed storages that
 * have not been used. The storages of a run are kept as long as the run is, and those that have been used since go after it, in their
 * own time. Never deleted are the ten latest runs of a user, runs that have not ended, and everything that has a name at the moment
 * when it would go.
 *
 * It sweeps when it is set and then every hour, by the engine's clock, and gives way to the rest of the host while it works. What it
 * cannot delete it tries again the next time.
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

    /** @param isOf - The users whose things are deleted. Default: all. */
    constructor(dependencies: RetentionDependencies, isOf?: UserFilter) {
        this.#dependencies = dependencies;
        this.#userFilter = isOf;
    }

    /** Undefined if nothing is ever deleted. */
    get days(): number | undefined {
        return this.#days;
    }

    /** Sets the age at which things are deleted from now on; undefined is never. */
    set(days: number | undefined): void {
        if (days === this.#days) return;
        this.#cancelTimer?.();
        this.#days = days;
        if (days !== undefined) this.#arm(0);
    }

    /** Stops deleting; settles when the last deletion is done. */
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

    /** The engine's time may pass faster than a disk works: a sweep that comes due meanwhile follows right after. Never rejects. */
    async #sweepWhileDue(): Promise<void> {
        while (this.#isDue && this.#days !== undefined) {
            this.#isDue = false;
            await this.#sweep(this.#days).catch((error: unknown) =>
                this.#warn('The retention check failed; it is retried.', error),
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
            `Deleted ${runs} runs and ${storages} unnamed storages that are older than ${days} days.`,
        );
    }

    /** Returns how many could be deleted. Ends early once the number of days has changed. */
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
        const message = `${errors.length} of the runs and storages that are too old could not be deleted; it is tried again.`;
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

/** Runs that ended before then, except the latest ones. Each is looked at when it is its turn. */
function* expiredRuns(
    { records }: RetentionDependencies,
    before: number,
    isOf: UserFilter | undefined,
): Generator<RunDocument> {
    for (const document of records.startedBefore(before, LATEST_RUNS, isOf)) {
        const { id, status, finishedAt } = document.run;
        const hasEnded = isTerminal(status) && finishedAt !== undefined && finishedAt.getTime() < before;
        if (hasEnded && records.get(id) === document) yield document;
    }
}

/** Unnamed storages that have not been used since then and belong to no run that is kept; looked at likewise. */
function* expiredStorages(
    { storages, records }: RetentionDependencies,
    before: number,
    isOf: UserFilter | undefined,
): Generator<{ remove: () => Promise<void> }> {
    for (const collection of [storages.datasets, storages.keyValueStores, storages.requestQueues]) {
        for (const { id, actRunId } of collection.idleSince(before, isOf)) {
            const isKept = actRunId !== undefined && records.has(actRunId);
            if (!isKept) yield { remove: () => collection.remove(id) };
        }
    }
}
