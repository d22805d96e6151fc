import { describe, expect, it } from 'vitest';
import {
    regExpWithTimeout,
    withRegExpTimeout,
    testWithTimeout,
    SlowRegExpError,
} from '../../src/util/json/regexp-timeout.js';

/** Far less than any of the expressions would take, and far more than they are given. */
const SOON_MILLIS = 3_000;
const EVIL = `${'a'.repeat(40)}b`;

function testing(pattern: string, text: string, flags = 'u'): () => boolean {
    const regExp = regExpWithTimeout(pattern, flags);
    return () => regExp.test(text);
}

describe('guarded regular expressions', () => {
    it.each([
        ['^[a-z]+(-[a-z]+)*$', 'a-slug-of-many-words', true],
        ['^[a-z]+(-[a-z]+)*$', 'no slug', false],
        ['^(?=.*\\d)(?!.*x).{3,}$', 'abc1', true],
        ['^(?=.*\\d)(?!.*x).{3,}$', 'abcx1', false],
        ['(?<=\\$)\\d+', 'costs $5', true],
        ['^(?<word>\\p{Lu}\\p{L}*) \\k<word>$', 'Ďábel Ďábel', true],
        ['^.$', '😀', true],
        ['(a|b)*c', `${'ab'.repeat(50_000)}c`, true],
    ])('mean what they mean: %s on %s is %s', (pattern, text, isMatch) => {
        expect(withRegExpTimeout(testing(pattern, text))).toBe(isMatch);
        expect(new RegExp(pattern, 'u').test(text)).toBe(isMatch);
    });

    it.each([
        ['a repeated repetition', '^(a+)+$', EVIL],
        ['alternatives that are the same', '^(a|a)*$', EVIL],
        ['one within a lookahead', '^(?=(a+)+$)', EVIL],
        ['one with a back reference', '^(.*)*\\1x', 'a'.repeat(5_000)],
        ['options in a row', `^${'(a|ab?)'.repeat(40)}c`, 'a'.repeat(60)],
        ['a simple one on a long text', 'a+b', 'a'.repeat(3_000_000)],
        ['some repetitions on a text of some length', '^a*a*a*a*a*a*a*$', `${'a'.repeat(300)}b`],
    ])('are given up when they take too long: %s', (_what, pattern, text) => {
        const start = performance.now();

        expect(() => withRegExpTimeout(testing(pattern, text))).toThrow(SlowRegExpError);

        expect(performance.now() - start).toBeLessThan(SOON_MILLIS);
    });

    it.each([
        ['options side by side', `${'a?'.repeat(60)}${'a'.repeat(60)}`],
        ['alternatives that are empty', `${'(?:a|)'.repeat(60)}${'a'.repeat(60)}`],
        ['repetitions that may be none', `${'[ab]{0,3}'.repeat(20)}${'a'.repeat(20)}`],
        ['classes and groups', `^${'(?:\\p{L}?)[^]*?'.repeat(20)}$`],
        ['thousands of options', 'a?b'.repeat(2_000)],
    ])('are not made from a pattern that V8 could not prepare: %s', (_what, pattern) => {
        expect(() => regExpWithTimeout(pattern, 'u')).toThrow('is too complex');
    });

    it('are made from real ones, however long', () => {
        const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
        const patterns = [
            `^(?:${octet}\\.){3}${octet}$`,
            '^(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)(?:-[\\da-z-]+(?:\\.[\\da-z-]+)*)?(?:\\+[\\da-z.-]+)?$',
            '^P(?!$)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?$',
            `^(?:${Array.from({ length: 10_000 }, (_, n) => `word${n}`).join('|')})$`,
        ];

        expect(patterns.map((pattern) => regExpWithTimeout(pattern, 'u').source)).toEqual(patterns);
    });

    it('are given up when they have too much to remember', () => {
        expect(() => withRegExpTimeout(testing('^(?:[^x]|y)*$', 'a'.repeat(9_000_000)))).toThrow(SlowRegExpError);
    });

    it('have one time for all texts together', () => {
        const test = testing('^(a+)+$', `${'a'.repeat(18)}b`);
        const start = performance.now();

        expect(() => withRegExpTimeout(() => Array.from({ length: 1_000_000 }, test))).toThrow(SlowRegExpError);

        expect(performance.now() - start).toBeLessThan(SOON_MILLIS);
    });

    it('name the expression, and are as good as new afterwards', () => {
        expect(() => withRegExpTimeout(testing('^(a+)+$', EVIL))).toThrow(
            'the pattern `^(a+)+$` is too much work to test',
        );

        expect(withRegExpTimeout(testing('^(a+)+$', 'aaa'))).toBe(true);
    });

    it('leave work alone that takes long by itself', () => {
        const test = testing('^(a+)+$', 'aaa');
        let turns = 0;
        const work = (): string => {
            turns++;
            test();
            const end = performance.now() + 150;
            while (performance.now() < end);
            return 'done';
        };

        expect(withRegExpTimeout(work)).toBe('done');
        expect(turns).toBeGreaterThan(1);
    });

    it('let errors of the work through', () => {
        const slow = testWithTimeout({ name: 'it', test: () => true });
        const work = (): never => {
            slow('');
            throw new TypeError('of the work');
        };

        expect(() => withRegExpTimeout(work)).toThrow(new TypeError('of the work'));
    });
});
