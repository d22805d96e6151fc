import { EngineError } from '../errors/engine-error.js';
import { LOCK_OPERATIONS, OPERATIONS, canonicalOperation } from '../protocol/operations.js';
import { checkNumber, checkOptions, checkText, checkWhole, invalid, show, didYouMean } from '../util/check.js';
import type { Fault, FaultChoice, FaultEvent, FaultRule, FaultScript } from '../model/faults.js';

/** Options of {@link createFaults}. */
export interface FaultsOptions {
    /**
     * Milliseconds of real time before the first retry of a failed call by the Actor's client; doubled for each further one.
     * Default: 500, as on the platform, where eight retries take minutes. Has no effect on clients that the Actor creates
     * with `new ApifyClient()` of its own `apify-client` package, or in a child process.
     */
    minDelayBetweenRetriesMillis?: number;
}

const STATUSES: readonly unknown[] = [429, 500, 502, 503, 504];
const LOST_LOCKS: readonly unknown[] = [true, 'taken'];

/** Faults to inject into the API calls of Actors. Created by {@link createFaults}. */
export class Faults implements FaultScript {
    /** Milliseconds before the first retry; see {@link FaultsOptions}. */
    readonly minDelayBetweenRetriesMillis: number | undefined;
    readonly #rules: FaultRule[] = [];
    readonly #happened: FaultEvent[] = [];

    /** @internal Use {@link createFaults}. */
    constructor({ minDelayBetweenRetriesMillis }: FaultsOptions) {
        this.minDelayBetweenRetriesMillis = minDelayBetweenRetriesMillis;
    }

    /** The rules, in the order in which they were added. */
    get rules(): readonly FaultRule[] {
        return [...this.#rules];
    }

    /** The injected faults, in order. */
    get happened(): FaultEvent[] {
        return [...this.#happened];
    }

    /**
     * Adds a rule for runs that start from now on. If several rules match a call, their latencies add up, and the first status
     * applies.
     *
     * @param operation - Method of the client that the call corresponds to, in any SDK or over HTTP: `dataset.pushItems`,
     * `keyValueStore.getRecord`, `requestQueue.updateRequest`, `run.charge`, `actor.start`; or `dataset.*`, or `*` for all.
     * @param choice - Selects among these calls, counted per run from 1: `{ nth: 3 }`, `{ times: 2 }`, `{ every: 10 }`,
     * `{ key: 'STATE' }`; `{}` for all. Each retry counts as a call.
     * @param fault - `{ status: 429 }`, or 500, 502, 503, 504; `{ latencyMillis: 200 }` by the engine's clock; both; or
     * `{ lostLock: true }`, which selects and counts only calls on requests that the Actor has locked.
     * @returns This object, for chaining.
     * @throws EngineError `invalid-value` or `unknown-option`; then no rule is added.
     */
    on(operation: string, choice: FaultChoice, fault: Fault): this {
        checkChoice(choice);
        checkFault(fault);
        checkOperation(operation, 'lostLock' in fault);
        this.#rules.push({ operation, choice: { ...choice }, fault: { ...fault } });
        return this;
    }

    /** Records an injected fault. Called by the engine. */
    record(event: FaultEvent): void {
        this.#happened.push(event);
    }
}

/**
 * Creates a script of API failures, for the option `faults` of `engine.start()`, `engine.call()` or `createEngine()`. The
 * Actor sees what it would see on the platform: its SDK retries a failed call up to eight times, and then throws.
 *
 * Source: "Rate limiting" in the platform's API docs, and the retries of `apify-client`.
 *
 * @example
 * const faults = createFaults()
 *     .on('dataset.pushItems', { nth: 3 }, { status: 429 })
 *     .on('keyValueStore.getRecord', { key: 'STATE', times: 2 }, { status: 503 });
 * const run = await engine.call('my-actor', input, { faults });
 * expect(faults.happened).toHaveLength(3);
 */
export function createFaults(options: FaultsOptions = {}): Faults {
    checkOptions('options', options, ['minDelayBetweenRetriesMillis']);
    checkNumber('options.minDelayBetweenRetriesMillis', options.minDelayBetweenRetriesMillis, 0);
    return new Faults(options);
}

function checkChoice(choice: FaultChoice): void {
    if (choice === undefined) throw invalid('choice', choice, 'an object', 'Pass `{}` for all calls.');
    checkOptions('choice', choice, ['nth', 'times', 'every', 'key']);
    checkWhole('choice.nth', choice.nth, 1);
    checkWhole('choice.times', choice.times, 1);
    checkWhole('choice.every', choice.every, 1);
    checkText('choice.key', choice.key);
    if (choice.nth !== undefined && choice.every !== undefined) {
        throw invalid('choice.every', choice.every, 'omitted when `nth` is set', 'Add two rules.');
    }
}

function checkFault(fault: Fault): void {
    if (fault === undefined) throw invalid('fault', fault, 'an object such as { status: 429 }');
    checkOptions('fault', fault, ['status', 'latencyMillis', 'lostLock']);
    const { status, latencyMillis, lostLock } = fault as Record<string, unknown>;
    if ([status, latencyMillis, lostLock].every((value) => value === undefined)) {
        throw invalid('fault', fault, 'an object with `status`, `latencyMillis` or `lostLock`');
    }
    checkNumber('fault.latencyMillis', latencyMillis, 0);
    if (status !== undefined && !STATUSES.includes(status)) {
        throw invalid('fault.status', status, `one of ${STATUSES.join(', ')}`, 'Clients retry only these.');
    }
    if (lostLock === undefined) return;
    if (!LOST_LOCKS.includes(lostLock)) throw invalid('fault.lostLock', lostLock, "true or 'taken'");
    if (status === undefined && latencyMillis === undefined) return;
    throw invalid('fault.lostLock', lostLock, 'the only fault of its rule', 'Add two rules.');
}

function checkOperation(operation: string, isLockFault: boolean): void {
    const known = isLockFault ? LOCK_OPERATIONS.map((method) => `requestQueue.${method}`) : [...OPERATIONS];
    const wildcards = known.map((name) => `${name.split('.', 1)[0]}.*`);
    if (operation === '*' || known.includes(operation) || wildcards.includes(operation)) return;
    const canonical = typeof operation === 'string' ? canonicalOperation(operation) : undefined;
    if (canonical !== undefined) {
        const message = `\`${operation}\` sends the same API request as \`${canonical}\`. Use \`${canonical}\`.`;
        throw new EngineError('invalid-value', message, { details: { operation } });
    }
    const hint = typeof operation === 'string' ? didYouMean(operation, [...known, ...wildcards]) : '';
    const remedy = isLockFault
        ? `Operations on locked requests: ${known.join(', ')}.`
        : 'Use the name of a client method, such as `dataset.pushItems`.';
    throw new EngineError(
        'invalid-value',
        `There is no operation ${show(operation)}${isLockFault ? ' on a locked request' : ''}.${hint} ${remedy}`,
        {
            details: { operation },
        },
    );
}
