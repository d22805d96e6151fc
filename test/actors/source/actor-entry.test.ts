import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../../src/actors/source/actor-entry.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder, type Files } from './actor-folder.js';

async function entryOf(files: Files): Promise<string> {
    const directory = await actorFolder(files);
    const entry = await findEntry(new FileChangeDetector(), directory);
    return `${entry.runner} ${relative(directory, entry.file).replaceAll('\\', '/')}`;
}

const start = (line: string, more: object = {}): Files => ({ 'package.json': { scripts: { start: line }, ...more } });
const ALL: Files = { 'src/main.js': '', 'main.js': '', 'index.js': '', 'lib/a.js': '', 'lib/b.js': '', 'lib/c.js': '' };

describe('the entry of a folder', () => {
    it('is, first, what the start script runs', async () => {
        const docker: Files = { Dockerfile: 'CMD node lib/b.js' };

        expect(await entryOf({ ...ALL, ...docker, ...start('node lib/a.js', { main: 'lib/c.js' }) })).toBe(
            'node lib/a.js',
        );
    });

    it('is, then, what the Dockerfile runs', async () => {
        const files = { ...ALL, 'package.json': { main: 'lib/c.js' }, '.actor/Dockerfile': 'CMD ["node", "lib/b.js"]' };

        expect(await entryOf(files)).toBe('node lib/b.js');
    });

    it('is, then, `main` of package.json', async () => {
        expect(await entryOf({ ...ALL, 'package.json': { main: './lib/c' } })).toBe('node lib/c.js');
    });

    it.each(['src/main.js', 'src/main.ts', 'src/main.mjs', 'main.js', 'main.cjs', 'index.js', 'index.ts'])(
        'is, last, a usual name: %s',
        async (name) => {
            expect(await entryOf({ [name]: '' })).toBe(`node ${name}`);
        },
    );

    it('is looked for in src first', async () => {
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

    it('is found in a Dockerfile that actor.json names', async () => {
        const files = { '.actor/actor.json': { dockerfile: '../docker/Other' }, 'docker/Other': 'CMD node lib/b.js' };

        expect(await entryOf({ ...ALL, ...files })).toBe('node lib/b.js');
    });

    it('may be named by its path in the image', async () => {
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
    ])('is, for %s that is not built yet, its source %s', async (built, source) => {
        expect(await entryOf({ [source]: '', ...start(`node ${built}`) })).toBe(`node ${source}`);
    });

    it('is what was built, once it is there', async () => {
        expect(await entryOf({ 'src/main.ts': '', 'dist/main.js': '', ...start('node dist/main.js') })).toBe(
            'node dist/main.js',
        );
    });

    it('is not looked for in a circle of scripts', async () => {
        const scripts = { start: 'npm run a', a: 'npm start' };

        expect(await entryOf({ 'package.json': { scripts }, 'main.js': '' })).toBe('node main.js');
    });
});

describe('a folder that cannot be started', () => {
    const refusal = (...parts: string[]) =>
        expect.objectContaining({
            code: 'actor-source-invalid',
            message: expect.stringMatching(new RegExp(parts.join('.*'))),
        });

    it('is told with all that was looked for', async () => {
        await expect(entryOf({ 'README.md': '' })).rejects.toEqual(
            refusal('no entry module', 'start script', 'Dockerfile', 'src/main.js', 'index.js', 'Add a src/main.js'),
        );
    });

    it('is told with the modules that are named but missing', async () => {
        await expect(entryOf(start('node dist/app.js', { main: 'gone.js' }))).rejects.toEqual(
            refusal('Missing files: dist/app.js \\(the start script', 'gone.js \\(`main` in package.json\\)'),
        );
    });

    it.each([
        ['python3', { Dockerfile: 'CMD ["python3", "-m", "src"]', 'main.js': '' }],
        ['bun', { ...start('bun src/main.ts'), 'src/main.ts': '' }],
        ['run.sh', { ...start('./run.sh'), 'main.js': '' }],
    ])('is told with the program that starts it: %s', async (program, files) => {
        await expect(entryOf(files)).rejects.toEqual(refusal(`started with \`${program}\``, 'JavaScript'));
    });

    it('is told to be in Python', async () => {
        await expect(entryOf({ 'requirements.txt': '', 'my_actor/main.py': '' })).rejects.toEqual(refusal('in Python'));
    });

    it('is told with the line in package.json that is not JSON', async () => {
        await expect(entryOf({ 'package.json': '{\n  "main": \n}' })).rejects.toEqual(refusal('package.json:3:1'));
    });

    it('is not told so when its Dockerfile names a module after all', async () => {
        const files = { ...start('./run.sh'), Dockerfile: 'CMD node main.js', 'main.js': '' };

        expect(await entryOf(files)).toBe(`node ${join('main.js')}`);
    });
});
