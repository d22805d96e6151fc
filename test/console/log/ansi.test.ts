import { describe, expect, it } from 'vitest';
import { plainText, styledTexts } from '../../../src/console/log/log-line.js';

const ESC = '\u001b';

describe('a line with colours', () => {
    it('is split where its style changes', () => {
        const line = `${ESC}[32mINFO${ESC}[39m  ${ESC}[1;33mCrawler:${ESC}[0m done`;

        expect(styledTexts(line)).toEqual([
            { text: 'INFO', style: 'ansi-green' },
            { text: '  ', style: '' },
            { text: 'Crawler:', style: 'ansi-yellow bold' },
            { text: ' done', style: '' },
        ]);
    });

    it.each([
        ['bright red', `${ESC}[91mx${ESC}[39m`, [{ text: 'x', style: 'ansi-bright-red' }]],
        ['grey', `${ESC}[90mx`, [{ text: 'x', style: 'ansi-bright-black' }]],
        ['one of 256 colours', `${ESC}[38;5;196mx`, [{ text: 'x', style: '' }]],
        ['a colour of three numbers, and bold', `${ESC}[38;2;255;0;0;1mx`, [{ text: 'x', style: 'bold' }]],
        [
            'dim',
            `${ESC}[2mx${ESC}[22my`,
            [
                { text: 'x', style: 'faint' },
                { text: 'y', style: '' },
            ],
        ],
    ])('shows %s', (_, line, pieces) => {
        expect(styledTexts(line)).toEqual(pieces);
    });

    it('is the same text without them', () => {
        const lines = [
            `${ESC}[2K${ESC}[1Gwhole`,
            `${ESC}]8;;https://x.example${ESC}\\link${ESC}]8;;\u0007`,
            'a\u0000b\rc',
        ];

        expect(lines.map(plainText)).toEqual(['whole', 'link', 'abc']);
        for (const line of lines)
            expect(
                styledTexts(line)
                    .map(({ text }) => text)
                    .join(''),
            ).toBe(plainText(line));
    });

    it('shows the line despite an incomplete sequence', () => {
        expect(plainText(`${ESC}[3`)).toBe('[3');
        expect(plainText(`text${ESC}`)).toBe('text');
    });
});
