import { describe, expect, it } from 'vitest';
import { checkOptions, checkWhole, checkWord, findClosest } from '../../src/util/check.js';

describe('options with a mistyped key', () => {
    it('are refused, with the key that was meant', () => {
        expect(() => checkOptions('options', { memmory: 512 }, ['memory', 'timeout'])).toThrow(
            '`options` has no option `memmory`. Did you mean `memory`? Known options: memory, timeout.',
        );
    });

    it('are refused when they are no object', () => {
        expect(() => checkOptions('options', 'fast', [])).toThrow(
            "`options` is 'fast', but must be an object of options.",
        );
    });

    it('may be left out', () => {
        expect(() => checkOptions('options', undefined, [])).not.toThrow();
    });
});

describe('a number out of range', () => {
    it.each([-5, 1.5, Number.NaN, '5', null])('is refused: %s', (value) => {
        expect(() => checkWhole('options.timeout', value, 0)).toThrow(
            /`options\.timeout` is .*, but must be a whole number, 0 or more\./,
        );
    });
});

describe('a word that is not known', () => {
    it('is refused with the nearest one', () => {
        expect(() => checkWord('options.isolation', 'tread', ['thread', 'process'])).toThrow('Did you mean `thread`?');
    });

    it('gets no hint when nothing is near', () => {
        expect(findClosest('elephant', ['thread', 'process'])).toBeUndefined();
    });
});
