import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Runner } from '../../../src/actors/source/module-command.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { chooseLoader } from '../../../src/actors/source/type-script-loader.js';
import { actorFolder, type Files } from './actor-folder.js';

const TSX: Files = {
    'node_modules/tsx/package.json': {
        name: 'tsx',
        exports: { './esm/api': { import: { types: './a.d.ts', default: './esm.mjs' }, require: './cjs.cjs' } },
    },
    'node_modules/tsx/esm.mjs': '',
};

interface Case {
    entry: string;
    files?: Files;
    runner?: Runner;
    manifest?: object;
    nodeStripsTypes: boolean;
}

async function choose({ entry, files = {}, runner = 'node', manifest = {}, nodeStripsTypes }: Case) {
    const directory = await actorFolder({ [entry]: '', ...files });
    const file = join(directory, entry);
    const { loader } = await chooseLoader(new FileChangeDetector(), { file, runner }, { ...manifest }, nodeStripsTypes);
    const tsx = pathToFileURL(join(directory, 'node_modules/tsx/esm.mjs')).href;
    return loader.type === 'tsx' && loader.api === tsx ? 'tsx of the Actor' : loader.type;
}

describe('the loader of an entry', () => {
    it.each<[string, string, Case]>([
        ['Node', 'JavaScript', { entry: 'main.js', nodeStripsTypes: false }],
        ['Node', 'TypeScript where Node strips types', { entry: 'main.ts', nodeStripsTypes: true }],
        ['Node', 'JavaScript beside tsx', { entry: 'main.js', files: TSX, nodeStripsTypes: false }],
        ['tsx', 'TypeScript where Node does not', { entry: 'main.ts', files: TSX, nodeStripsTypes: false }],
        ['tsx', 'JSX, which Node never strips', { entry: 'main.tsx', files: TSX, nodeStripsTypes: true }],
        ['tsx', 'a tsx command', { entry: 'main.ts', files: TSX, runner: 'tsx', nodeStripsTypes: true }],
        ['tsx', 'a tsx command with JavaScript', { entry: 'a.js', files: TSX, runner: 'tsx', nodeStripsTypes: true }],
        ['Node', 'a tsx command without tsx', { entry: 'main.ts', runner: 'tsx', nodeStripsTypes: true }],
        ['Node', 'a tsx command for JavaScript, without tsx', { entry: 'a.js', runner: 'tsx', nodeStripsTypes: false }],
        ['Node', 'tsx that only a folder above depends on', { entry: 'main.ts', files: TSX, nodeStripsTypes: true }],
    ])('is %s for %s', async (loader, _, given) => {
        expect(await choose(given)).toBe(loader === 'Node' ? 'native' : 'tsx of the Actor');
    });

    it('is the tsx that the Actor depends on, even if Node strips types', async () => {
        const manifest = { devDependencies: { tsx: '^4' } };

        expect(await choose({ entry: 'main.ts', files: TSX, manifest, nodeStripsTypes: true })).toBe(
            'tsx of the Actor',
        );
    });

    it('is reported as missing, with the package to install', async () => {
        await expect(choose({ entry: 'main.ts', nodeStripsTypes: false })).rejects.toMatchObject({
            code: 'actor-failed-to-start',
            message: expect.stringMatching(/main\.ts is TypeScript.*npm i -D tsx/),
        });
    });

    it('is the hooks of a tsx without an API', async () => {
        const files: Files = {
            'node_modules/tsx/package.json': { exports: { '.': './loader.js', './preflight': './preflight.cjs' } },
            'node_modules/tsx/loader.js': '',
            'node_modules/tsx/preflight.cjs': '',
        };
        const directory = await actorFolder({ 'main.ts': '', ...files });
        const entry = { file: join(directory, 'main.ts'), runner: 'tsx' as const };

        expect(await chooseLoader(new FileChangeDetector(), entry, {}, false)).toEqual({
            loader: { type: 'native' },
            options: [
                '--require',
                join(directory, 'node_modules/tsx/preflight.cjs'),
                '--loader',
                pathToFileURL(join(directory, 'node_modules/tsx/loader.js')).href,
            ],
        });
    });

    it.each([
        ['--require ts-node/register', 'main.ts', {}],
        ['--loader ts-node/esm', 'main.ts', { type: 'module' }],
        ['--loader ts-node/esm', 'main.mts', {}],
        ['--require ts-node/register', 'main.cts', { type: 'module' }],
    ])('is %s for a ts-node command with %s in %j', async (options, name, manifest) => {
        const directory = await actorFolder({ [name]: '', 'node_modules/ts-node/package.json': {} });
        const entry = { file: join(directory, name), runner: 'ts-node' as const };

        expect(await chooseLoader(new FileChangeDetector(), entry, manifest, true)).toEqual({
            loader: { type: 'native' },
            options: options.split(' '),
        });
    });

    it('is reported with the build script of a module that is not compiled', async () => {
        const directory = await actorFolder({ 'main.ts': '' });
        const entry = { file: join(directory, 'main.ts'), runner: 'node' as const, isSource: true };

        await expect(
            chooseLoader(new FileChangeDetector(), entry, { scripts: { build: 'tsc' } }, false),
        ).rejects.toThrow(/Run `npm run build` or `npm i -D tsx`/);
    });
});
