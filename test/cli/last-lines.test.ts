import { describe, expect, it } from 'vitest';
import { linesFrom } from '../../src/cli/commands/log.js';
import { splitLogLine } from '../../src/cli/ui/log-line.js';

async function* linesTo(count: number): AsyncGenerator<string> {
    for (let line = 1; line <= count; line++) yield String(line);
}

async function take(lines: AsyncIterable<string>): Promise<string> {
    const taken: string[] = [];
    for await (const line of lines) taken.push(line);
    return taken.join(' ');
}

describe('the last lines of a log', () => {
    it.each([
        [5, 3, '4 5'],
        [1, -1, '1'],
        [5, 5, ''],
        [5, 0, '1 2 3 4 5'],
    ])('of %i from index %i on are %j', async (count, index, text) => {
        expect(await take(linesFrom(linesTo(count), index))).toBe(text);
    });
});

describe('a line of a log', () => {
    it('is split into its time, if any, and its text', () => {
        expect(splitLogLine('2026-03-01T12:00:00.000Z INFO  Hi')).toEqual({
            time: '2026-03-01T12:00:00.000Z',
            text: 'INFO  Hi',
        });
        expect(splitLogLine('  at x')).toEqual({ text: '  at x' });
    });
});
