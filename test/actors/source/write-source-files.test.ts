import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SDK_EXPORTS } from '../../../src/protocol/sdk-module.js';
import { writeSourceFiles, checkSourceFiles } from '../../../src/actors/source/source-files.js';
import { resolveSdk, type Sdk } from '../../../src/actors/source/sdk-resolution.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { readSources } from '../../../src/actors/source/source-scan.js';
import { linkApifyShim } from '../../../src/actors/source/link-apify-shim.js';
import { actorFolder } from './actor-folder.js';

const run = promisify(execFile);
const SHIM = new URL('../../../src/apify-shim', import.meta.url).href;
/** The steps of a worker before it loads the Actor. */
const SDK = `data:text/javascript,globalThis[Symbol.for('greenroom.actor-sdk')] = { Actor: 'the built-in Actor' };`;

async function write(files: Record<string, string>, shimUrl = SHIM): Promise<string> {
    const root = await actorFolder({ 'package.json': { type: 'module' } });
    await linkApifyShim(root, shimUrl);
    const directory = join(root, 'work');
    const source = checkSourceFiles(Object.entries(files).map(([name, content]) => ({ name, content })));
    await writeSourceFiles(source, directory);
    return directory;
}

async function sdkOf(entry: string, directory: string): Promise<Sdk> {
    const seen = new FileChangeDetector();
    return resolveSdk(seen, await readSources(seen, entry, directory), {});
}

describe('a source written to a folder', () => {
    it.each([
        ['apify', 'main.mjs', "import { Actor } from 'apify'; console.log(Actor);"],
        ['greenroom/actor', 'main.mjs', "import { Actor } from 'greenroom/actor'; console.log(Actor);"],
        ['the default of apify', 'main.mjs', "import sdk from 'apify'; console.log(sdk.Actor);"],
        ['apify, as CommonJS', 'main.js', "console.log(require('apify').Actor);"],
        ['apify, as an ES module in a .js file', 'main.js', "import { Actor } from 'apify'; console.log(Actor);"],
    ])('gets the built-in SDK for %s', async (_, name, text) => {
        const directory = await write({ [name]: text });

        expect(await run(process.execPath, ['--import', SDK, join(directory, name)])).toMatchObject({
            stdout: 'the built-in Actor\n',
            stderr: '',
        });
    });

    it('needs no hooks', async () => {
        const directory = await write({ 'main.mjs': "import 'apify'; import 'greenroom/actor';" });

        const sdk = await sdkOf(join(directory, 'main.mjs'), directory);

        expect(sdk).toEqual({ type: 'built-in', needsHooks: false });
    });

    it.each([
        ['do not exist, as in a bundled app', 'file:///gone/apify-shim'],
        ['are in an archive of Electron', 'file:///app/resources/app.asar/node_modules/greenroom/dist/apify-shim'],
    ])('gets the built-in SDK even if the files of the shim %s', async (_, shimUrl) => {
        const directory = await write({ 'main.mjs': "import { Actor } from 'apify'; console.log(Actor);" }, shimUrl);
        const entry = join(directory, 'main.mjs');

        expect(await sdkOf(entry, directory)).toEqual({
            type: 'built-in',
            needsHooks: false,
        });
        expect(await run(process.execPath, ['--import', SDK, entry])).toMatchObject({ stdout: 'the built-in Actor\n' });
    });

    it('has its files unchanged, in their folders', async () => {
        const directory = await write({ 'src/deep/a.txt': 'ä', 'package.json': '{"type":"module"}' });

        expect(await readFile(join(directory, 'src/deep/a.txt'), 'utf8')).toBe('ä');
        expect(await readFile(join(directory, 'package.json'), 'utf8')).toBe('{"type":"module"}');
        expect(await readdir(directory)).toEqual(['package.json', 'src']);
    });

    it('gets all exports of the SDK', async () => {
        const print = `import * as sdk from 'apify'; console.log(JSON.stringify(Object.keys(sdk)));`;
        const directory = await write({ 'main.mjs': print });

        const { stdout } = await run(process.execPath, ['--import', SDK, join(directory, 'main.mjs')]);

        expect(JSON.parse(stdout)).toEqual([...SDK_EXPORTS, 'default'].toSorted());
    });

    it('keeps its own `apify`', async () => {
        const directory = await write({ 'node_modules/apify/package.json': '{"name":"apify"}', 'main.js': '' });

        expect(await readFile(join(directory, 'node_modules/apify/package.json'), 'utf8')).toBe('{"name":"apify"}');
    });
});
