import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../../src/actors/source/actor-entry.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder, type Files } from './actor-folder.js';

async function entryOf(files: Files): Promise<string> {
    const directory = await actorFolder(files);
    const entry = await findEntry(new FileChangeDetector(), directory);
    return `${entry.command?.runner ?? 'node'} ${relative(directory, entry.file).replaceAll('\\', '/')}`;
}

const start = (line: string, more: object = {}): Files => ({ 'package.json': { scripts: { start: line }, ...more } });
const ALL: Files = { 'src/main.js': '', 'main.js': '', 'index.js': '', 'lib/a.js': '', 'lib/b.js': '', 'lib/c.js': '' };

describe('the entry of a folder', () => {
    it('is first the module of the Dockerfile, which the platform runs', async () => {
        const docker: Files = { Dockerfile: 'CMD node lib/b.js' };

        expect(await entryOf({ ...ALL, ...docker, ...start('node lib/a.js', { main: 'lib/c.js' }) })).toBe(
            'node lib/b.js',
        );
    });

    it('is then the module of the start script', async () => {
        const docker: Files = { Dockerfile: 'FROM node\nRUN npm install' };

        expect(await entryOf({ ...ALL, ...docker, ...start('node lib/a.js', { main: 'lib/c.js' }) })).toBe(
            'node lib/a.js',
        );
    });

    it('is then `main` of package.json', async () => {
        expect(await entryOf({ ...ALL, 'package.json': { main: './lib/c' } })).toBe('node lib/c.js');
    });

    it.each(['src/main.js', 'src/main.ts', 'src/main.mjs', 'main.js', 'main.cjs', 'index.js', 'index.ts'])(
        'is last a conventional name: %s',
        async (name) => {
            expect(await entryOf({ [name]: '' })).toBe(`node ${name}`);
        },
    );

    it('is searched in src first', async () => {
        expect(await entryOf(ALL)).toBe('node src/main.js');
    });

    it('is found through scripts that run scripts, as in the templates for TypeScript', async () => {
        const scripts = {
            start: 'npm run start:dev',
            'start:dev': 'tsx src/main.ts',
            'start:prod': 'node dist/main.js',
        };

        expect(await entryOf({ 'package.json': { scripts }, 'src/main.ts': '' })).toBe('tsx src/main.ts');
    });

    it('is found through scripts that the Dockerfile runs', async () => {
        const files = { 'package.json': { scripts: { serve: 'node lib/a.js' } }, Dockerfile: 'CMD npm run serve' };

        expect(await entryOf({ ...ALL, ...files })).toBe('node lib/a.js');
    });

    it('is found in a Dockerfile that actor.json refers to', async () => {
        const files = { '.actor/actor.json': { dockerfile: '../docker/Other' }, 'docker/Other': 'CMD node lib/b.js' };

        expect(await entryOf({ ...ALL, ...files })).toBe('node lib/b.js');
    });

    it('may be a path in the image', async () => {
        expect(await entryOf({ ...ALL, Dockerfile: 'CMD ["node", "/usr/src/app/lib/a.js"]' })).toBe('node lib/a.js');
    });

    it.each([
        ['node .', 'node index.js'],
        ['node lib/a', 'node lib/a.js'],
        ['node pages', 'node pages/index.js'],
    ])('is found as Node would, for `%s`', async (line, entry) => {
        expect(await entryOf({ 'index.js': '', 'lib/a.js': '', 'pages/index.js': '', ...start(line) })).toBe(entry);
    });

    it.each([
        ['dist/main.js', 'src/main.ts'],
        ['dist/src/main.js', 'src/main.ts'],
        ['build/jobs/run.mjs', 'src/jobs/run.mts'],
        ['dist/main', 'src/main.ts'],
        ['main.js', 'main.ts'],
    ])('for %s, which is not built yet, is its source %s', async (built, source) => {
        expect(await entryOf({ [source]: '', ...start(`node ${built}`) })).toBe(`node ${source}`);
    });

    it('is the built file once it exists', async () => {
        expect(await entryOf({ 'src/main.ts': '', 'dist/main.js': '', ...start('node dist/main.js') })).toBe(
            'node dist/main.js',
        );
    });

    it('is not searched in a cycle of scripts', async () => {
        const scripts = { start: 'npm run a', a: 'npm start' };

        expect(await entryOf({ 'package.json': { scripts }, 'main.js': '' })).toBe('node main.js');
    });
});

describe('a folder without entry', () => {
    const refusal = (...parts: string[]) =>
        expect.objectContaining({
            code: 'actor-source-invalid',
            message: expect.stringMatching(new RegExp(parts.join('.*'))),
        });

    it('is reported with all searched locations', async () => {
        await expect(entryOf({ 'README.md': '' })).rejects.toEqual(
            refusal('no entry module', 'Dockerfile', 'start script', 'src/main.js', 'index.js', 'Add a src/main.js'),
        );
    });

    it('is reported with the missing modules', async () => {
        await expect(entryOf(start('node dist/app.js', { main: 'gone.js' }))).rejects.toEqual(
            refusal('Missing files: dist/app.js \\(the start script', 'gone.js \\(`main` in package.json\\)'),
        );
    });

    it.each([
        ['python3', { Dockerfile: 'CMD ["python3", "-m", "src"]', 'main.js': '' }],
        ['bun', { ...start('bun src/main.ts'), 'src/main.ts': '' }],
        ['run.sh', { ...start('./run.sh'), 'main.js': '' }],
    ])('is reported with the program of its start command: %s', async (program, files) => {
        await expect(entryOf(files)).rejects.toEqual(refusal(`started with \`${program}\``, 'JavaScript'));
    });

    it('is reported as Python', async () => {
        await expect(entryOf({ 'requirements.txt': '', 'my_actor/main.py': '' })).rejects.toEqual(refusal('in Python'));
    });

    it('is reported with the line in package.json that is not JSON', async () => {
        await expect(entryOf({ 'package.json': '{\n  "main": \n}' })).rejects.toEqual(refusal('package.json:3:1'));
    });

    it('is not reported if its Dockerfile runs a module', async () => {
        const files = { ...start('./run.sh'), Dockerfile: 'CMD node main.js', 'main.js': '' };

        expect(await entryOf(files)).toBe(`node ${join('main.js')}`);
    });
});
