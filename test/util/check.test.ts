import { describe, expect, it } from 'vitest';
import { START_OPTION_KEYS } from '../../src/run/start/start-options.js';
import { checkOptions, checkWhole, checkWord, findClosest, listNames, show } from '../../src/util/check.js';

describe('checkOptions', () => {
    it.each([
        ['options.debug.options', 'an object of options. Omit it for the defaults.'],
        ['Actor.exit()', 'an object of options. Omit it for the defaults.'],
        ['fields.versions[0]', 'an object.'],
    ])('recommends the defaults for options only: %s', (path, expected) => {
        expect(() => checkOptions(path, 5, [])).toThrow(`\`${path}\` is 5, but must be ${expected}`);
    });

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

describe('show', () => {
    it.each([
        ['two\nlines\0', String.raw`'two\nlines\u0000'`],
        [[], 'an empty array'],
        [[1, 2], 'an array of 2'],
    ])('formats %o on one line', (value, text) => {
        expect(show(value)).toBe(text);
    });
});

describe('listNames', () => {
    it('lists twenty names, and counts the rest', () => {
        const names = Array.from({ length: 23 }, (_, index) => `n${index}`);

        expect(listNames(names.slice(0, 2))).toBe('n0, n1');
        expect(listNames(names)).toMatch(/n19 and 3 more$/);
    });
});

describe('checkWord', () => {
    it('rejects an unknown word and suggests the most similar one', () => {
        expect(() => checkWord('options.isolation', 'tread', ['thread', 'process'])).toThrow('Did you mean `thread`?');
    });

    it.each([
        ['timeoutSecs', 'timeout'],
        ['timeout_secs', 'timeout'],
        ['timeoutMillis', 'timeout'],
        ['memoryMbytes', 'memory'],
        ['memory_mbytes', 'memory'],
        ['buildTag', 'build'],
        ['buildNumber', 'build'],
        ['envVars', 'env'],
        ['waitSecs', 'waitForFinish'],
        ['maxTotalCharge', 'maxTotalChargeUsd'],
        ['maxTotalChargeUSD', 'maxTotalChargeUsd'],
        ['max_items', 'maxItems'],
    ])('suggests the option for a name of the platform or of another client: %s', (name, option) => {
        expect(() => checkOptions('options', { [name]: 1 }, START_OPTION_KEYS)).toThrow(`Did you mean \`${option}\`?`);
    });

    it('suggests nothing if no candidate is similar', () => {
        expect(findClosest('elephant', ['thread', 'process'])).toBeUndefined();
    });
});
