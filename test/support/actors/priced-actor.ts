import { addSource } from '../make-engine.js';
import { addSdkActor } from './sdk-actor.js';
import { inside } from './sdk-run.js';
import type { Engine, PricingInput } from 'greenroom';

/** Returns a pay-per-event pricing with the given prices. */
export function perEvent(prices: Record<string, number>, more: object = {}): PricingInput {
    const events = Object.entries(prices).map(([name, eventPriceUsd]) => [name, { eventPriceUsd }] as const);
    return { pricingPerEvent: { actorChargeEvents: Object.fromEntries(events) }, ...more };
}

/** SDKs that an Actor can charge with. */
export const SDKS = ['built-in', 'real'] as const;

/** Registers an Actor that runs code between `init` and `exit` on one of the SDKs, and returns its name. */
export async function addPriced(
    engine: Engine,
    sdk: (typeof SDKS)[number],
    body: string,
    pricing: PricingInput,
): Promise<string> {
    const source = inside(body);
    const name = sdk === 'real' ? await addSdkActor(engine, source) : await addSource(engine, source, unique());
    await engine.client.actor(name).update({ pricingInfos: [pricing] });
    return name;
}

let count = 0;

function unique(): string {
    count += 1;
    return `priced-${count}`;
}
