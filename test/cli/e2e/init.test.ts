import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPLATES } from '../../../src/cli/init/templates.js';
import { cli, cliHere } from '../../support/cli/cli.js';
import { ROOT } from '../../support/docs/source-files.js';
import { tempDir } from '../../support/files/temp-dir.js';

/** Node 20 does not run TypeScript. */
const CAN_STRIP_TYPES = Boolean((process.features as { typescript?: unknown }).typescript);

describe('greenroom init', () => {
    it('lists the templates', async () => {
        const { stdout } = await cliHere(['init', '--list']);

        expect(stdout.trim().split('\n')).toHaveLength(TEMPLATES.length);
    });

    it.each(TEMPLATES.map(({ name }) => name))('creates an Actor that runs: %s', async (template) => {
        const cwd = await tempDir();

        const made = await cliHere(['init', 'my-actor', '--template', template], { cwd });
        const folder = join(cwd, 'my-actor');
        // The effect of `npm install`.
        if (template === 'typescript' && !CAN_STRIP_TYPES)
            await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
        const run = await cli(['run', '--json', '-q', 'names=Alan'], { cwd: folder });

        expect(made).toMatchObject({
            code: 0,
            stderr: '',
            stdout: expect.stringMatching(/cd my-actor\n(?:  npm install .*\n)?  greenroom run/),
        });
        expect(run.stderr).toBe('');
        expect(JSON.parse(run.stdout)).toMatchObject({
            run: { status: 'SUCCEEDED' },
            items: [{ name: 'Alan', text: 'Hello, Alan!' }],
        });
    });

    it('fills the current directory, if none of its files exists', async () => {
        const cwd = await tempDir('my-own-');
        await writeFile(join(cwd, 'notes.txt'), 'mine');

        expect(await cliHere(['init', '-n', 'my-own'], { cwd })).toMatchObject({ code: 0 });
        const again = await cliHere(['init', '-n', 'my-own'], { cwd });

        expect(again.code).toBe(2);
        expect(again.stderr).toMatch(/already has \.actor\/actor\.json, .*Nothing was written/);
    });

    it('writes nothing if one file exists', async () => {
        const cwd = await tempDir();
        await writeFile(join(cwd, 'package.json'), '{}');

        const { stderr } = await cliHere(['init', '.', '--name', 'my-actor'], { cwd });

        expect(stderr).toMatch(/already has package\.json\. Nothing was written\. Choose another folder/);
        expect(await readdir(cwd)).toEqual(['package.json']);
    });

    it.each([
        [['My Actor!'], /The folder name 'My Actor!' is not a valid Actor name.*--name My-Actor\n/],
        [['x', '--name', '-a-'], /--name '-a-' is not.*--name a\n/],
        [['x', '--template', 'typscript'], /Did you mean `typescript`\?/],
    ])('rejects invalid arguments: %j', async (words, message) => {
        const cwd = await tempDir();

        expect((await cliHere(['init', ...words], { cwd })).stderr).toMatch(message);
        expect(await readdir(cwd)).toEqual([]);
    });
});
