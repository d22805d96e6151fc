import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveProgram } from '../../../src/actors/source/resolve-program.js';
import { actorFolder, installedSdk, writeFiles } from './actor-folder.js';

describe('the program of a folder', () => {
    it('has everything needed to run it', async () => {
        const directory = await actorFolder({ 'src/main.js': "import { Actor } from 'apify';" });

        expect(await resolveProgram({ directory })).toEqual({
            program: {
                entry: join(directory, 'src', 'main.js'),
                directory,
                loader: { type: 'native' },
                needsSdkHooks: true,
                mayUseProxy: false,
            },
            preload: [],
        });
    });

    it('is the same object until something changes', async () => {
        const directory = await actorFolder({ 'src/main.js': '' });

        const first = await resolveProgram({ directory });

        expect(await resolveProgram({ directory })).toBe(first);
    });

    it('is resolved once for runs that start together', async () => {
        const directory = await actorFolder({ 'src/main.js': '' });

        const [first, second] = await Promise.all([resolveProgram({ directory }), resolveProgram({ directory })]);

        expect(second).toBe(first);
    });

    it.each([
        ['an entry of higher rank appears', { 'package.json': { scripts: { start: 'node other.js' } } }],
        ['a file starts to import the SDK', { 'lib/a.js': "import 'apify';" }],
        ['a file that imports the SDK is added', { 'lib/new/b.js': "import 'apify';" }],
    ])('is resolved again if %s', async (_, change) => {
        const directory = await actorFolder({ 'main.js': '', 'other.js': '', 'lib/a.js': '' });
        const before = await resolveProgram({ directory });

        await writeFiles(directory, change);

        expect(await resolveProgram({ directory })).not.toEqual(before);
    });

    it('is resolved again if the SDK is installed', async () => {
        const directory = await actorFolder({ 'main.js': "import 'apify';" });
        const before = await resolveProgram({ directory });

        await writeFiles(directory, installedSdk());

        expect(before.program).not.toHaveProperty('ownSdk');
        expect(await resolveProgram({ directory })).toHaveProperty('program.ownSdk.apify', expect.any(String));
    });

    it('is found after a failure, once the cause is fixed', async () => {
        const directory = await actorFolder({});
        await expect(resolveProgram({ directory })).rejects.toMatchObject({ code: 'actor-source-invalid' });

        await writeFiles(directory, { 'main.js': '' });

        expect(await resolveProgram({ directory })).toHaveProperty('program.entry', join(directory, 'main.js'));
    });

    it('is reported as missing with its folder', async () => {
        const directory = await actorFolder({ 'main.js': '' });
        await resolveProgram({ directory });

        await rm(directory, { recursive: true });

        await expect(resolveProgram({ directory })).rejects.toMatchObject({
            code: 'actor-failed-to-start',
            message: expect.stringContaining(directory),
        });
    });
});

describe('the program of a single module', () => {
    it('starts with it, regardless of other files in its folder', async () => {
        const directory = await actorFolder({ 'package.json': { scripts: { start: 'python x.py' } }, 'job.mjs': '' });

        const { program } = await resolveProgram({ directory, entryFile: join(directory, 'job.mjs') });

        expect(program).toMatchObject({ entry: join(directory, 'job.mjs'), directory });
    });
});
