import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCommandLine, type Streams } from '../../src/cli/program.js';
import { commandLine } from '../support/arbitraries/command-arbitraries.js';
import { keptDirectory } from '../support/files/persistent-temp-dir.js';
import { checkProperty } from '../support/arbitraries/property.js';

describe('any command line', () => {
    it('succeeds, or fails with a reason that is not a bug', async () => {
        const property = fc.asyncProperty(fc.array(commandLine, { minLength: 1, maxLength: 6 }), async (lines) => {
            const { cwd } = await keptDirectory();
            for (const words of lines) {
                const { code, stderr } = await call(words, cwd);
                const said = `greenroom ${words.join(' ')}: ${stderr}`;
                expect([0, 1, 2], said).toContain(code);
                expect(said).not.toMatch(/This may be a bug|internal-error|\n {4}at /);
                if (code !== 0) expect(stderr.trim(), said).not.toBe('');
            }
        });
        await checkProperty(property, 3);
    });
});

async function call(words: string[], cwd: string): Promise<{ code: number; stderr: string }> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const stdin = Readable.from([]);
    const told = text(stderr);
    stdout.resume();
    const streams = { stdin, stdout, stderr } as unknown as Streams;
    const code = await runCommandLine(words, { streams, env: {}, cwd });
    stdout.end();
    stderr.end();
    return { code, stderr: await told };
}
