import { describe, expect, it } from 'vitest';
import { timingSafeEqual, createSecretMatcher } from '../../src/util/timing-safe-equal.js';

const LONG = 'a'.repeat(400);

describe('timingSafeEqual', () => {
    it.each(['secret', '', 'a', 'ž'.repeat(40), LONG])('accepts the same secret: %s', (secret) => {
        expect(timingSafeEqual(secret, secret)).toBe(true);
    });

    it.each([
        ['secret', 'secreT'],
        ['secret', 'secret\0'],
        ['secret', 'secre'],
        ['secret', ''],
        ['', 'a'],
        ['secret', LONG],
        [LONG, 'secret'],
        [LONG, `${LONG}a`],
    ])('rejects another secret: %s and %s', (one, other) => {
        expect(timingSafeEqual(one, other)).toBe(false);
    });

    it('gives independent results in repeated comparisons', () => {
        const isToken = createSecretMatcher('token');

        expect(['token', 'a longer one', 'token', 'tok', 'token'].map(isToken)).toEqual([
            true,
            false,
            true,
            false,
            true,
        ]);
    });
});
