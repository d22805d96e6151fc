import { describe, expect, it } from 'vitest';
import { chooseColumns, type ListColumn } from '../../../src/cli/lists/choose-columns.js';

const COLUMNS: readonly ListColumn<string>[] = [
    { title: 'ID', isWhole: true, cell: () => 'x'.repeat(10) },
    { title: 'NOTE', cell: (note) => note },
    { title: 'SIZE', isOptional: true, cell: () => '12 kB' },
    { title: 'ORIGIN', isOptional: true, cell: () => 'API' },
];

function titles(width: number, note = 'short'): string {
    return chooseColumns(COLUMNS, [note], width)
        .map(({ title }) => title)
        .join(' ');
}

describe('the columns of a list', () => {
    it('are all there if there is room', () => {
        expect(titles(10 + 2 + 5 + 2 + 5 + 2 + 6)).toBe('ID NOTE SIZE ORIGIN');
    });

    it('lose those that can be done without, the last one first', () => {
        expect(titles(31)).toBe('ID NOTE SIZE');
        expect(titles(23)).toBe('ID NOTE');
        expect(titles(1)).toBe('ID NOTE');
    });

    it('give way to a text that could not be read otherwise', () => {
        expect(titles(35, 'x'.repeat(100))).toBe('ID NOTE SIZE');
        expect(titles(34, 'x'.repeat(100))).toBe('ID NOTE');
    });
});
