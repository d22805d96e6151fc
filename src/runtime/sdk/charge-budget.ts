import { usdToUnits } from '../../util/usd.js';

/** What a budget begins with. */
export interface BudgetStart {
    /** By event, in US dollars. */
    prices: Readonly<Record<string, number>>;
    /** By event: how often it has been charged for already. */
    counts: Readonly<Record<string, number>>;
    /** `Infinity` for no limit. */
    maxTotalChargeUsd: number;
}

/** What a run may still charge for: a sum over prices and counts, to the last decimal. */
export class ChargeBudget {
    readonly #prices: ReadonlyMap<string, number>;
    readonly #counts: Map<string, number>;
    /** Undefined for no limit. */
    readonly #limit: bigint | undefined;
    #spent = 0n;

    constructor({ prices, counts, maxTotalChargeUsd }: BudgetStart) {
        this.#prices = new Map(Object.entries(prices));
        this.#counts = new Map();
        this.#limit = maxTotalChargeUsd === Infinity ? undefined : usdToUnits(maxTotalChargeUsd);
        for (const [name, count] of Object.entries(counts)) this.note(name, count);
    }

    /** Whether more has been charged than may be. Just as much is not too much. */
    get isOverspent(): boolean {
        return this.#limit !== undefined && this.#spent > this.#limit;
    }

    /** The price of an event, or undefined where there is no such event. */
    priceOf(eventName: string): number | undefined {
        return this.#prices.get(eventName);
    }

    countOf(eventName: string): number {
        return this.#counts.get(eventName) ?? 0;
    }

    /** How many times so much still fits; what costs nothing always does. */
    room(...prices: number[]): number {
        const price = prices.reduce((sum, one) => sum + usdToUnits(one), 0n);
        if (price === 0n || this.#limit === undefined) return Infinity;
        return this.isOverspent ? 0 : Number((this.#limit - this.#spent) / price);
    }

    /** How many more of each event fit, each by itself. */
    chargeable(): Record<string, number> {
        return Object.fromEntries(Array.from(this.#prices, ([name, price]) => [name, this.room(price)]));
    }

    /** Takes in that an event has been charged for; a negative count takes it back. */
    note(eventName: string, count: number): void {
        this.#counts.set(eventName, this.countOf(eventName) + count);
        this.#spent += BigInt(count) * usdToUnits(this.priceOf(eventName) ?? 0);
    }
}
