import { EngineError } from '../errors/engine-error.js';
import { invalid, show } from '../util/check.js';
import type { ActorRunPricingInfo } from '../model/pricing.js';

/** What a run may cost at most. */
export interface ChargeLimits {
    maxItems?: number;
    maxTotalChargeUsd?: number;
}

/**
 * Checks limits that a caller gives.
 *
 * @param path - What the caller calls the options that have them.
 * @throws EngineError `max-items-must-be-greater-than-zero`, `max-total-charge-usd-must-be-greater-than-zero`, or
 * `invalid-value` for what is no number.
 */
export function checkChargeLimits(path: string, limits: ChargeLimits | undefined): void {
    const { maxItems, maxTotalChargeUsd } = limits ?? {};
    if (maxItems !== undefined) {
        if (!Number.isInteger(maxItems)) throw invalid(`${path}.maxItems`, maxItems, 'a whole number, 1 or more');
        if (maxItems <= 0) throw tooSmall('max-items-must-be-greater-than-zero', `${path}.maxItems`, maxItems);
    }
    if (maxTotalChargeUsd === undefined) return;
    const where = `${path}.maxTotalChargeUsd`;
    if (!Number.isFinite(maxTotalChargeUsd)) throw invalid(where, maxTotalChargeUsd, 'a number of US dollars, above 0');
    if (maxTotalChargeUsd > 0) return;
    throw tooSmall('max-total-charge-usd-must-be-greater-than-zero', where, maxTotalChargeUsd);
}

/**
 * Refuses a limit under which the owner of the Actor does not let it run.
 *
 * @throws EngineError `max-total-charge-usd-below-minimum`.
 */
export function checkMinimum({ maxTotalChargeUsd }: ChargeLimits, pricing: ActorRunPricingInfo | undefined): void {
    if (pricing?.pricingModel !== 'PAY_PER_EVENT') return;
    const { minimalMaxTotalChargeUsd: minimum } = pricing;
    if (minimum === undefined || maxTotalChargeUsd === undefined || maxTotalChargeUsd >= minimum) return;
    throw new EngineError(
        'max-total-charge-usd-below-minimum',
        `\`maxTotalChargeUsd\` is ${maxTotalChargeUsd}, but the Actor runs for $${minimum} or more only. ` +
            'Raise it, or leave it out for no limit.',
        { details: { maxTotalChargeUsd, minimum } },
    );
}

function tooSmall(
    code: 'max-items-must-be-greater-than-zero' | 'max-total-charge-usd-must-be-greater-than-zero',
    path: string,
    value: number,
): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be greater than 0. Leave it out for no limit.`;
    return new EngineError(code, message, { details: { path } });
}
