import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fileOf, pageBlocks } from '../support/docs/page-blocks.js';
import { ROOT } from '../support/docs/source-files.js';
import { userFolder } from '../support/actors/user-folder.js';

/* Blocks of the user-facing pages marked `file=` or `test=` are files of one project. */

const exec = promisify(execFile);

describe('the tests in the README and the guide', () => {
    it('pass unchanged', async () => {
        const folder = await userFolder();
        await linkPackages(folder, { vitest: 'vitest', crawlee: 'crawlee', apify: 'apify-sdk' });
        for (const block of pageBlocks()) {
            const file = fileOf(block);
            if (file === undefined) continue;
            await mkdir(join(folder, dirname(file)), { recursive: true });
            await writeFile(join(folder, file), block.code);
        }
        const { TEST_COUNTS_FILE: _, VITEST: _1, ...env } = process.env;
        const run = async (...args: string[]): Promise<string> => {
            const options = { cwd: folder, env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined } };
            const failed = (error: { stdout: string; stderr: string }): never => {
                throw new Error(error.stdout + error.stderr);
            };
            return (await exec(process.execPath, args, options).catch(failed)).stdout;
        };

        const byVitest = await run(join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run');
        const byNode = await run('--test', '--test-reporter=tap', 'test-node.mjs');

        expect(byVitest).toMatch(/Test Files +8 passed/);
        expect(byNode).toMatch(/# pass 1\n# fail 0/);
    }, 60_000);
});

async function linkPackages(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, installed] of Object.entries(packages)) {
        await symlink(join(ROOT, 'node_modules', installed), join(folder, 'node_modules', name), 'dir');
    }
}
