import { describe, expect, it } from 'vitest';
import { LogBuffer } from '../../../src/console/log/log-buffer.js';

const ALL = { least: 'debug', query: '', isFiltering: false } as const;
const STAMP = '2026-01-02T03:04:05.678Z';

function bookOf(...texts: string[]): LogBuffer {
    const book = new LogBuffer();
    book.add(
        0,
        texts.map((text) => `${STAMP} ${text}`),
    );
    return book;
}

function shownOf(book: LogBuffer): string[] {
    return book.shown.map(({ plain }) => plain);
}

describe('the book of a log', () => {
    it('shows what is at least as grave as asked for, with the stack of an error', () => {
        const book = bookOf('INFO  a', 'DEBUG b', 'ERROR c', '    at d.js', 'WARN  e', 'plain');

        book.filter({ ...ALL, least: 'warning' });
        expect(shownOf(book)).toEqual(['ERROR c', '    at d.js', 'WARN  e']);

        book.filter({ ...ALL, least: 'info' });
        expect(shownOf(book)).toEqual(['INFO  a', 'ERROR c', '    at d.js', 'WARN  e', 'plain']);

        book.filter(ALL);
        expect(book.shown).toHaveLength(6);
    });

    it('shows lines with a text only, and those that come later too', () => {
        const book = bookOf('one Apple', 'two pears');

        book.filter({ ...ALL, query: 'APPLE', isFiltering: true });
        book.add(2, [`${STAMP} three apples`, `${STAMP} four`]);

        expect(shownOf(book)).toEqual(['one Apple', 'three apples']);
        expect(book.shown[1]?.number).toBe(3);
    });

    it('finds a text among what is shown, and in what comes later', () => {
        const book = bookOf('INFO  x', 'DEBUG x', 'INFO  y', 'INFO  \u001b[31mX\u001b[39m');

        book.filter({ ...ALL, query: 'x' });
        expect(book.found).toEqual([0, 1, 3]);

        book.filter({ ...ALL, query: 'x', least: 'info' });
        expect(book.found).toEqual([0, 2]);

        book.add(4, [`${STAMP} INFO  x`]);
        expect(book.found).toEqual([0, 2, 3]);

        book.filter(ALL);
        expect(book.found).toEqual([]);
    });

    it('begins anew when lines are missing before those that come', () => {
        const book = bookOf('a', 'b');

        book.add(10, [`${STAMP} k`]);

        expect(shownOf(book)).toEqual(['k']);
        expect(book.shown[0]?.number).toBe(11);
        expect(book.nextNumber).toBe(11);
    });

    it('gives what is shown as text, with times and without colours', () => {
        const book = bookOf('INFO  \u001b[31mred\u001b[39m', 'DEBUG no');
        book.filter({ ...ALL, least: 'info' });

        expect(book.shownText()).toBe(`${STAMP} INFO  red\n`);
    });

    it('takes in, filters and searches 100,000 lines in no time', () => {
        const lines = Array.from({ length: 100_000 }, (_, index) => `${STAMP} INFO  Page ${index} has been scraped.`);
        const book = new LogBuffer();
        const startedAt = performance.now();

        book.add(0, lines);
        book.filter({ ...ALL, query: 'page 99' });
        book.filter({ least: 'info', query: 'page 99', isFiltering: true });

        expect(book.shown).toHaveLength(1_111);
        expect(book.found).toHaveLength(1_111);
        // Some hundred times what it takes: only what is quadratic is as slow.
        expect(performance.now() - startedAt).toBeLessThan(20_000);
    });
});
