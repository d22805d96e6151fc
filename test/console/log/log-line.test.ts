import { describe, expect, it } from 'vitest';
import { levelOf, readLogLine } from '../../../src/console/log/log-line.js';

describe('a line of a log', () => {
    it('is a time and a text', () => {
        expect(readLogLine('2026-01-02T03:04:05.678Z INFO  hello')).toEqual({
            time: '2026-01-02T03:04:05.678Z',
            text: 'INFO  hello',
        });
        expect(readLogLine('no time')).toEqual({ time: '', text: 'no time' });
        expect(readLogLine('2026-01-02T03:04:05.678Z ')).toEqual({ time: '2026-01-02T03:04:05.678Z', text: '' });
    });

    it.each([
        ['ERROR it broke', 'error'],
        ['SFAIL not so bad', 'error'],
        ['WARN  look out', 'warning'],
        ['WARNING look out', 'warning'],
        ['INFO  hello', 'info'],
        ['DEBUG details', 'debug'],
        ['PERF  1 s', 'debug'],
        ['INFORMATION is not a level', 'other'],
        ['TypeError: x is not a function', 'error'],
        ['Error [ERR_X]: y', 'error'],
        ['Errors: none', 'other'],
        ['hello', 'other'],
        ['{"time":"2026","level":"ERROR","msg":"x"}', 'error'],
        ['{"level":"of water"}', 'other'],
    ] as const)('as %s is of the level %s', (text, level) => {
        expect(levelOf(text, 'debug')).toBe(level);
    });

    it('inherits the level of the previous line if indented', () => {
        expect(levelOf('    at main.js:3', 'error')).toBe('error');
    });
});
