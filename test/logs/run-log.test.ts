import { describe, expect, it } from 'vitest';
import { MAX_LINE_CHARS } from '../../src/logs/line-assembler.js';
import { MAX_LOG_CHARS, RunLog, streamLines } from '../../src/logs/run-log.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

function openLog() {
    const lines: string[] = [];
    const kept: string[] = [];
    const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 6));
    const log = new RunLog({ clock, onLine: (line) => lines.push(line), onText: (text) => kept.push(text) });
    return { log, lines, kept };
}

const STAMP = '2026-01-02T03:04:05.006Z';

describe('text that arrives in chunks', () => {
    it('becomes complete lines with timestamps', () => {
        const { log, lines } = openLog();

        log.write('stdout', 'one\ntw');
        log.write('stdout', 'o\n');

        expect(lines).toEqual([`${STAMP} one`, `${STAMP} two`]);
    });

    it('is assembled separately for each stream', () => {
        const { log, lines } = openLog();

        log.write('stdout', 'out ');
        log.write('stderr', 'err\n');
        log.write('stdout', 'put\n');

        expect(lines).toEqual([`${STAMP} err`, `${STAMP} out put`]);
    });

    it('keeps a last line without a line break', () => {
        const { log } = openLog();

        log.write('stdout', 'unfinished');
        log.end();

        expect(log.text()).toBe(`${STAMP} unfinished\n`);
    });

    it('loses Windows carriage returns', () => {
        const { log, lines } = openLog();

        log.write('stdout', 'a\r\nb\r\n');

        expect(lines).toEqual([`${STAMP} a`, `${STAMP} b`]);
    });

    it('is stored as it is shown', () => {
        const { log, kept } = openLog();

        log.note('one\ntwo');

        expect(kept.join('')).toBe(log.text());
    });
});

describe('a reader that follows a log', () => {
    it('gets the existing lines, then each new one, then the end', async () => {
        const { log } = openLog();
        log.note('before');

        const seen: string[] = [];
        const reading = (async () => {
            for await (const line of log.follow()) seen.push(line.slice(STAMP.length + 1));
        })();
        log.note('after');
        log.end();
        await reading;

        expect(seen).toEqual(['before', 'after']);
    });

    it('can read the log as a stream of text', async () => {
        const { log } = openLog();
        log.note('ä');
        log.end();

        const chunks: Buffer[] = [];
        for await (const chunk of streamLines(log.follow())) chunks.push(chunk as Buffer);

        expect(Buffer.concat(chunks).toString()).toBe(`${STAMP} ä\n`);
    });
});

describe('a log that exceeds its maximum size', () => {
    it('drops its oldest lines', () => {
        const { log } = openLog();
        const line = 'x'.repeat(10_000);

        for (let count = 0; count < 1_500; count++) log.note(`${count} ${line}`);

        const text = log.text();
        expect(text.length).toBeLessThanOrEqual(MAX_LOG_CHARS);
        expect(text).toContain('1499 x');
        expect(text).not.toContain('Z 0 x');
    });

    it('has a notice with the number of dropped lines and a remedy at its beginning', () => {
        const { log } = openLog();
        const line = 'x'.repeat(10_000);

        for (let count = 0; count < 1_500; count++) log.note(`${count} ${line}`);

        const [first, second] = log.text().split('\n');
        const next = Number(second!.split(' ')[1]);
        expect(next).toBeGreaterThan(0);
        expect(first).toContain(`[${next.toLocaleString('en')} older lines were dropped: `);
        expect(first).toContain('10,485,760 characters');
    });

    it('sends a notice in place of dropped lines to a slow reader', async () => {
        const { log } = openLog();
        log.note('first');
        const reader = log.follow();
        const seen = [(await reader.next()).value as string];
        const line = 'x'.repeat(100_000);

        for (let count = 0; count < 150; count++) log.note(`${count} ${line}`);
        seen.push((await reader.next()).value as string, (await reader.next()).value as string);

        const next = Number(seen[2]!.split(' ')[1]);
        expect(seen[0]).toBe(`${STAMP} first`);
        expect(seen[1]).toContain(`[${next} older lines were dropped: `);
    });
});

describe('a line that exceeds the maximum length', () => {
    it('is truncated, with a notice of the omitted length', () => {
        const { log, lines } = openLog();

        log.write('stdout', `${'x'.repeat(MAX_LINE_CHARS + 5_000_000)}\nnext\n`);

        expect(lines).toHaveLength(2);
        expect(lines[0]).toMatch(new RegExp(`^${STAMP} x{${MAX_LINE_CHARS / 1024}}`));
        expect(lines[0]).toContain('x [Line truncated: 5,000,000 more characters.');
        expect(lines[0]!.length).toBeLessThan(MAX_LINE_CHARS + 300);
        expect(lines[1]).toBe(`${STAMP} next`);
    });

    it('is truncated also if it arrives in a million chunks without an end', () => {
        const { log, lines } = openLog();

        for (let piece = 0; piece < 1_000_000; piece++) log.write('stdout', 'ten chars.');
        log.end();

        expect(lines).toHaveLength(1);
        expect(lines[0]).toContain(
            `[Line truncated: ${(10_000_000 - MAX_LINE_CHARS).toLocaleString('en')} more characters`,
        );
        expect(log.text().length).toBeLessThan(MAX_LINE_CHARS + 300);
    });

    it('is complete at exactly the maximum length', () => {
        const { log, lines } = openLog();

        log.write('stderr', `${'x'.repeat(MAX_LINE_CHARS)}\n`);

        expect(lines[0]).toHaveLength(STAMP.length + 1 + MAX_LINE_CHARS);
    });

    it('shows no part of a secret at the cut', () => {
        const { log, lines } = openLog();
        log.hide(['s3cret-token']);

        log.write('stdout', `${'x'.repeat(MAX_LINE_CHARS - 3)}s3cret-token and more\n`);

        expect(lines[0]).not.toContain('s3c');
        expect(lines[0]).toContain('xxx*** [Line truncated: 9 more characters');
    });
});

describe('a secret value', () => {
    it('is redacted everywhere, for any chunks', () => {
        const { log, lines, kept } = openLog();
        log.hide(['s3cret-token', 'short']);

        log.write('stdout', 'a s3cret-');
        log.write('stdout', 'token and s3cret-token\n');
        log.note('not s3cret-token either, nor shortly');

        expect(lines).toEqual([`${STAMP} a *** and ***`, `${STAMP} not *** either, nor shortly`]);
        expect(kept.join('')).not.toContain('s3cret-token');
    });

    it('is redacted only as a whole word if it is short, and not at all if it is very short', () => {
        const { log, lines } = openLog();
        log.hide(['p.ss', 'abc']);

        log.note('user:p.ss@host "p.ss" pass p.ssword abc');

        expect(lines).toEqual([`${STAMP} user:***@host "***" pass p.ssword abc`]);
    });
});
