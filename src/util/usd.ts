/*
 * Amounts are computed in whole units far below a cent, because binary fractions are inexact: 3 × $0.1 must be $0.3.
 */

/** Number of stored decimal places of a US dollar. */
export const USD_DECIMALS = 12;

/** Converts US dollars to whole units, rounded to the nearest unit. */
export function usdToUnits(usd: number): bigint {
    // `toFixed` returns an exponent from here on; such numbers have no decimals.
    if (Math.abs(usd) >= 1e21) return BigInt(usd) * 10n ** BigInt(USD_DECIMALS);
    return BigInt(usd.toFixed(USD_DECIMALS).replace('.', ''));
}

/** Converts whole units to the nearest number of US dollars. */
export function unitsToUsd(units: bigint): number {
    return Number(`${units}e-${USD_DECIMALS}`);
}

/** True if an amount is stored exactly, to its last decimal. */
export function isExactUsd(usd: number): boolean {
    return unitsToUsd(usdToUnits(usd)) === usd;
}

/** Returns the sum of two amounts, exact to the last decimal. */
export function addUsd(one: number, other: number): number {
    return unitsToUsd(usdToUnits(one) + usdToUnits(other));
}
