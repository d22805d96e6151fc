import { EngineError } from '../errors/engine-error.js';
import { LOCK_OPERATIONS, OPERATIONS, canonicalOperation } from '../protocol/operations.js';
import { checkNumber, checkOptions, checkText, checkWhole, invalid, show, didYouMean } from '../util/check.js';
import type { Fault, FaultChoice, FaultEvent, FaultRule, FaultScript } from '../model/faults.js';

/** What {@link createFaults} can be told. */
export interface FaultsOptions {
    /**
     * How long the Actor's own client waits before it repeats a refused call, in milliseconds of real time; twice as long each
     * further time. Default: 500, as on the platform, where eight retries take minutes. It does not reach a client that the
     * Actor makes by itself, with `new ApifyClient()` of its own package or in a process that it starts.
     */
    minDelayBetweenRetriesMillis?: number;
}

const STATUSES: readonly unknown[] = [429, 500, 502, 503, 504];
const LOST_LOCKS: readonly unknown[] = [true, 'taken'];

/** Which calls of an Actor are to go wrong, and how; made by {@link createFaults}. */
export class Faults implements FaultScript {
    readonly minDelayBetweenRetriesMillis: number | undefined;
    readonly #rules: FaultRule[] = [];
    readonly #happened: FaultEvent[] = [];

    /** @internal Use {@link createFaults}. */
    constructor({ minDelayBetweenRetriesMillis }: FaultsOptions) {
        this.minDelayBetweenRetriesMillis = minDelayBetweenRetriesMillis;
    }

    /** The rules so far, in the order in which they were given. */
    get rules(): readonly FaultRule[] {
        return [...this.#rules];
    }

    /** Every call that has met with a fault, in the order in which they did. */
    get happened(): FaultEvent[] {
        return [...this.#happened];
    }

    /**
     * Adds a rule, for runs that are started from now on. Where several fit a call, their latencies add up, and the first
     * status counts.
     *
     * @param operation - As the client names it, whichever way the Actor asks: `dataset.pushItems`, `keyValueStore.getRecord`,
     * `requestQueue.updateRequest`, `run.charge`, `actor.start`; also `dataset.*`, or `*` for all.
     * @param choice - Which of these calls, counted in each run from 1: `{ nth: 3 }`, `{ times: 2 }`, `{ every: 10 }`,
     * `{ key: 'STATE' }`; `{}` for all of them. A call that is repeated counts again.
     * @param fault - `{ status: 429 }`, or 500, 502, 503, 504; `{ latencyMillis: 200 }` by the engine's clock; both; or
     * `{ lostLock: true }` for calls on a request that the Actor has locked, of which only these are counted.
     * @returns These very faults.
     * @throws EngineError `invalid-value` or `unknown-option`; then nothing is added.
     */
    on(operation: string, choice: FaultChoice, fault: Fault): this {
        checkChoice(choice);
        checkFault(fault);
        checkOperation(operation, 'lostLock' in fault);
        this.#rules.push({ operation, choice: { ...choice }, fault: { ...fault } });
        return this;
    }

    /** Records a fault that a run met. Called by the engine. */
    record(happening: FaultEvent): void {
        this.#happened.push(happening);
    }
}

/**
 * Scripts what goes wrong with the API while an Actor runs: handed to `engine.start()`, `engine.call()` or `createEngine()` as
 * `faults`. The Actor sees what it would see on the platform: its SDK repeats a refused call up to eight times, and then throws.
 *
 * Semantics: "Rate limiting" of the platform's API; the retries are those of `apify-client`.
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
        throw invalid('choice.every', choice.every, 'left out where there is `nth`', 'Add two rules.');
    }
}

function checkFault(fault: Fault): void {
    if (fault === undefined) throw invalid('fault', fault, 'an object, such as { status: 429 }');
    checkOptions('fault', fault, ['status', 'latencyMillis', 'lostLock']);
    const { status, latencyMillis, lostLock } = fault as Record<string, unknown>;
    if ([status, latencyMillis, lostLock].every((value) => value === undefined)) {
        throw invalid('fault', fault, 'an object with `status`, `latencyMillis` or `lostLock`');
    }
    checkNumber('fault.latencyMillis', latencyMillis, 0);
    if (status !== undefined && !STATUSES.includes(status)) {
        throw invalid(
            'fault.status',
            status,
            `one of ${STATUSES.join(', ')}`,
            'Clients take no other for a failure of the API.',
        );
    }
    if (lostLock === undefined) return;
    if (!LOST_LOCKS.includes(lostLock)) throw invalid('fault.lostLock', lostLock, "true or 'taken'");
    if (status === undefined && latencyMillis === undefined) return;
    throw invalid('fault.lostLock', lostLock, 'the only fault of its rule', 'Add two rules.');
}

function checkOperation(operation: string, isForLocks: boolean): void {
    const known = isForLocks ? LOCK_OPERATIONS.map((method) => `requestQueue.${method}`) : [...OPERATIONS];
    const families = known.map((name) => `${name.split('.', 1)[0]}.*`);
    if (operation === '*' || known.includes(operation) || families.includes(operation)) return;
    const same = typeof operation === 'string' ? canonicalOperation(operation) : undefined;
    if (same !== undefined) {
        const message = `\`${operation}\` asks the API for the same as \`${same}\`, and counts as that. Use \`${same}\`.`;
        throw new EngineError('invalid-value', message, { details: { operation } });
    }
    const hint = typeof operation === 'string' ? didYouMean(operation, [...known, ...families]) : '';
    const example = isForLocks
        ? `Locks matter to: ${known.join(', ')}.`
        : 'It is named as in the client: `dataset.pushItems`.';
    throw new EngineError(
        'invalid-value',
        `There is no operation ${show(operation)}${isForLocks ? ' on a locked request' : ''}.${hint} ${example}`,
        {
            details: { operation },
        },
    );
}
