import { EngineError } from '../errors/engine-error.js';
import { MIN_RETRY_DELAY_MILLIS, type RetrySettings } from '../protocol/messages.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { Fault, FaultChoice, FaultRule, FaultScript, FaultStatus } from '../model/faults.js';
import type { Operation } from '../protocol/operations.js';
import type { Clock } from '../util/clock.js';

/** What is said with a status: for 429 and 500 as the platform does; the others come from what stands before its API. */
const REFUSALS: Readonly<Record<FaultStatus, { code: ErrorCode; message: string }>> = {
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

/** The faults that one run meets with. They follow from the number of its calls alone, and not from any time. */
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
     * Lets a call meet with what there is for it; settles when it may be done.
     *
     * @throws EngineError `rate-limit-exceeded` and its like for a call that is refused.
     */
    async meet(operation: Operation): Promise<void> {
        let latencyMillis = 0;
        let status: FaultStatus | undefined;
        for (const fault of this.#faultsOf(operation, (fault) => !('lostLock' in fault))) {
            if ('latencyMillis' in fault) latencyMillis += fault.latencyMillis;
            if ('status' in fault) status ??= fault.status;
        }
        if (latencyMillis > 0) await this.#wait(latencyMillis);
        if (status !== undefined) throw refusal(status);
    }

    /** How the lock is lost of the request that an operation is about, which is locked; undefined if it is not lost. */
    lossBy(operation: string): true | 'taken' | undefined {
        let loss: true | 'taken' | undefined;
        for (const fault of this.#faultsOf({ name: operation }, (fault) => 'lostLock' in fault)) {
            if ('lostLock' in fault) loss ??= fault.lostLock;
        }
        return loss;
    }

    /** Lets those go on at once who wait for a late answer: whom it was for has gone. */
    hangUp(): void {
        for (const goOn of [...this.#waiting]) goOn();
    }

    #faultsOf(operation: Operation, isMeant: (fault: Fault) => boolean): Fault[] {
        const { name, key } = operation;
        return this.#rules.flatMap((rule) => {
            const { choice, fault } = rule;
            if (!isMeant(fault) || !fits(rule.operation, name) || (choice.key ?? key) !== key) return [];
            rule.calls += 1;
            if (!isChosen(choice, rule)) return [];
            rule.hits += 1;
            const at = new Date(this.#clock.now());
            this.#script.note({ runId: this.#runId, at, operation: name, ...(key && { key }), nth: rule.calls, fault });
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

function fits(wanted: string, name: string): boolean {
    if (wanted === '*' || wanted === name) return true;
    return wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -1));
}

function isChosen({ nth, every, times }: FaultChoice, { calls, hits }: CountedRule): boolean {
    if (every !== undefined) return calls % every === 0 && hits < (times ?? Infinity);
    const first = nth ?? 1;
    const count = times ?? (nth === undefined ? Infinity : 1);
    return calls >= first && calls < first + count;
}

function refusal(status: FaultStatus): EngineError {
    const { code, message } = REFUSALS[status];
    return new EngineError(code, message);
}
