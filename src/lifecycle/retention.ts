import { setImmediate } from 'node:timers';
import { isTerminal } from '../model/status.js';
import type { RunDocument } from '../model/run-document.js';
import type { Storages } from '../storage/storages.js';
import type { CancelTimer, Clock } from '../util/clock.js';
import type { RunBilling } from './billing.js';
import type { RunLogs, RunStore } from './dependencies.js';

/** Dependencies of {@link RetentionScheduler}. */
export interface RetentionParts {
    clock: Clock;
    runs: RunStore;
    logs: Pick<RunLogs, 'remove'>;
    charges: Pick<RunBilling, 'remove'>;
    storages: Storages;
    /** Whose things are looked at, by the id of the user; all, if absent. */
    isOf?: (userId: string) => boolean;
    /** Told what has been deleted, if anything has. */
    onDeleted: (message: string) => void;
    /** Told that something could not be deleted, once for each time that it was tried. */
    onFailure: (message: string, error: unknown) => void;
}

const MILLIS_PER_DAY = 86_400_000;
const SWEEP_MILLIS = 3_600_000;
/** So many runs are kept however old they are. */
const LATEST_RUNS = 10;
/** So long the sweep works before the rest of the host has its turn. */
const TURN_MILLIS = 5;

/**
 * Deletes what is old: finished runs, with their logs and charges, and unnamed storages that nobody has used. The storages of a run are
 * kept as long as the run is, and those that have been used since go after it, in their own time. Never deleted are the ten
 * latest runs of a user, runs that have not ended, and whatever has a name at the moment when it would go.
 *
 * It looks when it is started and then every hour, by the engine's clock, and gives way to the rest of the host while it
 * works. What it cannot delete it tries again the next time.
 *
 * Source: "Data retention" in the platform's docs of runs and storages, and `dataRetentionDays` in the API's limits.
 */
class Retention {
    readonly #parts: RetentionParts;
    readonly #days: number;
    #cancelTimer: CancelTimer | undefined;
    #sweeping: Promise<void> | undefined;
    #isDue = false;
    #isStopped = false;
    #turnStartedAt = 0;

    constructor(parts: RetentionParts, days: number) {
        this.#parts = parts;
        this.#days = days;
    }

    start(): void {
        this.#arm(0);
    }

    /** Ends it; settles when it does nothing any more. */
    async stop(): Promise<void> {
        this.#isStopped = true;
        this.#cancelTimer?.();
        await this.#sweeping;
    }

    #arm(millis: number): void {
        this.#cancelTimer = this.#parts.clock.after(millis, () => {
            this.#arm(SWEEP_MILLIS);
            this.#isDue = true;
            this.#sweeping ??= this.#sweepWhileDue();
        });
    }

    /** Time may go on faster than a disk works: what comes due meanwhile is looked at right after. Never rejects. */
    async #sweepWhileDue(): Promise<void> {
        while (this.#isDue && !this.#isStopped) {
            this.#isDue = false;
            await this.#sweep().catch((error: unknown) =>
                this.#parts.onFailure('The look for what is old has failed; it is tried again.', error),
            );
        }
        this.#sweeping = undefined;
    }

    async #sweep(): Promise<void> {
        this.#turnStartedAt = performance.now();
        const before = this.#parts.clock.now() - this.#days * MILLIS_PER_DAY;
        const runs = await this.#deleteAll(expiredRuns(this.#parts, before), async ({ run }) => {
            this.#parts.runs.remove(run.id);
            this.#parts.logs.remove(run.id);
            this.#parts.charges.remove(run.id);
        });
        const storages = await this.#deleteAll(expiredStorages(this.#parts, before), ({ remove }) => remove());
        if (runs + storages === 0) return;
        this.#parts.onDeleted(
            `Deleted ${runs} runs and ${storages} unnamed storages that are older than ${this.#days} days.`,
        );
    }

    /** How many could be deleted. */
    async #deleteAll<Expired>(all: Iterable<Expired>, remove: (one: Expired) => Promise<void>): Promise<number> {
        let deleted = 0;
        const errors: unknown[] = [];
        for (const one of all) {
            if (this.#isStopped) break;
            try {
                await remove(one);
                deleted += 1;
            } catch (error) {
                errors.push(error);
            }
            await this.#giveWay();
        }
        const message = `${errors.length} of the runs and storages that are too old could not be deleted; it is tried again.`;
        if (errors.length > 0) this.#parts.onFailure(message, errors[0]);
        return deleted;
    }

    async #giveWay(): Promise<void> {
        if (performance.now() - this.#turnStartedAt < TURN_MILLIS) return;
        await new Promise((resolve) => setImmediate(resolve));
        this.#turnStartedAt = performance.now();
    }
}

/** Runs that ended before then, but for the latest ones. Each is looked at when it is its turn. */
function* expiredRuns({ runs, isOf }: Pick<RetentionParts, 'runs' | 'isOf'>, before: number): Generator<RunDocument> {
    for (const document of runs.startedBefore(before, LATEST_RUNS, isOf)) {
        const { id, status, finishedAt } = document.run;
        const hasEnded = isTerminal(status) && finishedAt !== undefined && finishedAt.getTime() < before;
        if (hasEnded && runs.get(id) === document) yield document;
    }
}

/** Unnamed storages that have not been used since then and belong to no run that is kept; looked at likewise. */
function* expiredStorages(
    { storages, runs, isOf }: Pick<RetentionParts, 'storages' | 'runs' | 'isOf'>,
    before: number,
): Generator<{ remove: () => Promise<void> }> {
    for (const collection of [storages.datasets, storages.keyValueStores, storages.requestQueues]) {
        for (const { id, actRunId } of collection.unusedSince(before, isOf)) {
            const isKept = actRunId !== undefined && runs.has(actRunId);
            if (!isKept) yield { remove: () => collection.remove(id) };
        }
    }
}

/** Deletes old runs and storages, after a number of days that can change. */
export class RetentionScheduler {
    readonly #parts: RetentionParts;
    #days: number | undefined;
    #retention: Retention | undefined;
    #stopping: Promise<unknown> = Promise.resolve();

    constructor(parts: RetentionParts) {
        this.#parts = parts;
    }

    /** Undefined if nothing is ever deleted. */
    get days(): number | undefined {
        return this.#days;
    }

    /** Sets the age at which things are deleted from now on; undefined is never. */
    set(days: number | undefined): void {
        if (days === this.#days) return;
        this.#end();
        this.#days = days;
        this.#retention = days === undefined ? undefined : new Retention(this.#parts, days);
        this.#retention?.start();
    }

    /** Stops deleting; settles when the last deletion is done. */
    async stop(): Promise<void> {
        this.#end();
        await this.#stopping;
    }

    #end(): void {
        this.#stopping = Promise.all([this.#stopping, this.#retention?.stop()]);
        this.#retention = undefined;
    }
}
