/*
 * Money is counted in whole units far below a cent: three times $0.1 is $0.3, which binary fractions do not make of it.
 */

/** Decimal places of a US dollar that are kept. */
export const USD_DECIMALS = 12;

/** An amount of US dollars as whole units. What is smaller than a unit is rounded. */
export function usdToUnits(usd: number): bigint {
    // Above that, `toFixed` writes exponents; and there are no decimals any more.
    if (Math.abs(usd) >= 1e21) return BigInt(usd) * 10n ** BigInt(USD_DECIMALS);
    return BigInt(usd.toFixed(USD_DECIMALS).replace('.', ''));
}

/** The amount of US dollars that is nearest to so many units. */
export function unitsToUsd(units: bigint): number {
    return Number(`${units}e-${USD_DECIMALS}`);
}

/** Whether an amount is kept as it is, to its last decimal. */
export function isExactUsd(usd: number): boolean {
    return unitsToUsd(usdToUnits(usd)) === usd;
}

/** The sum of two amounts, exact to the last decimal. */
export function addUsd(one: number, other: number): number {
    return unitsToUsd(usdToUnits(one) + usdToUnits(other));
}
