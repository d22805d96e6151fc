import { describe, it } from 'vitest';
import { expectToBear, type Load } from '../support/load.js';

const LOADS: Load[] = [
    { isolation: 'pooled', runs: 2000, rounds: 5 },
    { isolation: 'thread', runs: 500, rounds: 4 },
    { isolation: 'process', runs: 100, rounds: 4 },
    { isolation: 'inline', runs: 2000, rounds: 5 },
];

describe('thousands of runs', () => {
    // oxlint-disable-next-line vitest/expect-expect -- expectToBear does
    it.each(LOADS)(
        'leave nothing behind: $rounds times $runs in isolation $isolation',
        (load) => expectToBear(load),
        600_000,
    );
});
