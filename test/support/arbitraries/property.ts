import * as fc from 'fast-check';
import { someSeeds } from './random.js';

const SEEDS = 3;
const TIMES = Number(process.env['GREENROOM_FUZZ'] ?? 1);
const GIVEN_SEED = process.env['GREENROOM_FUZZ_SEED'];

/**
 * Looks for a case in which a property does not hold: with seeds that are always the same, and with one that never is. What is
 * found is made as small as it can be; the error tells it, and the seed that leads there again.
 *
 * @param runs - How many cases there are with each seed; `GREENROOM_FUZZ` multiplies it.
 */
export async function holds<Case>(property: fc.IAsyncProperty<Case>, runs: number): Promise<void> {
    const seeds = GIVEN_SEED === undefined ? someSeeds(SEEDS) : [Number(GIVEN_SEED)];
    for (const seed of seeds) await fc.assert(property, { seed, numRuns: Math.ceil(runs * TIMES) });
}
