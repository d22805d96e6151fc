import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPLATES } from '../../src/cli/init/templates.js';
import { cliHere } from '../support/cli/cli.js';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('a project of greenroom init', () => {
    it.each(TEMPLATES.map(({ name }) => name))('has a test that passes: %s', async (template) => {
        const cwd = await tempDir();
        await cliHere(['init', 'my-actor', '--template', template], { cwd });
        // As after `npm install`.
        await mkdir(join(cwd, 'my-actor', 'node_modules'));
        for (const name of ['vitest', 'tsx']) {
            await symlink(join(ROOT, 'node_modules', name), join(cwd, 'my-actor', 'node_modules', name));
        }
        await symlink(ROOT, join(cwd, 'my-actor', 'node_modules', 'greenroom'));

        const text = execFileSync(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run'], {
            cwd: join(cwd, 'my-actor'),
            env: { PATH: process.env['PATH'], NO_COLOR: '1' },
            encoding: 'utf8',
        });

        expect(text).toMatch(/Tests {2}1 passed/);
    });
});
