import { describe, expect, it } from 'vitest';
import { collectSecretTexts } from '../../src/logs/secret-texts.js';

describe('the texts of secrets', () => {
    it('are all strings in them, line by line and in JSON form, longest first', () => {
        const texts = collectSecretTexts(['quo"ted', { a: ['inner', { b: 'line one\nline 2' }], n: 5, none: null }]);

        expect(new Set(texts)).toEqual(
            new Set(['line one\\nline 2', 'line one', 'line 2', 'quo\\"ted', 'quo"ted', 'inner']),
        );
        expect(texts.map(({ length }) => length)).toEqual([16, 8, 8, 7, 6, 5]);
    });

    it('are empty without strings', () => {
        expect(collectSecretTexts([])).toEqual([]);
        expect(collectSecretTexts(['', '\n', null, 5])).toEqual([]);
    });
});
