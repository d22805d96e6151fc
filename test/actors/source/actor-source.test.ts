import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readActorSource, type ActorSource } from '../../../src/actors/source/actor-source.js';
import { resolveProgram } from '../../../src/actors/source/resolve-program.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { actorFolder } from './actor-folder.js';

/** Reads a source; `made` lists the created folders. */
async function read(source: ActorSource, options: { name?: string; from?: string } = {}, made: string[] = []) {
    const workDirectory = async (): Promise<string> => {
        made.push(await tempDir());
        return made.at(-1)!;
    };
    return readActorSource(source, { ...options, workDirectory });
}

const refusal = (code: string, part: string) => ({ code, message: expect.stringContaining(part) });

describe('a folder as the source', () => {
    it('is described by its actor.json', async () => {
        const directory = await actorFolder({
            '.actor/actor.json': {
                name: 'me.x/good-name',
                version: '2.1',
                title: 'T',
                environmentVariables: { A: 'b' },
            },
            'main.js': '',
        });

        expect(await read(directory)).toMatchObject({
            name: 'good-name',
            username: 'me.x',
            title: 'T',
            versionNumber: '2.1',
            envVars: { A: 'b' },
            directory,
        });
    });

    it('is named after itself without an actor.json', async () => {
        const from = await actorFolder({ 'My actor!/main.js': '' });

        const blueprint = await read('./My actor!', { from });

        expect(blueprint).toMatchObject({ name: 'My-actor', versionNumber: '0.0', buildTag: 'latest', memory: {} });
        expect(blueprint.definition).toBeUndefined();
    });

    it('can be given another name', async () => {
        const directory = await actorFolder({ '.actor/actor.json': { name: 'good-name' }, 'main.js': '' });

        expect(await read(directory, { name: 'owner/other-name' })).toMatchObject({
            name: 'other-name',
            username: 'owner',
        });
    });

    it('is refused if there is nothing to run', async () => {
        await expect(read(await actorFolder({}))).rejects.toMatchObject(
            refusal('actor-source-invalid', 'no entry module'),
        );
    });

    it('is refused with a name that is not allowed', async () => {
        const directory = await actorFolder({ 'main.js': '' });

        await expect(read(directory, { name: 'no way' })).rejects.toMatchObject(
            refusal('invalid-value', '`options.name` is'),
        );
    });
});

describe('a module file as the source', () => {
    it('is named after the file and starts with it', async () => {
        const directory = await actorFolder({ 'my_job.mjs': '', 'main.js': '' });

        expect(await read(join(directory, 'my_job.mjs'))).toMatchObject({
            name: 'my-job',
            directory,
            entryFile: join(directory, 'my_job.mjs'),
        });
    });
});

describe('code as the source', () => {
    it.each([
        ['ES module', 'export const a = await 1;', undefined, 'main.mjs'],
        ['CommonJS', "const { Actor } = require('apify');", undefined, 'main.cjs'],
        ['file of a given name', 'export default () => 1;', 'job.js', 'job.js'],
    ])('becomes an %s', async (_, source, fileName, expected) => {
        const blueprint = await read({ name: 'my-actor', source, ...(fileName === undefined ? {} : { fileName }) });

        const { program } = await resolveProgram(blueprint);
        expect(blueprint.sourceFiles).toEqual([{ name: expected, format: 'TEXT', content: source }]);
        expect(program).toMatchObject({ entry: join(blueprint.directory, expected), needsSdkHooks: false });
        expect(program).not.toHaveProperty('ownSdk');
    });

    it.each(['../main.js', 'src/main.js', 'main.txt', 7])('cannot be in a file named %j', async (fileName) => {
        const source = { name: 'my-actor', source: '', fileName } as ActorSource;

        await expect(read(source)).rejects.toMatchObject(refusal('invalid-value', '`source.fileName` is'));
    });
});

describe('source files as the source', () => {
    const sourceFiles = [
        { name: '.actor', folder: true as const },
        { name: '.actor/actor.json', content: '{ "name": "in-the-file", "version": "0.3" }' },
        {
            name: 'src/main.js',
            format: 'BASE64' as const,
            content: Buffer.from('export default () => 1;').toString('base64'),
        },
    ];

    it('are written and read like a folder, with the given name', async () => {
        const blueprint = await read({ name: 'my-actor', sourceFiles });

        expect(blueprint).toMatchObject({ name: 'my-actor', versionNumber: '0.3' });
        expect(
            blueprint.sourceFiles?.map((file) => `${'folder' in file ? 'folder' : file.format} ${file.name}`),
        ).toEqual(['folder .actor', 'TEXT .actor/actor.json', 'BASE64 src/main.js']);
        expect(await resolveProgram(blueprint)).toHaveProperty(
            'program.entry',
            join(blueprint.directory, 'src', 'main.js'),
        );
    });

    it('leave nothing behind if they cannot be run', async () => {
        const made: string[] = [];
        const reading = read({ name: 'my-actor', sourceFiles: [{ name: 'a.txt', content: '' }] }, {}, made);

        await expect(reading).rejects.toMatchObject(refusal('actor-source-invalid', 'no entry module'));
        expect(await readdir(join(made[0]!, '..'))).not.toContain(basename(made[0]!));
    });

    it('are refused before anything is written', async () => {
        const made: string[] = [];
        const reading = read({ name: 'my-actor', sourceFiles: [{ name: '../x.js', content: '' }] }, {}, made);

        await expect(reading).rejects.toMatchObject(refusal('actor-source-invalid', "'../x.js'"));
        expect(made).toEqual([]);
    });
});

describe('an invalid source', () => {
    it.each<[string, unknown, object]>([
        ['a run that is not a function', { name: 'my-actor', run: 1 }, refusal('invalid-value', 'a function')],
        ['nothing but a name', { name: 'my-actor' }, refusal('actor-source-invalid', 'has no source')],
        [
            'two sources',
            { name: 'my-actor', source: '', run: () => 1 },
            refusal('actor-source-invalid', 'more than one'),
        ],
        ['an unknown key', { name: 'my-actor', sorce: '' }, refusal('unknown-option', 'Did you mean `source`?')],
        [
            'a source that is not a string',
            { name: 'my-actor', source: 7 },
            refusal('invalid-value', '`source.source` is 7'),
        ],
        ['no name', { source: '' }, refusal('invalid-value', '`name` of the source is undefined')],
        ['a name that is not allowed', { name: 'x_', source: '' }, refusal('invalid-value', '1 to 63')],
        ['null', null, refusal('actor-source-invalid', 'is null, but must be a path')],
        ['nothing', undefined, refusal('actor-source-invalid', 'is undefined, but must be a path')],
    ])('is refused: %s', async (_, source, expected) => {
        await expect(read(source as ActorSource)).rejects.toMatchObject(expected);
    });
});
