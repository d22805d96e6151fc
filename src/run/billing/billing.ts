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

/** A live run that is paid per event. */
interface Account {
    readonly run: Run;
    readonly ledger: ChargeLedger;
    /** Ends the run because it costs too much. */
    stop?: (reason: string) => void;
    cancelStop?: CancelTimer;
    unwatch?: () => void;
}

const MBYTES_PER_START = 1024;

/**
 * How long a run goes on that costs more than it may. The SDK charges for one event too many, so that the platform sees
 * the limit reached, and then leaves the Actor time to end by itself: in the SDK's own end-to-end test (`actorCharge`) such
 * a run SUCCEEDS. The platform adds up costs with a delay that it does not tell; an Actor that has not ended after this
 * long does not heed the limit.
 */
const OVER_LIMIT_GRACE_MILLIS = 5_000;

/**
 * Where every charge goes: those of Actors, those of the API, and those that the engine makes by itself. A charge is on
 * disk before it counts, and counts before it is answered.
 *
 * Source: "Pay per event" of the platform's docs, and "Charge events in run" of the API reference.
 */
export class RunBilling {
    readonly #dependencies: BillingDependencies;
    readonly #store: ChargeLog;
    readonly #accounts = new Map<string, Account>();

    constructor(dependencies: BillingDependencies, store: ChargeLog) {
        this.#dependencies = dependencies;
        this.#store = store;
    }

    /** Begins with a new run, and charges for its start. */
    open(run: Run): void {
        if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT') return;
        const account: Account = { run, ledger: new ChargeLedger(run.pricingInfo) };
        this.#accounts.set(run.id, account);
        updateRecord(account);
        const count = Math.max(1, Math.floor(run.options.memoryMbytes / MBYTES_PER_START));
        if (account.ledger.hasEvent(START_EVENT)) this.#recordCharge(account, { eventName: START_EVENT, count });
    }

    /** Goes on with a run that is to live once more. */
    reopen(run: Run): void {
        const account = this.#load(run);
        if (account) this.#accounts.set(run.id, account);
    }

    /**
     * Watches over a run that has begun, or goes on.
     *
     * @param stop - Called when the run costs too much, and has not ended by itself.
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
     * Charges for events, as an Actor asks for it.
     *
     * @throws EngineError `cannot-charge-apify-event`, `cannot-charge-non-pay-per-event-actor`, `record-not-found` for an
     * event that the pricing does not have, `job-finished`, or `storage-failed`; then nothing is charged.
     */
    charge(run: Run, wish: ChargeRequest): void {
        const { eventName } = wish;
        if (eventName.startsWith(SYNTHETIC_PREFIX)) {
            throw new EngineError(
                'cannot-charge-apify-event',
                `Run \`${run.id}\` cannot be charged for \`${eventName}\`: events whose names start with ` +
                    `\`${SYNTHETIC_PREFIX}\` are charged for by the engine itself. Leave it out.`,
                { details: { event: eventName } },
            );
        }
        if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT') {
            throw new EngineError(
                'cannot-charge-non-pay-per-event-actor',
                `Run \`${run.id}\` cannot be charged for \`${eventName}\`: its Actor is not paid per event. Give the ` +
                    'Actor a `pricing` with `engine.addActor()`, for runs started from then on.',
                { details: { event: eventName } },
            );
        }
        const account = this.#accounts.get(run.id);
        if (account === undefined || isTerminal(run.status)) throw notRunningError(run, 'be charged');
        this.#recordCharge(account, wish);
    }

    /** All that a run has been charged for. */
    read({ id, pricingInfo }: Run): RunCharges {
        if (pricingInfo?.pricingModel !== 'PAY_PER_EVENT') {
            return { entries: [], chargedEventCounts: {}, totalUsd: 0 };
        }
        const entries: RunCharge[] = this.#store.load(id);
        const { counts, totalUsd } = new ChargeLedger(pricingInfo, entries);
        return { entries, chargedEventCounts: counts, totalUsd };
    }

    /** Brings the record of a run up to date whose host has ended without doing so. */
    recount(run: Run): void {
        const account = this.#load(run);
        if (account) updateRecord(account);
    }

    /** Ends with a run that has ended. */
    close(runId: string): void {
        const account = this.#accounts.get(runId);
        if (account === undefined) return;
        this.#accounts.delete(runId);
        account.cancelStop?.();
        account.unwatch?.();
        this.#store.end(runId);
    }

    /** Forgets all about a run. */
    remove(runId: string): void {
        this.close(runId);
        this.#store.remove(runId);
    }

    #load(run: Run): Account | undefined {
        if (run.pricingInfo?.pricingModel !== 'PAY_PER_EVENT') return undefined;
        return { run, ledger: new ChargeLedger(run.pricingInfo, this.#store.load(run.id)) };
    }

    #recordCharge(account: Account, wish: ChargeRequest): void {
        const { run, ledger } = account;
        const charge = ledger.createCharge(wish, new Date(this.#dependencies.clock.now()));
        if (charge === undefined) return;
        this.#store.append(run.id, charge);
        ledger.add(charge);
        updateRecord(account);
        this.#enforceLimit(account);
    }

    /** The items are there by now: that they cannot be charged for is nothing that whoever pushed them could mend. */
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
            account.stop?.(`The run is aborted because it has been charged ${total}.`);
        });
    }
}

/** Whether the run pays for each item of its default dataset, so that the engine has to see each as it comes. */
export function paysPerItem({ pricingInfo }: Run): boolean {
    return pricingInfo?.pricingModel === 'PAY_PER_EVENT' && ITEM_EVENT in pricingInfo.pricingPerEvent.actorChargeEvents;
}

function updateRecord({ run, ledger }: Account): void {
    run.chargedEventCounts = ledger.counts;
    run.usageTotalUsd = ledger.totalUsd;
}
