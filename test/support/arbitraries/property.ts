import * as fc from 'fast-check';
import { createSeeds } from './random.js';

const SEEDS = 3;
const FACTOR = Number(process.env['GREENROOM_FUZZ'] ?? 1);
const FIXED_SEED = process.env['GREENROOM_FUZZ_SEED'];

/**
 * Searches for a counterexample of a property, with fixed seeds and with a random one. The error has the minimized
 * counterexample and its seed.
 *
 * @param runs - Number of cases per seed, multiplied by `GREENROOM_FUZZ`.
 */
export async function checkProperty<Case>(property: fc.IAsyncProperty<Case>, runs: number): Promise<void> {
    const seeds = FIXED_SEED === undefined ? createSeeds(SEEDS) : [Number(FIXED_SEED)];
    for (const seed of seeds) await fc.assert(property, { seed, numRuns: Math.ceil(runs * FACTOR) });
}
