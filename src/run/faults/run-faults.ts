import { EngineError } from '../../errors/engine-error.js';
import { MIN_RETRY_DELAY_MILLIS, type RetrySettings } from '../../protocol/messages.js';
import type { ErrorCode } from '../../errors/catalogue.js';
import type { Fault, FaultChoice, FaultRule, FaultScript, FaultStatus } from '../../model/faults.js';
import type { Operation } from '../../protocol/operations.js';
import type { Clock } from '../../util/clock.js';

/** Errors by HTTP status. 429 and 500 have the platform's messages; the others come from the load balancer before its API. */
const ERRORS_BY_STATUS: Readonly<Record<FaultStatus, { code: ErrorCode; message: string }>> = {
    429: { code: 'rate-limit-exceeded', message: 'You have exceeded the rate limit. Please try again later.' },
    500: { code: 'internal-server-error', message: 'Internal server error.' },
    502: { code: 'bad-gateway', message: 'Bad gateway.' },
    503: { code: 'service-unavailable', message: 'Service unavailable.' },
    504: { code: 'gateway-timeout', message: 'Gateway timeout.' },
};

/** A rule with its number of matching calls and of applied faults. */
interface CountedRule extends FaultRule {
    calls: number;
    hits: number;
}

/** The faults of one run. They depend only on the number of its calls, not on time. */
export class RunFaults {
    readonly #script: FaultScript;
    readonly #runId: string;
    readonly #clock: Clock;
    readonly #rules: readonly CountedRule[];
    /** Functions that end the delays of delayed answers. */
    readonly #delays = new Set<() => void>();

    constructor(runId: string, script: FaultScript, clock: Clock) {
        this.#script = script;
        this.#runId = runId;
        this.#clock = clock;
        this.#rules = script.rules.map((rule) => ({ ...rule, calls: 0, hits: 0 }));
    }

    /** Settings for the Actor's retries of failed calls. */
    get retries(): RetrySettings {
        const { minDelayBetweenRetriesMillis = MIN_RETRY_DELAY_MILLIS } = this.#script;
        return { minDelayBetweenRetriesMillis };
    }

    /**
     * Applies the faults of a call. Resolves when the call may be performed.
     *
     * @throws EngineError The error of an injected HTTP status, such as `rate-limit-exceeded`.
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

    /** Returns how an operation loses the lock of its request; undefined if the lock is kept. */
    lockLossFor(operation: string): true | 'taken' | undefined {
        let loss: true | 'taken' | undefined;
        for (const fault of this.#matchFaults({ name: operation }, (fault) => 'lostLock' in fault)) {
            if ('lostLock' in fault) loss ??= fault.lostLock;
        }
        return loss;
    }

    /** Ends all delays immediately, because the Actor is gone. */
    releaseWaiters(): void {
        for (const release of [...this.#delays]) release();
    }

    #matchFaults(operation: Operation, isRelevant: (fault: Fault) => boolean): Fault[] {
        const { name, key } = operation;
        return this.#rules.flatMap((rule) => {
            const { choice, fault } = rule;
            if (!isRelevant(fault) || !matchesOperation(rule.operation, name) || (choice.key ?? key) !== key) return [];
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
            const release = (): void => {
                cancel();
                this.#delays.delete(release);
                resolve();
            };
            const cancel = this.#clock.after(millis, release);
            this.#delays.add(release);
        });
    }
}

function matchesOperation(pattern: string, name: string): boolean {
    if (pattern === '*' || pattern === name) return true;
    return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1));
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

    /** @param defaultScript - The faults of runs without a script of their own. */
    constructor(clock: Clock, defaultScript?: FaultScript) {
        this.#clock = clock;
        this.#defaultScript = defaultScript;
    }

    /** Registers the faults of a run. A run that is already registered keeps its script and its counts. */
    register(runId: string, script: FaultScript | undefined = this.#defaultScript): void {
        if (script === undefined || this.#runs.has(runId)) return;
        this.#runs.set(runId, new RunFaults(runId, script, this.#clock));
    }

    /** Returns the faults of a run; undefined for runs without faults. */
    get(runId: string): RunFaults | undefined {
        return this.#runs.get(runId);
    }

    release(runId: string): void {
        this.#runs.delete(runId);
    }
}
