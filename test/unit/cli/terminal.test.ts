import { describe, expect, it } from 'vitest';
import { harmless, harmlessLine } from '../../../src/cli/terminal/harmless.js';
import { formatTable } from '../../../src/cli/terminal/table.js';
import { cutToWidth, textWidth } from '../../../src/cli/terminal/text-width.js';
import { formatBytes, formatCount, formatDuration, formatTime } from '../../../src/cli/terminal/units.js';
import { wrapText } from '../../../src/cli/terminal/wrap-text.js';
import { memoryOutput } from '../../support/memory-output.js';

describe('a text from elsewhere', () => {
    it('can neither move the cursor nor set a title', () => {
        expect(harmless('a\u001b[2Jb\u001b]0;title\u0007c\rd\u0085')).toBe('a\\x1b[2Jb\\x1b]0;title\\x07c\\x0dd\\x85');
    });

    it('cannot turn its letters round', () => {
        expect(harmless('x\u202etxt')).toBe('x\\u202etxt');
    });

    it('keeps its lines and tabs, and its colours if they are wanted', () => {
        expect(harmless('a\r\nb\tc')).toBe('a\nb\tc');
        expect(harmless('\u001b[31mred\u001b[0m\u001b[H', { colours: true })).toBe('\u001b[31mred\u001b[0m\\x1b[H');
        expect(harmlessLine('a\nb\t\tc')).toBe('a b c');
    });
});

describe('a table', () => {
    const columns = [{ title: 'ID', isWhole: true }, { title: 'TITLE' }, { title: 'N', align: 'right' as const }];

    it('is cut to the width of the terminal, at columns that may be cut', () => {
        const lines = formatTable(memoryOutput({ width: 30 }), columns, [
            ['abcdefghijklm', 'a title that is far too long', '1'],
            ['b', '日本語の長いタイトルです', '22'],
        ]);

        expect(lines).toEqual([
            'ID             TITLE         N',
            'abcdefghijklm  a title th…   1',
            'b              日本語の長…  22',
        ]);
        expect(lines.map(textWidth)).toEqual([30, 30, 30]);
    });

    it('is not cut in a pipe, and breaks no line', () => {
        const long = 'x'.repeat(200);

        expect(formatTable(memoryOutput(), columns, [['a', `${long}\n\u001b[2J`, '1']])[1]).toBe(
            `a   ${long} \\x1b[2J  1`,
        );
    });

    it('is styled by what is in its cells', () => {
        const lines = formatTable(
            memoryOutput({ hasColours: true }),
            [{ title: 'S', style: (cell) => (cell === 'bad' ? 'red' : undefined) }],
            [['bad'], ['ok']],
        );

        expect(lines).toEqual(['<bold>S</bold>', '<red>bad</red>', 'ok']);
    });
});

describe('the width of a text', () => {
    it('counts what is seen', () => {
        expect(textWidth('a\u001b[31mb')).toBe(2);
        expect(textWidth('日本')).toBe(4);
        expect(cutToWidth('👩‍👩‍👧‍👦👍xyz', 5)).toBe('👩‍👩‍👧‍👦👍…');
        expect(cutToWidth('abc', 3)).toBe('abc');
    });

    it('bounds the lines of a paragraph', () => {
        expect(wrapText('one two three fourteen', 8)).toEqual(['one two', 'three', 'fourteen']);
    });
});

describe('quantities', () => {
    it.each([
        [0, '0 ms'],
        [85.4, '85 ms'],
        [4_250, '4.2 s'],
        [59_999, '59.9 s'],
        [200_000, '3 m 20 s'],
        [7_500_000, '2 h 5 m'],
        [273_600_000, '3 d 4 h'],
    ])('of %d milliseconds are %s', (millis, text) => {
        expect(formatDuration(millis)).toBe(text);
    });

    it.each([
        [0, '0 B'],
        [1023, '1023 B'],
        [1536, '1.5 kB'],
        [83_886_080, '80 MB'],
        [150_000_000_000, '140 GB'],
    ])('of %d bytes are %s', (bytes, text) => {
        expect(formatBytes(bytes)).toBe(text);
    });

    it('of things agree with their number', () => {
        expect([formatCount(1, 'item'), formatCount(12_000, 'item'), formatCount(2, 'entry', 'entries')]).toEqual([
            '1 item',
            '12,000 items',
            '2 entries',
        ]);
        expect(formatTime(undefined)).toBe('');
        expect(formatTime(new Date(2026, 2, 1, 14, 5, 9))).toBe('2026-03-01 14:05:09');
    });
});
