import { describe, expect, it } from 'vitest';
import { LogBuffer } from '../../../src/console/log/log-buffer.js';

const ALL = { minLevel: 'debug', query: '', isFiltering: false } as const;
const STAMP = '2026-01-02T03:04:05.678Z';

function bufferOf(...texts: string[]): LogBuffer {
    const buffer = new LogBuffer();
    buffer.add(
        0,
        texts.map((text) => `${STAMP} ${text}`),
    );
    return buffer;
}

function shownOf(buffer: LogBuffer): string[] {
    return buffer.shown.map(({ plain }) => plain);
}

describe('The buffer of a log', () => {
    it('shows lines from the minimum level, with the stack of an error', () => {
        const buffer = bufferOf('INFO  a', 'DEBUG b', 'ERROR c', '    at d.js', 'WARN  e', 'plain');

        buffer.filter({ ...ALL, minLevel: 'warning' });
        expect(shownOf(buffer)).toEqual(['ERROR c', '    at d.js', 'WARN  e']);

        buffer.filter({ ...ALL, minLevel: 'info' });
        expect(shownOf(buffer)).toEqual(['INFO  a', 'ERROR c', '    at d.js', 'WARN  e', 'plain']);

        buffer.filter(ALL);
        expect(buffer.shown).toHaveLength(6);
    });

    it('filters by a text, also later lines', () => {
        const buffer = bufferOf('one Apple', 'two pears');

        buffer.filter({ ...ALL, query: 'APPLE', isFiltering: true });
        buffer.add(2, [`${STAMP} three apples`, `${STAMP} four`]);

        expect(shownOf(buffer)).toEqual(['one Apple', 'three apples']);
        expect(buffer.shown[1]?.number).toBe(3);
    });

    it('finds a text in shown and later lines', () => {
        const buffer = bufferOf('INFO  x', 'DEBUG x', 'INFO  y', 'INFO  \u001b[31mX\u001b[39m');

        buffer.filter({ ...ALL, query: 'x' });
        expect(buffer.found).toEqual([0, 1, 3]);

        buffer.filter({ ...ALL, query: 'x', minLevel: 'info' });
        expect(buffer.found).toEqual([0, 2]);

        buffer.add(4, [`${STAMP} INFO  x`]);
        expect(buffer.found).toEqual([0, 2, 3]);

        buffer.filter(ALL);
        expect(buffer.found).toEqual([]);
    });

    it('restarts if lines are missing', () => {
        const buffer = bufferOf('a', 'b');

        buffer.add(10, [`${STAMP} k`]);

        expect(shownOf(buffer)).toEqual(['k']);
        expect(buffer.shown[0]?.number).toBe(11);
        expect(buffer.nextNumber).toBe(11);
    });

    it('returns the shown lines as text, with times and without colours', () => {
        const buffer = bufferOf('INFO  \u001b[31mred\u001b[39m', 'DEBUG no');
        buffer.filter({ ...ALL, minLevel: 'info' });

        expect(buffer.shownText()).toBe(`${STAMP} INFO  red\n`);
    });

    it('adds, filters and searches 100,000 lines quickly', () => {
        const lines = Array.from({ length: 100_000 }, (_, index) => `${STAMP} INFO  Page ${index} has been scraped.`);
        const buffer = new LogBuffer();
        const startedAt = performance.now();

        buffer.add(0, lines);
        buffer.filter({ ...ALL, query: 'page 99' });
        buffer.filter({ minLevel: 'info', query: 'page 99', isFiltering: true });

        expect(buffer.shown).toHaveLength(1_111);
        expect(buffer.found).toHaveLength(1_111);
        // Some hundred times what it takes: only what is quadratic is as slow.
        expect(performance.now() - startedAt).toBeLessThan(20_000);
    });
});
