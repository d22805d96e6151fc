import { describe, expect, it } from 'vitest';
import { cutText, maxColumns, safeLine, escapeControlCharacters } from '../../src/cli/ui/escape-control-characters.js';
import { formatTable, type Column } from '../../src/cli/ui/table.js';
import { formatBytes, formatCount, formatDuration, formatTime } from '../../src/cli/ui/units.js';
import { memoryOutput } from '../support/cli/memory-output.js';

describe('An untrusted text', () => {
    it('can neither move the cursor nor set a title', () => {
        expect(escapeControlCharacters('a\u001b[2Jb\u001b]0;title\u0007c\rd\u0085')).toBe(
            'a\\x1b[2Jb\\x1b]0;title\\x07c\\x0dd\\x85',
        );
    });

    it('cannot reverse its direction', () => {
        expect(escapeControlCharacters('x\u202etxt')).toBe('x\\u202etxt');
    });

    it('keeps its lines and tabs, and optionally its colours', () => {
        expect(escapeControlCharacters('a\r\nb\tc')).toBe('a\nb\tc');
        expect(escapeControlCharacters('\u001b[31mred\u001b[0m\u001b[H', { colours: true })).toBe(
            '\u001b[31mred\u001b[0m\\x1b[H',
        );
        expect(safeLine('a\nb\t\tc')).toBe('a b c');
    });
});

/** Columns of rows that are lists of cells. */
function columnsOf(...columns: readonly Omit<Column<readonly string[]>, 'cell'>[]): Column<readonly string[]>[] {
    return columns.map((column, index) => ({ ...column, cell: (row) => row[index]! }));
}

describe('a table', () => {
    const columns = columnsOf({ title: 'ID', keepsWidth: true }, { title: 'TITLE' }, { title: 'N', align: 'right' });

    it('is cut to the width of the terminal', async () => {
        const rows = [
            ['abcdefghijklm', 'a title that is far too long', '1'],
            ['b', '日本語の長いタイトルです', '22'],
        ];

        expect(await formatTable(memoryOutput({ width: 30 }), rows, columns)).toEqual([
            'ID             TITLE         N',
            'abcdefghijklm  a title th…   1',
            'b              日本語の長…  22',
        ]);
    });

    it('is not cut in a pipe, and has one line for each row', async () => {
        const long = 'x'.repeat(200);

        expect((await formatTable(memoryOutput(), [['a', `${long}\n\u001b[2J`, '1']], columns))[1]).toBe(
            `a   ${long} \\x1b[2J  1`,
        );
    });

    it('is styled by the text of its cells', async () => {
        const style = (cell: string): 'red' | undefined => (cell === 'bad' ? 'red' : undefined);
        const lines = await formatTable(
            memoryOutput({ hasColours: true }),
            [['bad'], ['ok']],
            columnsOf({ title: 'S', style }),
        );

        expect(lines).toEqual(['<bold>S</bold>', '<red>bad</red>', 'ok']);
    });

    it('leaves out optional columns on a narrow terminal, the last one first', async () => {
        const titlesAt = async (width: number, note = 'short'): Promise<string> => {
            const [titles] = await formatTable(
                memoryOutput({ width }),
                [['x'.repeat(10), note, '12 kB', 'API']],
                columnsOf(
                    { title: 'ID', keepsWidth: true },
                    { title: 'NOTE' },
                    { title: 'SIZE', isOptional: true },
                    { title: 'ORIGIN', isOptional: true },
                ),
            );
            return titles!.replaceAll(/ +/g, ' ');
        };

        expect(await titlesAt(10 + 2 + 5 + 2 + 5 + 2 + 6)).toBe('ID NOTE SIZE ORIGIN');
        expect(await titlesAt(31)).toBe('ID NOTE SIZE');
        expect(await titlesAt(23)).toBe('ID NOTE');
        expect(await titlesAt(1)).toBe('ID NOTE');
        expect(await titlesAt(35, 'x'.repeat(100))).toBe('ID NOTE SIZE');
        expect(await titlesAt(34, 'x'.repeat(100))).toBe('ID NOTE');
    });
});

describe('the width of a text', () => {
    it('is an upper bound', () => {
        expect(maxColumns('a · ž…')).toBe(6);
        expect(maxColumns('日本')).toBe(4);
        expect(maxColumns('👍')).toBe(2);
        expect(cutText('日本語', 5)).toBe('日本…');
        expect(cutText('abc', 3)).toBe('abc');
        expect(cutText('abc', 0)).toBe('');
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

    it('of nouns agree with their number', () => {
        expect([formatCount(1, 'item'), formatCount(12_000, 'item'), formatCount(2, 'entry', 'entries')]).toEqual([
            '1 item',
            '12,000 items',
            '2 entries',
        ]);
        expect(formatTime(undefined)).toBe('');
        expect(formatTime(new Date(2026, 2, 1, 14, 5, 9))).toBe('2026-03-01 14:05:09');
    });
});
