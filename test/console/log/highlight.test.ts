import { describe, expect, it } from 'vitest';
import { highlightMatches } from '../../../src/console/log/log-line.js';

describe('Search matches in a line', () => {
    it('are separate segments, across styles', () => {
        const pieces = [
            { text: 'the er', style: 'a' },
            { text: 'ror ERROR', style: '' },
        ];

        expect(highlightMatches(pieces, 'error')).toEqual([
            { text: 'the ', style: 'a', isMatch: false },
            { text: 'er', style: 'a', isMatch: true },
            { text: 'ror', style: '', isMatch: true },
            { text: ' ', style: '', isMatch: false },
            { text: 'ERROR', style: '', isMatch: true },
        ]);
    });

    it('do not split the line without a match or query', () => {
        const pieces = [{ text: 'abc', style: '' }];

        expect(highlightMatches(pieces, 'x')).toEqual([{ text: 'abc', style: '', isMatch: false }]);
        expect(highlightMatches(pieces, '')).toEqual([{ text: 'abc', style: '', isMatch: false }]);
    });

    it('keep the text for any query', () => {
        const pieces = [
            { text: 'aİa', style: '' },
            { text: 'aaa', style: 'b' },
        ];

        for (const query of ['a', 'aa', 'i', 'İ', 'aaaa']) {
            const text = highlightMatches(pieces, query)
                .map((piece) => piece.text)
                .join('');
            expect(text).toBe('aİaaaa');
        }
    });
});
