import { describe, expect, it } from 'vitest';
import { collectSecretTexts } from '../../src/logs/secret-texts.js';

describe('the texts of secrets', () => {
    it('are all strings and long numbers in them, whole, by line, in JSON and in URLs, longest first', () => {
        const texts = collectSecretTexts(
            ['quo"ted', { a: ['inner', { b: 'one 1\nline' }], n: 5, pin: 87654321 }],
            ['old'],
        );

        expect(new Set(texts)).toEqual(
            new Set([
                ...['quo"ted', 'quo\\"ted', 'quo%22ted', 'inner', '87654321', 'old'],
                ...['one 1\nline', 'one 1\\nline', 'one%201%0Aline', 'one+1%0Aline'],
                ...['one 1', 'one%201', 'one+1', 'line'],
            ]),
        );
        expect(texts.map(({ length }) => length)).toEqual(texts.map(({ length }) => length).toSorted((a, b) => b - a));
    });

    it('are those of any string, and of deep values', () => {
        let deep: unknown = 'leaf-of-a-secret';
        for (let level = 0; level < 20_000; level += 1) deep = [deep];

        expect(collectSecretTexts([deep, '\ud800lone'])).toContain('leaf-of-a-secret');
        expect(collectSecretTexts([undefined, 'after'])).toContain('after');
    });

    it('are empty without strings', () => {
        expect(collectSecretTexts([])).toEqual([]);
        expect(collectSecretTexts(['', '\n', null, 5])).toEqual([]);
    });
});
