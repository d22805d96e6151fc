import { SYNTHETIC_PREFIX } from '../../../model/api/pricing.js';
import { invalid } from '../../../util/check.js';
import { groupTexts, itemsToTexts } from '../../channel/item-json.js';
import type { ChargeResult } from '../charging-manager.js';
import type { RunContext } from '../context.js';

/** Maximum size of one push, minus a margin for its envelope. */
const PUSH_LIMIT_BYTES = Math.floor(9_437_184 * 0.9999);

/** A push of items to a dataset. */
export interface PushRequest {
    context: RunContext;
    datasetId: string;
    items: object | object[];
}

/**
 * Appends items in order, in several pushes if they are too large for one. If the Actor is pay-per-event, appends only
 * as many as the run's cost limit allows, and charges for them.
 *
 * @param eventName - An event to charge for, in addition to the item events of the default dataset.
 * @throws {@link EngineError} `invalid-value` for an item that is not an object or cannot be serialized to JSON, and
 *   for an event that only the engine charges for; nothing is pushed then.
 */
export async function pushData(push: PushRequest, eventName?: string): Promise<ChargeResult> {
    const { context, datasetId, items } = push;
    const { charging } = context;
    if (eventName?.startsWith(SYNTHETIC_PREFIX) === true) {
        throw invalid('eventName', eventName, 'an event of your own', 'The engine charges for this one automatically.');
    }
    if (!charging.isPayPerEvent) {
        await append(push);
        return noCharge(false);
    }
    const isDefaultDataset = datasetId === context.env['ACTOR_DEFAULT_DATASET_ID'];
    const limits = charging.calculatePushDataLimits<object>({ items, eventName, isDefaultDataset });
    const isLimited = limits.limitedItems.length < [items].flat().length;
    if (limits.limitedItems.length > 0) await append({ ...push, items: isLimited ? limits.limitedItems : items });
    const charges = Object.entries(limits.eventsToCharge);
    if (charges.length === 0) return noCharge(isLimited);
    const results = await Promise.all(charges.map(([name, count]) => charging.charge({ eventName: name, count })));
    return results.reduce(mergeResults);
}

async function append({ context, datasetId, items }: PushRequest): Promise<void> {
    const groups = groupTexts(itemsToTexts(items), PUSH_LIMIT_BYTES);
    for (const texts of groups) await context.push(datasetId, texts);
}

function noCharge(eventChargeLimitReached: boolean): ChargeResult {
    return { eventChargeLimitReached, chargedCount: 0, chargeableWithinLimit: {} };
}

function mergeResults(a: ChargeResult, b: ChargeResult): ChargeResult {
    const names = Object.keys(a.chargeableWithinLimit);
    return {
        eventChargeLimitReached: a.eventChargeLimitReached || b.eventChargeLimitReached,
        chargedCount: a.chargedCount + b.chargedCount,
        chargeableWithinLimit: Object.fromEntries(
            names.map((name) => [name, Math.min(a.chargeableWithinLimit[name]!, b.chargeableWithinLimit[name]!)]),
        ),
    };
}
