import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildScript, builtActor, outputOf, writeFolder } from '../support/actors/built-actor.js';
import { makeEngine } from '../support/make-engine.js';

describe('an Actor in a folder', () => {
    const MODULE = "export default () => 'as it was';";
    const CHANGED = "export default () => 'changed';";

    it('is read at each start, unless it is a snapshot', async () => {
        const folder = await writeFolder({ 'main.mjs': MODULE });
        const engine = await makeEngine();
        await engine.addActor(folder, { name: 'under-test' });
        await engine.addActor(folder, { name: 'the-copy', snapshot: true });

        await writeFile(join(folder, 'main.mjs'), CHANGED);

        expect(await outputOf(engine)).toBe('changed');
        expect(await (await engine.call('the-copy')).output()).toBe('as it was');
    });

    it('is copied by a build, which runs can select', async () => {
        const folder = await writeFolder({ 'main.mjs': MODULE });
        const engine = await makeEngine();
        await engine.addActor(folder, { name: 'under-test' });
        const { id } = await engine.client.actor('under-test').build('0.0', { tag: 'stable' });
        await engine.client.build(id).waitForFinish();

        await writeFile(join(folder, 'main.mjs'), CHANGED);

        expect(await outputOf(engine, { build: 'stable' })).toBe('as it was');
        expect(await outputOf(engine)).toBe('changed');
    });

    it('is copied without storages and version history, and with its packages linked', async () => {
        const folder = await writeFolder({
            'main.mjs': "import { answer } from 'a-package'; export default () => answer;",
            'package.json': JSON.stringify({ dependencies: { 'a-package': '1' } }),
            'node_modules/a-package/package.json': '{ "name": "a-package", "exports": "./index.mjs" }',
            'node_modules/a-package/index.mjs': 'export const answer = 7;',
            'storage/key_value_stores/default/INPUT.json': '{}',
            '.git/HEAD': 'ref',
        });
        const storageDir = join(folder, 'kept');
        const engine = await makeEngine({ storageDir });

        await engine.addActor(folder, { name: 'under-test', snapshot: true });

        expect(await outputOf(engine)).toBe(7);
        const [copy = ''] = (await readdir(join(storageDir, 'sources'))).filter((name) => name !== 'node_modules');
        expect((await readdir(join(storageDir, 'sources', copy, 'actor'))).toSorted()).toEqual([
            'main.mjs',
            'node_modules',
            'package.json',
        ]);
    });

    it('has the packages of its workspace', async () => {
        const folder = await writeFolder({
            'main.mjs': "import { answer } from 'hoisted'; export default () => answer;",
        });
        const modules = join(dirname(folder), 'node_modules', 'hoisted');
        await mkdir(modules, { recursive: true });
        await writeFile(join(modules, 'package.json'), '{ "name": "hoisted", "exports": "./index.mjs" }');
        await writeFile(join(modules, 'index.mjs'), 'export const answer = 8;');
        const engine = await makeEngine();

        await engine.addActor(folder, { name: 'under-test', snapshot: true });

        expect(await outputOf(engine)).toBe(8);
    });

    it('is not registered if its snapshot fails', async () => {
        const folder = await writeFolder(builtActor("console.log('no way'); process.exit(1);"));
        const engine = await makeEngine();

        const adding = engine.addActor(folder, { name: 'under-test', snapshot: true });

        await expect(adding).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining('no way'),
        });
        expect(await engine.client.actor('under-test').get()).toBeUndefined();
        expect(await engine.client.builds().list()).toMatchObject({ total: 0 });
    });

    it('is unchanged if a further snapshot fails', async () => {
        const folder = await writeFolder(builtActor(buildScript('good')));
        const engine = await makeEngine();
        await engine.addActor(folder, { name: 'under-test', snapshot: true });
        await writeFile(join(folder, 'build.js'), 'process.exit(1);');

        const adding = engine.addActor(folder, { name: 'under-test', snapshot: true, isPublic: true });

        await expect(adding).rejects.toMatchObject({ code: 'actor-source-invalid' });
        expect(await engine.client.actor('under-test').get()).toMatchObject({ isPublic: false });
        expect(await outputOf(engine)).toBe('good');
    });

    it.each([
        ['a function', { name: 'under-test', run: () => 1 }],
        ['a module', 'test/actors/builds/builds.test.ts'],
    ])('can be a snapshot, but %s cannot', async (_, source) => {
        const engine = await makeEngine();

        const adding = engine.addActor(source, { snapshot: true });

        await expect(adding).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining('snapshot'),
        });
    });

    it('keeps its secrets when it is added again', async () => {
        const folder = await writeFolder({
            'main.mjs': 'export default () => [process.env.SECRET, process.env.OF_FILE];',
            '.actor/actor.json': JSON.stringify({ version: '1.2', environmentVariables: { OF_FILE: 'file' } }),
        });
        const engine = await makeEngine();
        await engine.addActor(folder, { name: 'under-test' });
        const version = engine.client.actor('under-test').version('1.2');
        expect(await version.envVars().list()).toMatchObject({ items: [{ name: 'OF_FILE', value: 'file' }] });
        await version.envVars().create({ name: 'SECRET', value: 'not-for-others', isSecret: true });

        await engine.addActor(folder, { name: 'under-test' });

        expect(await outputOf(engine)).toEqual(['not-for-others', 'file']);
    });
});
