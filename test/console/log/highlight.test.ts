import { describe, expect, it } from 'vitest';
import { markedTexts } from '../../../src/console/log/log-line.js';

describe('what is searched for in a line', () => {
    it('is in pieces of its own, across styles', () => {
        const pieces = [
            { text: 'the er', style: 'a' },
            { text: 'ror ERROR', style: '' },
        ];

        expect(markedTexts(pieces, 'error')).toEqual([
            { text: 'the ', style: 'a', isMark: false },
            { text: 'er', style: 'a', isMark: true },
            { text: 'ror', style: '', isMark: true },
            { text: ' ', style: '', isMark: false },
            { text: 'ERROR', style: '', isMark: true },
        ]);
    });

    it('leaves the line whole when it is not in it, or nothing is searched for', () => {
        const pieces = [{ text: 'abc', style: '' }];

        expect(markedTexts(pieces, 'x')).toEqual([{ text: 'abc', style: '', isMark: false }]);
        expect(markedTexts(pieces, '')).toEqual([{ text: 'abc', style: '', isMark: false }]);
    });

    it('changes no letter, whatever is searched for', () => {
        const pieces = [
            { text: 'aİa', style: '' },
            { text: 'aaa', style: 'b' },
        ];

        for (const query of ['a', 'aa', 'i', 'İ', 'aaaa']) {
            const text = markedTexts(pieces, query)
                .map((piece) => piece.text)
                .join('');
            expect(text).toBe('aİaaaa');
        }
    });
});
