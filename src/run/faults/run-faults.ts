import { EngineError } from '../../errors/engine-error.js';
import { MIN_RETRY_DELAY_MILLIS, type RetrySettings } from '../../protocol/messages.js';
import type { ErrorCode } from '../../errors/catalogue.js';
import type { Fault, FaultChoice, FaultRule, FaultScript, FaultStatus } from '../../model/faults.js';
import type { Operation } from '../../protocol/operations.js';
import type { Clock } from '../../util/clock.js';

/** What is said with a status: for 429 and 500 as the platform does; the others come from what stands before its API. */
const ERRORS_BY_STATUS: Readonly<Record<FaultStatus, { code: ErrorCode; message: string }>> = {
    429: { code: 'rate-limit-exceeded', message: 'You have exceeded the rate limit. Please try again later.' },
    500: { code: 'internal-server-error', message: 'Internal server error.' },
    502: { code: 'bad-gateway', message: 'Bad gateway.' },
    503: { code: 'service-unavailable', message: 'Service unavailable.' },
    504: { code: 'gateway-timeout', message: 'Gateway timeout.' },
};

/** A rule, and how often it has counted. */
interface CountedRule extends FaultRule {
    calls: number;
    hits: number;
}

/** The faults of one run. They depend on the number of its calls alone, not on time. */
export class RunFaults {
    readonly #script: FaultScript;
    readonly #runId: string;
    readonly #clock: Clock;
    readonly #rules: readonly CountedRule[];
    /** Those who wait for a late answer, and how to let them go on. */
    readonly #waiting = new Set<() => void>();

    constructor(runId: string, script: FaultScript, clock: Clock) {
        this.#script = script;
        this.#runId = runId;
        this.#clock = clock;
        this.#rules = script.rules.map((rule) => ({ ...rule, calls: 0, hits: 0 }));
    }

    /** How the Actor is to repeat the calls that are refused. */
    get retries(): RetrySettings {
        const { minDelayBetweenRetriesMillis = MIN_RETRY_DELAY_MILLIS } = this.#script;
        return { minDelayBetweenRetriesMillis };
    }

    /**
     * Applies the faults of a call; settles when the call may be performed.
     *
     * @throws EngineError `rate-limit-exceeded` and its like for a call that is refused.
     */
    async apply(operation: Operation): Promise<void> {
        let latencyMillis = 0;
        let status: FaultStatus | undefined;
        for (const fault of this.#matchFaults(operation, (fault) => !('lostLock' in fault))) {
            if ('latencyMillis' in fault) latencyMillis += fault.latencyMillis;
            if ('status' in fault) status ??= fault.status;
        }
        if (latencyMillis > 0) await this.#wait(latencyMillis);
        if (status !== undefined) throw createStatusError(status);
    }

    /** How the lock is lost of the request that an operation is about, which is locked; undefined if it is not lost. */
    lockLossFor(operation: string): true | 'taken' | undefined {
        let loss: true | 'taken' | undefined;
        for (const fault of this.#matchFaults({ name: operation }, (fault) => 'lostLock' in fault)) {
            if ('lostLock' in fault) loss ??= fault.lostLock;
        }
        return loss;
    }

    /** Settles all delayed answers at once: the Actor that they are for is gone. */
    releaseWaiters(): void {
        for (const goOn of [...this.#waiting]) goOn();
    }

    #matchFaults(operation: Operation, isMeant: (fault: Fault) => boolean): Fault[] {
        const { name, key } = operation;
        return this.#rules.flatMap((rule) => {
            const { choice, fault } = rule;
            if (!isMeant(fault) || !matchesOperation(rule.operation, name) || (choice.key ?? key) !== key) return [];
            rule.calls += 1;
            if (!isDue(choice, rule)) return [];
            rule.hits += 1;
            const at = new Date(this.#clock.now());
            this.#script.record({
                runId: this.#runId,
                at,
                operation: name,
                ...(key && { key }),
                nth: rule.calls,
                fault,
            });
            return [fault];
        });
    }

    #wait(millis: number): Promise<void> {
        return new Promise((resolve) => {
            const goOn = (): void => {
                cancel();
                this.#waiting.delete(goOn);
                resolve();
            };
            const cancel = this.#clock.after(millis, goOn);
            this.#waiting.add(goOn);
        });
    }
}

function matchesOperation(wanted: string, name: string): boolean {
    if (wanted === '*' || wanted === name) return true;
    return wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -1));
}

function isDue({ nth, every, times }: FaultChoice, { calls, hits }: CountedRule): boolean {
    if (every !== undefined) return calls % every === 0 && hits < (times ?? Infinity);
    const first = nth ?? 1;
    const count = times ?? (nth === undefined ? Infinity : 1);
    return calls >= first && calls < first + count;
}

function createStatusError(status: FaultStatus): EngineError {
    const { code, message } = ERRORS_BY_STATUS[status];
    return new EngineError(code, message);
}

/** The faults of the runs of one engine. */
export class FaultRegistry {
    readonly #clock: Clock;
    readonly #defaultScript: FaultScript | undefined;
    readonly #runs = new Map<string, RunFaults>();

    /** @param scriptOfAll - For runs that have none of their own. */
    constructor(clock: Clock, scriptOfAll?: FaultScript) {
        this.#clock = clock;
        this.#defaultScript = scriptOfAll;
    }

    /** Subjects a run to faults from now on; one that already is keeps its script and its counts. */
    register(runId: string, script: FaultScript | undefined = this.#defaultScript): void {
        if (script === undefined || this.#runs.has(runId)) return;
        this.#runs.set(runId, new RunFaults(runId, script, this.#clock));
    }

    /** The faults of a run; undefined for nearly all. */
    get(runId: string): RunFaults | undefined {
        return this.#runs.get(runId);
    }

    release(runId: string): void {
        this.#runs.delete(runId);
    }
}
