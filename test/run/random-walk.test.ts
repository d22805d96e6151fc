import { describe, expect, it } from 'vitest';
import { createSeeds } from '../support/arbitraries/random.js';
import { RunWalk } from '../support/model-based/run-walk.js';

const STEPS = 10_000;

describe('a random walk over the events of runs', () => {
    it.each(createSeeds(6))('preserves all invariants, with seed %i', async (seed) => {
        const walk = await RunWalk.create(seed);
        for (let count = 0; count < STEPS; count += 1) await walk.step();

        await walk.end();

        expect(walk.violations).toEqual([]);
        expect(walk.remaining()).toEqual({ timers: 0, executions: 0, liveIds: 0, unsettled: 0 });
        // Otherwise the walk has not covered every event.
        expect(walk.seen).toEqual(RunWalk.allSteps);
    });
});
