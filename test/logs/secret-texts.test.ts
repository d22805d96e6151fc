import { describe, expect, it } from 'vitest';
import { collectSecretTexts } from '../../src/logs/secret-texts.js';

describe('the texts of secrets', () => {
    it('are all texts in them, line by line and as JSON has them, the longest first', () => {
        const texts = collectSecretTexts(['quo"ted', { a: ['inner', { b: 'line one\nline 2' }], n: 5, none: null }]);

        expect(new Set(texts)).toEqual(
            new Set(['line one\\nline 2', 'line one', 'line 2', 'quo\\"ted', 'quo"ted', 'inner']),
        );
        expect(texts.map(({ length }) => length)).toEqual([16, 8, 8, 7, 6, 5]);
    });

    it('are none where there is nothing', () => {
        expect(collectSecretTexts([])).toEqual([]);
        expect(collectSecretTexts(['', '\n', null, 5])).toEqual([]);
    });
});
