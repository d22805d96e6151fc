import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cli, CLI } from '../support/cli/cli.js';

describe('the command line', () => {
    it('shows its help by default, on stdout', async () => {
        for (const words of [[], ['--help'], ['-h'], ['help']]) {
            expect(await cli(words)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage') });
        }
    });

    it('shows the help of a command, with examples', async () => {
        for (const words of [
            ['completion', '--help'],
            ['help', 'completion'],
        ]) {
            expect((await cli(words)).stdout).toContain('source <(greenroom completion bash)');
        }
    });

    it('rejects unknown commands and options, on stderr with code 2', async () => {
        expect(await cli(['completio'])).toEqual({
            code: 2,
            stdout: '',
            stderr: "error: unknown command 'completio'\n(Did you mean completion?)\nSee `greenroom --help`.\n",
        });
    });

    it('has no colours in a pipe, unless requested', async () => {
        expect((await cli(['--help'])).stdout).not.toContain('\u001b');
        expect((await cli(['--help'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[1m');
        expect((await cli(['--help', '--no-color'], { env: { FORCE_COLOR: '1' } })).stdout).not.toContain('\u001b');
        expect((await cli(['--help'], { env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
    });

    it('accepts that its reader exits early', () => {
        const piped = spawnSync('sh', ['-c', `"$0" "$1" completion bash | true; echo $?`, process.execPath, CLI]);

        expect(String(piped.stderr)).toBe('');
    });

    it('prints completion scripts for shells', () => {
        const script = `
            greenroom() { "$NODE" "$CLI" "$@"; }
            source <(greenroom completion bash)
            COMP_WORDS=(greenroom complet); COMP_CWORD=1
            _greenroom
            echo "\${COMPREPLY[@]}"
            COMP_WORDS=(greenroom completion z); COMP_CWORD=2
            _greenroom
            echo "\${COMPREPLY[@]}"`;

        const shell = spawnSync('bash', ['-c', script], { env: { ...process.env, NODE: process.execPath, CLI } });

        expect(String(shell.stdout)).toBe('completion\nzsh\n');
    });
});
