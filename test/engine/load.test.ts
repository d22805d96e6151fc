import { describe, it } from 'vitest';
import { expectToBear, type Load } from '../support/load.js';

/** The long ones are in `test/compat/soak.test.ts`. */
const LOADS: Load[] = [
    { isolation: 'pooled', runs: 100, rounds: 4 },
    { isolation: 'thread', runs: 10, rounds: 4 },
];

describe('many runs started at once', () => {
    // oxlint-disable-next-line vitest/expect-expect -- expectToBear does
    it.each(LOADS)(
        'end in their order, and leave nothing: $rounds times $runs in isolation $isolation',
        (load) => expectToBear(load),
        120_000,
    );
});
