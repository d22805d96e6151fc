import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSdk, type Sdk } from '../../../src/registry/sdk-resolution.js';
import { SeenFiles } from '../../../src/registry/seen-files.js';
import { actorFolder, installed, type Files } from './actor-folder.js';

async function sdkOf(files: Files, entry = 'main.js', folder = '.'): Promise<Sdk> {
    const directory = await actorFolder(files);
    return resolveSdk(new SeenFiles(), join(directory, entry), join(directory, folder));
}

const IMPORT = "import { Actor } from 'apify';";
const builtIn = (needsHooks: boolean) => ({ type: 'built-in', needsHooks });

describe('an Actor that resolves `apify`', () => {
    it('has its own SDK', async () => {
        expect(await sdkOf({ 'main.js': IMPORT, ...installed('apify') })).toMatchObject({ type: 'own' });
    });

    it('has its own SDK when it is installed in a folder above', async () => {
        expect(
            await sdkOf({ 'actors/a/main.js': IMPORT, ...installed('apify') }, 'actors/a/main.js', 'actors/a'),
        ).toMatchObject({ type: 'own', package: { manifest: { name: 'apify' } } });
    });

    it('has its own SDK also when that can only be imported', async () => {
        const files = installed('apify', { exports: { import: './index.js' } });

        expect(await sdkOf({ 'main.js': IMPORT, ...files })).toMatchObject({ type: 'own' });
    });

    it('has ours when it does not use the one within reach', async () => {
        expect(await sdkOf({ 'main.js': 'export default () => 1;', ...installed('apify') })).toEqual(builtIn(false));
    });

    it('is looked at where it really is, not where a link to it is', async () => {
        const directory = await actorFolder({ 'real/main.js': IMPORT, ...installedIn('linked', 'apify') });
        await symlink(join(directory, 'real'), join(directory, 'linked', 'actor'), 'junction');
        const actor = join(directory, 'linked', 'actor');

        expect(await resolveSdk(new SeenFiles(), join(actor, 'main.js'), actor)).toEqual(builtIn(true));
    });
});

describe('an Actor that does not resolve `apify`', () => {
    it.each([
        IMPORT,
        'import{Actor}from"apify"',
        "import 'apify';",
        "const { Actor } = await import('apify');",
        'const { Actor } = await import(/* lazily */ `apify`);',
        "export * from 'apify';",
        "import {\n    Actor,\n    log,\n} from 'apify';",
        "import { Actor } from 'greenroom/actor';",
    ])('needs hooks for %j', async (text) => {
        expect(await sdkOf({ 'main.js': text })).toEqual(builtIn(true));
    });

    it.each([
        'export default ({ input }) => input;',
        "const { Actor } = require('apify');",
        "import { ApifyClient } from 'apify-client';",
        "console.log('apify');",
    ])('needs none for %j', async (text) => {
        expect(await sdkOf({ 'main.js': text })).toEqual(builtIn(false));
    });

    it.each(['src/routes.ts', 'src/deep/down/a.mjs'])('needs hooks for an import in %s', async (name) => {
        expect(await sdkOf({ 'src/main.js': "import './routes.js';", [name]: IMPORT }, 'src/main.js')).toEqual(
            builtIn(true),
        );
    });

    it.each(['node_modules/other/index.js', '.cache/old.js', 'notes.md'])(
        'needs none for what %s has in it',
        async (name) => {
            expect(await sdkOf({ 'main.js': '', [name]: IMPORT })).toEqual(builtIn(false));
        },
    );

    it('needs hooks when its folder is too large to be read through', async () => {
        const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`lib/${index}.js`, '']));

        expect(await sdkOf({ 'main.js': '', ...many })).toEqual(builtIn(true));
    });

    it('needs none for `greenroom/actor` where greenroom is installed', async () => {
        const files = { 'main.js': "import { Actor } from 'greenroom/actor';", ...installed('greenroom') };

        expect(await sdkOf(files)).toEqual(builtIn(false));
    });
});

function installedIn(folder: string, name: string): Files {
    return Object.fromEntries(Object.entries(installed(name)).map(([file, text]) => [`${folder}/${file}`, text]));
}
