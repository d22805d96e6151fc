import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/api/status.js';
import { ITEM_EVENT, START_EVENT, SYNTHETIC_PREFIX, type RunCharge, type RunCharges } from '../../model/api/pricing.js';
import { ChargeLedger, type ChargeRequest } from './charge-ledger.js';
import { notRunningError } from '../preconditions.js';
import type { CancelTimer, Clock } from '../../util/clock.js';
import type { Run } from '../../model/api/run.js';
import type { ChargeLog } from '../interfaces.js';
import type { Storages } from '../../storage/storages.js';
import type { Emitter } from '../../util/emitter.js';
import type { EngineEvents } from '../../model/events.js';

interface BillingDependencies {
    readonly clock: Clock;
    readonly storages: Storages;
    readonly emitter: Pick<Emitter<EngineEvents>, 'emit'>;
}

/** The charges of a live run that is paid per event. */
interface Account {
    readonly run: Run;
    readonly ledger: ChargeLedger;
    /** Aborts the run because it exceeded its limit. */
    stop?: (reason: string) => void;
    cancelStop?: CancelTimer;
    unwatch?: () => void;
}

const MBYTES_PER_START = 1024;

/**
 * Milliseconds that a run may continue after it exceeded its maximum charge. The SDK charges one event too many so that the
 * platform sees the limit reached, and then gives the Actor time to finish: in the SDK's end-to-end test (`actorCharge`), such
 * a run SUCCEEDS. The platform sums up costs with an undocumented delay; an Actor still running after this time ignores the
 * limit.
 */
const OVER_LIMIT_GRACE_MILLIS = 5_000;

/**
 * Records all charges of runs: those of Actors, of the API, and of the engine itself. A charge is saved before it counts, and
 * counts before the caller gets an answer.
 *
 * Source: "Pay per event" in the platform's docs, and "Charge events in run" in the API reference.
 */
export class RunBilling {
    readonly #dependencies: BillingDependencies;
    readonly #store: ChargeLog;
    readonly #accounts = new Map<string, Account>();

    constructor(dependencies: BillingDependencies, store: ChargeLog) {
        this.#dependencies = dependencies;
        this.#store = store;
    }

    /** Starts the billing of a new run, and charges for the start. */
    open(run: Run): void {
        if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT') return;
        const account: Account = { run, ledger: new ChargeLedger(run.pricingInfo) };
        this.#accounts.set(run.id, account);
        updateRecord(account);
        const count = Math.max(1, Math.floor(run.options.memoryMbytes / MBYTES_PER_START));
        if (account.ledger.hasEvent(START_EVENT)) this.#recordCharge(account, { eventName: START_EVENT, count });
    }

    /** Continues the billing of a run that is being resurrected. */
    reopen(run: Run): void {
        const account = this.#load(run);
        if (account) this.#accounts.set(run.id, account);
    }

    /**
     * Enforces the charge limit of a run, and charges for the items of its default dataset.
     *
     * @param stop - Called if the run exceeded its limit and has not ended within the grace period.
     */
    monitor(run: Run, stop: (reason: string) => void): void {
        const account = this.#accounts.get(run.id);
        if (account === undefined) return;
        account.stop = stop;
        this.#enforceLimit(account);
        if (!account.ledger.hasEvent(ITEM_EVENT)) return;
        const dataset = this.#dependencies.storages.datasets.get(run.defaultDatasetId);
        account.unwatch = dataset?.onAppend((count) => this.#chargeForItems(account, count));
    }

    /**
     * Charges a run for an event.
     *
     * @throws EngineError `cannot-charge-apify-event`, `cannot-charge-non-pay-per-event-actor`, `record-not-found` for an
     * event that is not in the pricing, `job-finished`, or `storage-failed`; then nothing is charged.
     */
    charge(run: Run, request: ChargeRequest): void {
        const { eventName } = request;
        if (eventName.startsWith(SYNTHETIC_PREFIX)) {
            throw new EngineError(
                'cannot-charge-apify-event',
                `Run \`${run.id}\` cannot be charged for \`${eventName}\`: the engine itself charges for events whose names ` +
                    `start with \`${SYNTHETIC_PREFIX}\`. Remove this charge.`,
                { details: { event: eventName } },
            );
        }
        if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT') {
            throw new EngineError(
                'cannot-charge-non-pay-per-event-actor',
                `Run \`${run.id}\` cannot be charged for \`${eventName}\`: its Actor is not paid per event. Set a ` +
                    '`pricing` with `engine.addActor()`; it applies to runs started afterwards.',
                { details: { event: eventName } },
            );
        }
        const account = this.#accounts.get(run.id);
        if (account === undefined || isTerminal(run.status)) throw notRunningError(run, 'be charged');
        this.#recordCharge(account, request);
    }

    /** Returns all charges of a run. */
    read({ id, pricingInfo }: Run): RunCharges {
        if (pricingInfo?.pricingModel !== 'PAY_PER_EVENT') {
            return { entries: [], chargedEventCounts: {}, totalUsd: 0 };
        }
        const entries: RunCharge[] = this.#store.load(id);
        const { counts, totalUsd } = new ChargeLedger(pricingInfo, entries);
        return { entries, chargedEventCounts: counts, totalUsd };
    }

    /** Updates the record of a run from its charge log, after its host died. */
    recount(run: Run): void {
        const account = this.#load(run);
        if (account) updateRecord(account);
    }

    /** Ends the billing of a run that has ended. */
    close(runId: string): void {
        const account = this.#accounts.get(runId);
        if (account === undefined) return;
        this.#accounts.delete(runId);
        account.cancelStop?.();
        account.unwatch?.();
        this.#store.end(runId);
    }

    /** Deletes the charges of a run. */
    remove(runId: string): void {
        this.close(runId);
        this.#store.remove(runId);
    }

    #load(run: Run): Account | undefined {
        if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT') return undefined;
        return { run, ledger: new ChargeLedger(run.pricingInfo, this.#store.load(run.id)) };
    }

    #recordCharge(account: Account, request: ChargeRequest): void {
        const { run, ledger } = account;
        const charge = ledger.createCharge(request, new Date(this.#dependencies.clock.now()));
        if (charge === undefined) return;
        this.#store.append(run.id, charge);
        ledger.add(charge);
        updateRecord(account);
        this.#enforceLimit(account);
    }

    /** Charges for items that are already stored. A failure becomes a warning, because the caller could not handle it. */
    #chargeForItems(account: Account, count: number): void {
        const { run } = account;
        if (isTerminal(run.status)) return;
        try {
            this.#recordCharge(account, { eventName: ITEM_EVENT, count });
        } catch (error) {
            const message = `Run \`${run.id}\` could not be charged for ${count} items of its default dataset.`;
            this.#dependencies.emitter.emit('warning', { message, error });
        }
    }

    #enforceLimit(account: Account): void {
        const { ledger, run } = account;
        const { maxTotalChargeUsd } = run.options;
        if (account.cancelStop !== undefined || !ledger.exceeds(maxTotalChargeUsd)) return;
        account.cancelStop = this.#dependencies.clock.after(OVER_LIMIT_GRACE_MILLIS, () => {
            const total = `$${ledger.totalUsd}, more than its maxTotalChargeUsd of $${maxTotalChargeUsd}`;
            account.stop?.(`The run is aborted because it was charged ${total}.`);
        });
    }
}

/** True if the run is charged for each item of its default dataset, so that the engine must count items as they arrive. */
export function paysPerItem({ pricingInfo }: Run): boolean {
    return pricingInfo?.pricingModel === 'PAY_PER_EVENT' && ITEM_EVENT in pricingInfo.pricingPerEvent.actorChargeEvents;
}

function updateRecord({ run, ledger }: Account): void {
    run.chargedEventCounts = ledger.counts;
    run.eventUsage = ledger.usage;
    run.usageTotalUsd = ledger.totalUsd;
}
