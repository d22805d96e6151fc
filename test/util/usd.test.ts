import { describe, expect, it } from 'vitest';
import { isExactUsd, unitsToUsd, usdToUnits } from '../../src/util/usd.js';

describe('amounts in US dollars', () => {
    it.each([
        [0, 0n],
        [1e-12, 1n],
        [0.00005, 50_000_000n],
        [0.1, 100_000_000_000n],
        [12.345678, 12_345_678_000_000n],
        [1_000_000, 1_000_000_000_000_000_000n],
        [1e21, 1_000_000_000_000_000_000_000_000_000_000_000n],
    ])('convert %d to %d units and back', (usd, units) => {
        expect(usdToUnits(usd)).toBe(units);
        expect(unitsToUsd(units)).toBe(usd);
        expect(isExactUsd(usd)).toBe(true);
    });

    it.each([
        [0.1, 3n, 0.3],
        [0.7, 3n, 2.1],
        [0.00005, 100_000n, 5],
        [0.0011, 9n, 0.0099],
        [4.35, 100n, 435],
    ])('multiply exactly: %d × %d = %d', (usd, times, total) => {
        expect(unitsToUsd(usdToUnits(usd) * times)).toBe(total);
    });

    it('are inexact with more decimals than supported', () => {
        expect(isExactUsd(1e-13)).toBe(false);
        expect(isExactUsd(0.1234567890123)).toBe(false);
        expect(isExactUsd(1 / 3)).toBe(false);
    });
});
