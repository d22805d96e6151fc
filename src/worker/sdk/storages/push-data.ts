import { SYNTHETIC_PREFIX } from '../../../model/api/pricing.js';
import { invalid } from '../../../util/check.js';
import { groupTexts, itemsToTexts } from '../../channel/item-json.js';
import type { ChargeResult } from '../charging-manager.js';
import type { RunContext } from '../context.js';

/** What one push may have, less a little for what is sent around it. */
const PUSH_LIMIT_BYTES = Math.floor(9_437_184 * 0.9999);

export interface PushRequest {
    context: RunContext;
    datasetId: string;
    items: object | object[];
}

/**
 * Appends items in their order, several pushes where they are too many for one. Where the Actor is paid per event, only as many as
 * fit into what the run may cost, and charges for them.
 *
 * @param eventName - What to charge for besides the items of a default dataset that are paid for anyway.
 * @throws {@link EngineError} `invalid-value` for what is no object or cannot be written as JSON, and for an event that only the
 *   engine charges for; then nothing is pushed.
 */
export async function pushData(push: PushRequest, eventName?: string): Promise<ChargeResult> {
    const { context, datasetId, items } = push;
    const { charging } = context;
    if (eventName?.startsWith(SYNTHETIC_PREFIX) === true) {
        throw invalid('eventName', eventName, 'an event of your own', 'The engine charges for this one by itself.');
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
