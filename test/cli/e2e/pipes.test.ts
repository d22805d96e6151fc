import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { actorFolder } from '../../support/actors/actor-folder.js';
import { cli, CLI, cliEnv, cliIn } from '../../support/cli/cli.js';
import { tempDir } from '../../support/files/temp-dir.js';

/** Runs a line of the shell, in which `$G` is the command line. */
function shell(cwd: string, line: string): { stdout: Buffer; stderr: string; code: number | null } {
    const env = { ...cliEnv(), G: `${process.execPath} ${CLI}` };
    const { stdout, stderr, status } = spawnSync('bash', ['-c', line], { cwd, env, maxBuffer: 1e9 });
    return { stdout, stderr: stderr.toString(), code: status };
}

describe('the command line in a pipe', () => {
    it('prints a large dataset, and exits silently if its reader does', async () => {
        const cwd = await tempDir();
        const engine = await createEngine({ storageDir: join(cwd, '.greenroom') });
        const { id } = await engine.client.datasets().getOrCreate('large');
        const item = { text: 'x'.repeat(1000) };
        await engine.client.dataset(id).pushItems(Array.from({ length: 8000 }, () => item));
        await engine.close();

        expect(shell(cwd, '$G dataset items large --format jsonl | wc -l')).toMatchObject({ code: 0, stderr: '' });
        const cut = shell(cwd, 'set -o pipefail; $G dataset items large --format jsonl | head -n 1');
        expect(cut).toMatchObject({ code: 0, stderr: '' });
        expect(JSON.parse(cut.stdout.toString())).toEqual(item);
    });

    it('prints bytes unchanged', async () => {
        const cwd = await tempDir();
        const bytes = Buffer.from([0, 1, 2, 250, 255, 10, 13]);
        await writeFile(join(cwd, 'in.bin'), bytes);
        await cliIn(cwd)('kv create store');

        expect(shell(cwd, '$G kv set store blob < in.bin').stdout.toString()).toContain(
            '(application/octet-stream, 7 B)',
        );
        expect(shell(cwd, '$G kv get store blob').stdout).toEqual(bytes);
    });

    it('starts CSV with a byte order mark only if requested', async () => {
        const cwd = await tempDir();
        await cliIn(cwd)('dataset create set');
        await cliIn(cwd)('dataset push set', '{"a":1}');

        expect(shell(cwd, '$G dataset items set --format csv').stdout.toString('hex')).toMatch(/^61/);
        expect(shell(cwd, '$G dataset items set --format csv --bom').stdout.toString('hex')).toMatch(/^efbbbf61/);
    });
});

describe('A resurrected run', () => {
    it('runs in this process without a server, to its end', async () => {
        const cwd = await actorFolder({
            'twice/main.js': `export default ({ input }) => { if (input.fail) throw new Error('No'); return input.n * 2; };`,
        });
        const call = cliIn(cwd);

        const run = await cli(['run', './twice', 'n=21', '--json', '--quiet'], { cwd });
        const failed = await cli(['run', './twice', 'fail=true'], { cwd });
        const again = await cli(['resurrect', 'last', '--quiet'], { cwd });

        expect(run.code).toBe(0);
        expect(JSON.parse(run.stdout)).toMatchObject({ output: 42, run: { status: 'SUCCEEDED' } });
        expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('✖ FAILED') });
        expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('✖ FAILED') });
        expect((await call('runs ls --json')).stdout).toContain('"total":2');
    });
});
