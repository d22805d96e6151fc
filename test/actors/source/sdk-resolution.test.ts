import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSdk, type Sdk } from '../../../src/actors/source/sdk-resolution.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { readSources } from '../../../src/actors/source/source-scan.js';
import { actorFolder, installed, installedSdk, type Files } from './actor-folder.js';

async function sdkOf(files: Files, entry = 'main.js', folder = '.'): Promise<Sdk> {
    const directory = await actorFolder(files);
    return resolve(join(directory, entry), join(directory, folder));
}

async function resolve(entry: string, directory: string): Promise<Sdk> {
    const seen = new FileChangeDetector();
    const manifest = (await seen.readJson(join(directory, 'package.json'))) ?? {};
    return resolveSdk(seen, await readSources(seen, entry, directory), manifest);
}

const IMPORT = "import { Actor } from 'apify';";
const builtIn = (needsHooks: boolean) => ({ type: 'built-in', needsHooks });

describe('an Actor that resolves `apify`', () => {
    it('has its own SDK', async () => {
        expect(await sdkOf({ 'main.js': IMPORT, ...installedSdk() })).toMatchObject({ type: 'own' });
    });

    it('has its own SDK if it is installed in a folder above', async () => {
        expect(
            await sdkOf({ 'actors/a/main.js': IMPORT, ...installedSdk() }, 'actors/a/main.js', 'actors/a'),
        ).toMatchObject({ type: 'own', apify: { manifest: { name: 'apify' } } });
    });

    it('has its own SDK even if it only exports for `import`', async () => {
        const files = installedSdk('3.7.2', { exports: { import: './index.js' } });

        expect(await sdkOf({ 'main.js': IMPORT, ...files })).toMatchObject({ type: 'own' });
    });

    it('has the built-in SDK if it does not use the one that resolves', async () => {
        expect(await sdkOf({ 'main.js': 'export default () => 1;', ...installedSdk() })).toEqual(builtIn(false));
    });

    it('has its own SDK if another package uses the one in its package.json', async () => {
        const files = { 'package.json': { dependencies: { apify: '3', helper: '1' } }, ...installedSdk() };

        expect(await sdkOf({ 'main.js': "import 'helper';", ...files })).toMatchObject({ type: 'own' });
        expect(await sdkOf({ 'main.js': 'export default () => 1;', ...files })).toEqual(builtIn(false));
    });

    it('is resolved by its real path, not by a link', async () => {
        const directory = await actorFolder({ 'real/main.js': IMPORT, ...installedIn('linked', 'apify') });
        await symlink(join(directory, 'real'), join(directory, 'linked', 'actor'), 'junction');
        const actor = join(directory, 'linked', 'actor');

        expect(await resolve(join(actor, 'main.js'), actor)).toEqual(builtIn(true));
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
        'needs none for imports in %s',
        async (name) => {
            expect(await sdkOf({ 'main.js': '', [name]: IMPORT })).toEqual(builtIn(false));
        },
    );

    it('needs hooks if its folder is too large to scan', async () => {
        const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`lib/${index}.js`, '']));

        expect(await sdkOf({ 'main.js': '', ...many })).toEqual(builtIn(true));
    });

    it('needs none for `greenroom/actor` if greenroom is installed', async () => {
        const files = { 'main.js': "import { Actor } from 'greenroom/actor';", ...installed('greenroom') };

        expect(await sdkOf(files)).toEqual(builtIn(false));
    });
});

describe('the packages of an Actor', () => {
    it.each(['2.3.2', '4.0.0-beta.1'])('may include version %s of the SDK', async (version) => {
        expect(await sdkOf({ 'main.js': IMPORT, ...installedSdk(version) })).toEqual({ type: 'unknown' });
    });

    it.each(['@crawlee/core', 'apify-client'])('must include `%s`, which its SDK needs', async (name) => {
        const { [`node_modules/${name}/package.json`]: _, ...files } = installedSdk();

        await expect(sdkOf({ 'main.js': IMPORT, ...files })).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining(`requires the package \`${name}\`, which is not installed`),
        });
    });

    it('must not include two copies of the core of Crawlee', async () => {
        const nested = Object.entries(installed('@crawlee/core', { version: '3.11.5' })).map(
            ([file, text]) => [`node_modules/crawlee/${file}`, text] as const,
        );
        const files = {
            'package.json': { dependencies: { apify: '3', crawlee: '3' } },
            ...installed('crawlee', { version: '3.11.5', dependencies: { '@crawlee/core': '3.11.5' } }),
            ...Object.fromEntries(nested),
        };

        await expect(sdkOf({ 'main.js': IMPORT, ...installedSdk(), ...files })).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(/`@crawlee\/core` 3\.18\.1 .*another copy, 3\.11\.5 .*npm dedupe/),
        });
    });

    it('have one core, regardless of the depth of the package that needs it', async () => {
        const files = {
            'package.json': { dependencies: { apify: '3', '@crawlee/cheerio': '3' } },
            ...installed('@crawlee/cheerio', { dependencies: { '@crawlee/http': '3' } }),
            ...installed('@crawlee/http', { dependencies: { '@crawlee/core': '3' } }),
        };

        expect(await sdkOf({ 'main.js': IMPORT, ...installedSdk(), ...files })).toMatchObject({
            type: 'own',
            core: { manifest: { version: '3.18.1' } },
        });
    });

    it('may include Crawlee without the SDK', async () => {
        const files = {
            ...installed('crawlee', { dependencies: { '@crawlee/core': '3' } }),
            ...installed('@crawlee/core', { version: '3.18.1' }),
        };

        expect(await sdkOf({ 'main.js': "import { CheerioCrawler } from 'crawlee';", ...files })).toMatchObject({
            type: 'built-in',
            core: { manifest: { name: '@crawlee/core' } },
        });
        expect(await sdkOf({ 'main.js': '', ...files })).toEqual(builtIn(false));
    });

    it.each([[{}], [{ dependencies: {} }], [{ dependencies: { '@crawlee/types': '3' } }]])(
        'may include a Crawlee that its package.json, %j, does not list',
        async (manifest) => {
            const files = {
                'package.json': manifest,
                ...installed('@crawlee/types'),
                ...installed('@crawlee/cheerio', { dependencies: { '@crawlee/core': '3' } }),
                ...installed('@crawlee/core', { version: '3.18.1' }),
            };

            expect(await sdkOf({ 'main.js': "import { Dataset } from '@crawlee/cheerio';", ...files })).toMatchObject({
                type: 'built-in',
                core: { manifest: { name: '@crawlee/core' } },
            });
        },
    );

    it('may include another copy of Crawlee if nothing uses it', async () => {
        const files = {
            ...installedSdk(),
            ...installed('crawlee', { version: '3.11.5', dependencies: { '@crawlee/core': '3.11.5' } }),
            'node_modules/crawlee/node_modules/@crawlee/core/package.json': {
                name: '@crawlee/core',
                version: '3.11.5',
            },
        };

        expect(await sdkOf({ 'main.js': IMPORT, ...files })).toMatchObject({ type: 'own' });
        await expect(sdkOf({ 'main.js': `${IMPORT} import 'crawlee';`, ...files })).rejects.toMatchObject({
            code: 'actor-source-invalid',
        });
    });
});

function installedIn(folder: string, name: string): Files {
    return Object.fromEntries(Object.entries(installed(name)).map(([file, text]) => [`${folder}/${file}`, text]));
}
