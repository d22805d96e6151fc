import { describe, it } from 'vitest';
import { expectNoLeaks, type Load } from '../../support/load.js';

/** Longer loads are in `test/compat/soak.test.ts`. */
const LOADS: Load[] = [
    { isolation: 'pooled', runs: 100, rounds: 4 },
    { isolation: 'thread', runs: 10, rounds: 4 },
];

describe('many runs started at once', () => {
    // oxlint-disable-next-line vitest/expect-expect -- expectNoLeaks does
    it.each(LOADS)(
        'finish in order and leave nothing behind: $rounds times $runs in isolation $isolation',
        (load) => expectNoLeaks(load),
        120_000,
    );
});
