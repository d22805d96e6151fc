import { describe, expect, it } from 'vitest';
import { timingSafeEqual, createSecretMatcher } from '../../src/util/timing-safe-equal.js';

const LONG = 'a'.repeat(400);

describe('a secret', () => {
    it.each(['secret', '', 'a', 'ž'.repeat(40), LONG])('is the same as itself: %s', (secret) => {
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
    ])('is no other: %s and %s', (one, other) => {
        expect(timingSafeEqual(one, other)).toBe(false);
    });

    it('is still the same after others have been tried', () => {
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
