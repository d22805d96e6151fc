import { describe, expect, it } from 'vitest';
import {
    regExpWithTimeout,
    withRegExpTimeout,
    testWithTimeout,
    SlowRegExpError,
} from '../../src/util/json/regexp-timeout.js';

/** Far less than the expressions would take, and far more than the time budget. */
const MAX_DURATION_MILLIS = 3_000;
const EVIL = `${'a'.repeat(40)}b`;

function createTest(pattern: string, text: string, flags = 'u'): () => boolean {
    const regExp = regExpWithTimeout(pattern, flags);
    return () => regExp.test(text);
}

describe('regular expressions with a timeout', () => {
    it.each([
        ['^[a-z]+(-[a-z]+)*$', 'a-slug-of-many-words', true],
        ['^[a-z]+(-[a-z]+)*$', 'no slug', false],
        ['^(?=.*\\d)(?!.*x).{3,}$', 'abc1', true],
        ['^(?=.*\\d)(?!.*x).{3,}$', 'abcx1', false],
        ['(?<=\\$)\\d+', 'costs $5', true],
        ['^(?<word>\\p{Lu}\\p{L}*) \\k<word>$', 'Ďábel Ďábel', true],
        ['^.$', '😀', true],
        ['(a|b)*c', `${'ab'.repeat(50_000)}c`, true],
    ])('match like plain ones: %s on %s is %s', (pattern, text, isMatch) => {
        expect(withRegExpTimeout(createTest(pattern, text))).toBe(isMatch);
        expect(new RegExp(pattern, 'u').test(text)).toBe(isMatch);
    });

    it.each([
        ['a repeated repetition', '^(a+)+$', EVIL],
        ['identical alternatives', '^(a|a)*$', EVIL],
        ['one in a lookahead', '^(?=(a+)+$)', EVIL],
        ['one with a back reference', '^(.*)*\\1x', 'a'.repeat(5_000)],
        ['consecutive optional parts', `^${'(a|ab?)'.repeat(40)}c`, 'a'.repeat(60)],
        ['a simple one on a long text', 'a+b', 'a'.repeat(3_000_000)],
        ['several repetitions on a moderately long text', '^a*a*a*a*a*a*a*$', `${'a'.repeat(300)}b`],
    ])('are stopped when they take too long: %s', (_label, pattern, text) => {
        const start = performance.now();

        expect(() => withRegExpTimeout(createTest(pattern, text))).toThrow(SlowRegExpError);

        expect(performance.now() - start).toBeLessThan(MAX_DURATION_MILLIS);
    });

    it.each([
        ['adjacent optional parts', `${'a?'.repeat(60)}${'a'.repeat(60)}`],
        ['empty alternatives', `${'(?:a|)'.repeat(60)}${'a'.repeat(60)}`],
        ['repetitions that may be empty', `${'[ab]{0,3}'.repeat(20)}${'a'.repeat(20)}`],
        ['classes and groups', `^${'(?:\\p{L}?)[^]*?'.repeat(20)}$`],
        ['thousands of optional parts', 'a?b'.repeat(2_000)],
    ])('reject a pattern that V8 could not compile in time: %s', (_label, pattern) => {
        expect(() => regExpWithTimeout(pattern, 'u')).toThrow('is too complex');
    });

    it('accept real-world patterns of any length', () => {
        const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
        const patterns = [
            `^(?:${octet}\\.){3}${octet}$`,
            '^(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)(?:-[\\da-z-]+(?:\\.[\\da-z-]+)*)?(?:\\+[\\da-z.-]+)?$',
            '^P(?!$)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?$',
            `^(?:${Array.from({ length: 10_000 }, (_, n) => `word${n}`).join('|')})$`,
        ];

        expect(patterns.map((pattern) => regExpWithTimeout(pattern, 'u').source)).toEqual(patterns);
    });

    it('are stopped when the backtracking stack is full', () => {
        expect(() => withRegExpTimeout(createTest('^(?:[^x]|y)*$', 'a'.repeat(9_000_000)))).toThrow(SlowRegExpError);
    });

    it('share one time budget across all texts', () => {
        const test = createTest('^(a+)+$', `${'a'.repeat(18)}b`);
        const start = performance.now();

        expect(() => withRegExpTimeout(() => Array.from({ length: 1_000_000 }, test))).toThrow(SlowRegExpError);

        expect(performance.now() - start).toBeLessThan(MAX_DURATION_MILLIS);
    });

    it('name the expression in the error, and still work afterwards', () => {
        expect(() => withRegExpTimeout(createTest('^(a+)+$', EVIL))).toThrow(
            'the pattern `^(a+)+$` takes too long to test',
        );

        expect(withRegExpTimeout(createTest('^(a+)+$', 'aaa'))).toBe(true);
    });

    it('do not stop work that is slow for other reasons', () => {
        const test = createTest('^(a+)+$', 'aaa');
        let attempts = 0;
        const work = (): string => {
            attempts++;
            test();
            const end = performance.now() + 150;
            while (performance.now() < end);
            return 'done';
        };

        expect(withRegExpTimeout(work)).toBe('done');
        expect(attempts).toBeGreaterThan(1);
    });

    it('propagate errors of the work', () => {
        const guardedTest = testWithTimeout({ name: 'it', test: () => true });
        const work = (): never => {
            guardedTest('');
            throw new TypeError('of the work');
        };

        expect(() => withRegExpTimeout(work)).toThrow(new TypeError('of the work'));
    });
});
