import { describe, expect, it } from 'vitest';
import { checkOptions, checkWhole, checkWord, findClosest } from '../../src/util/check.js';

describe('checkOptions', () => {
    it('rejects a mistyped key and suggests the right one', () => {
        expect(() => checkOptions('options', { memmory: 512 }, ['memory', 'timeout'])).toThrow(
            '`options` has no option `memmory`. Did you mean `memory`? Known options: memory, timeout.',
        );
    });

    it('rejects a value that is not an object', () => {
        expect(() => checkOptions('options', 'fast', [])).toThrow(
            "`options` is 'fast', but must be an object of options.",
        );
    });

    it('accepts undefined', () => {
        expect(() => checkOptions('options', undefined, [])).not.toThrow();
    });
});

describe('checkWhole', () => {
    it.each([-5, 1.5, Number.NaN, '5', null])('rejects %s', (value) => {
        expect(() => checkWhole('options.timeout', value, 0)).toThrow(
            /`options\.timeout` is .*, but must be a whole number, 0 or more\./,
        );
    });
});

describe('checkWord', () => {
    it('rejects an unknown word and suggests the most similar one', () => {
        expect(() => checkWord('options.isolation', 'tread', ['thread', 'process'])).toThrow('Did you mean `thread`?');
    });

    it('suggests nothing if no candidate is similar', () => {
        expect(findClosest('elephant', ['thread', 'process'])).toBeUndefined();
    });
});
