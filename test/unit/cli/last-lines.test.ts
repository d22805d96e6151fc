import { describe, expect, it } from 'vitest';
import { lastLines } from '../../../src/cli/commands/log.js';
import { splitLogLine } from '../../../src/cli/output/log-line.js';

async function* linesTo(count: number): AsyncGenerator<string> {
    for (let line = 1; line <= count; line++) yield String(line);
}

async function take(lines: AsyncIterable<string>): Promise<string> {
    const taken: string[] = [];
    for await (const line of lines) taken.push(line);
    return taken.join(' ');
}

describe('the last lines of a log', () => {
    it('are those at its end', async () => {
        expect(await take(lastLines(linesTo(5), 2))).toBe('4 5');
        expect(await take(lastLines(linesTo(1), 2))).toBe('1');
        expect(await take(lastLines(linesTo(5), 0))).toBe('');
    });

    it('are followed by what comes later, of one that grows', async () => {
        expect(await take(lastLines(linesTo(5), 1, 3))).toBe('3 4 5');
        expect(await take(lastLines(linesTo(5), 0, 3))).toBe('4 5');
        expect(await take(lastLines(linesTo(2), 9, 1))).toBe('1 2');
    });
});

describe('a line of a log', () => {
    it('is parted from its time, if it has one', () => {
        expect(splitLogLine('2026-03-01T12:00:00.000Z INFO  Hi')).toEqual({
            time: '2026-03-01T12:00:00.000Z',
            text: 'INFO  Hi',
        });
        expect(splitLogLine('  at x')).toEqual({ text: '  at x' });
    });
});
