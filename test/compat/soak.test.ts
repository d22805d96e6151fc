import { describe, it } from 'vitest';
import { expectNoLeaks, type Load } from '../support/load.js';

const LOADS: Load[] = [
    { isolation: 'pooled', runs: 2000, rounds: 5 },
    { isolation: 'thread', runs: 500, rounds: 4 },
    { isolation: 'process', runs: 100, rounds: 4 },
    { isolation: 'inline', runs: 2000, rounds: 5 },
];

describe('thousands of runs', () => {
    // oxlint-disable-next-line vitest/expect-expect -- expectNoLeaks does
    it.each(LOADS)(
        'leave nothing behind: $rounds times $runs in isolation $isolation',
        (load) => expectNoLeaks(load),
        600_000,
    );
});
