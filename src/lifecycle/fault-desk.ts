import { RunFaults } from './run-faults.js';
import type { FaultScript } from '../model/faults.js';
import type { Clock } from '../util/clock.js';

/** The faults that runs of one engine meet with, for those runs that do. */
export class FaultDesk {
    readonly #clock: Clock;
    readonly #scriptOfAll: FaultScript | undefined;
    readonly #runs = new Map<string, RunFaults>();

    /** @param scriptOfAll - For runs that have none of their own. */
    constructor(clock: Clock, scriptOfAll?: FaultScript) {
        this.#clock = clock;
        this.#scriptOfAll = scriptOfAll;
    }

    /** Lets a run meet with faults from now on; one that does already goes on with its own, and with its counts. */
    attend(runId: string, script: FaultScript | undefined = this.#scriptOfAll): void {
        if (script === undefined || this.#runs.has(runId)) return;
        this.#runs.set(runId, new RunFaults(runId, script, this.#clock));
    }

    /** The faults of a run; undefined for nearly all. */
    of(runId: string): RunFaults | undefined {
        return this.#runs.get(runId);
    }

    forget(runId: string): void {
        this.#runs.delete(runId);
    }
}
