import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readActorJson } from '../../../src/actors/definition/actor-json.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder, type Files } from '../source/actor-folder.js';

async function read(files: Files, boundary?: (directory: string) => string) {
    const directory = await actorFolder(files);
    return readActorJson(new FileChangeDetector(), directory, 'fallback', boundary?.(directory));
}

const schema = (title: string) => ({ title, type: 'object', schemaVersion: 1, properties: {} });
const withFields = (fields: object): Files => ({ '.actor/actor.json': fields });

describe('a folder with an actor.json', () => {
    it('defines its Actor', async () => {
        const facts = await read(
            withFields({
                actorSpecification: 1,
                name: 'owner/my-actor',
                version: '1.02.7',
                title: 'Title',
                buildTag: 'beta',
                environmentVariables: { A: '1', __proto__: 'x' },
                defaultMemoryMbytes: 512,
                minMemoryMbytes: 128,
                maxMemoryMbytes: 3000,
                usesStandbyMode: false,
            }),
        );

        expect(facts).toMatchObject({
            name: 'my-actor',
            username: 'owner',
            versionNumber: '1.2',
            buildTag: 'beta',
            envVars: { A: '1' },
            memory: { default: 512, min: 128, max: 3000 },
            definition: { name: 'my-actor', version: '1.02.7', title: 'Title', usesStandbyMode: false },
        });
    });

    it('may omit fields that only a deployment needs', async () => {
        const facts = await read(withFields({}));

        expect(facts).toEqual({
            versionNumber: '0.0',
            buildTag: 'latest',
            envVars: {},
            memory: {},
            definition: { actorSpecification: 1, name: 'fallback', version: '0.0', environmentVariables: {} },
        });
    });

    it('may have it at the top level, in the old form', async () => {
        const facts = await read({ 'actor.json': { name: 'old-actor', version: '0.1', env: { A: 'b' } } });

        expect(facts).toMatchObject({ name: 'old-actor', versionNumber: '0.1', envVars: { A: 'b' } });
    });

    it('keeps an expression for the memory, without a default', async () => {
        const facts = await read(withFields({ defaultMemoryMbytes: "get(input, 'urls.length', 1) * 128" }));

        expect(facts.memory.default).toBeUndefined();
        expect(facts.definition?.defaultMemoryMbytes).toBe("get(input, 'urls.length', 1) * 128");
    });

    it.each([
        ['name', { name: 'my actor' }],
        ['name', { name: 7 }],
        ['version', { version: 0.1 }],
        ['version', { version: 'one' }],
        ['version', { version: '100.0' }],
        ['title', { title: {} }],
        ['buildTag', { buildTag: 1 }],
        ['actorSpecification', { actorSpecification: 2 }],
        ['environmentVariables', { environmentVariables: ['A'] }],
        ['environmentVariables.A', { environmentVariables: { A: 1 } }],
        ['defaultMemoryMbytes', { defaultMemoryMbytes: 1000 }],
        ['minMemoryMbytes', { minMemoryMbytes: 64 }],
        ['maxMemoryMbytes', { maxMemoryMbytes: '1 GB' }],
        ['minMemoryMbytes', { minMemoryMbytes: 512, maxMemoryMbytes: 256 }],
        ['input', { input: 7 }],
        ['storages', { storages: [] }],
        ['storages.dataset', { storages: { dataset: 7 } }],
        ['storages.datasets.other', { storages: { datasets: { other: false } } }],
    ])('is refused for its `%s`: %j', async (field, fields) => {
        await expect(read(withFields(fields))).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(new RegExp(`^\`${field}\` in .*actor\\.json is .*must be .*\\.$`)),
        });
    });
});

describe('the schemas of an Actor', () => {
    it('are read from the files that actor.json points to, from its own folder', async () => {
        const facts = await read({
            ...withFields({
                inputSchema: './input.json',
                output: '../output.json',
                storages: { dataset: './items.json', keyValueStore: { title: 'Records' } },
            }),
            '.actor/input.json': schema('Input'),
            'output.json': schema('Output'),
            '.actor/items.json': schema('Items'),
        });

        expect(facts.definition).toMatchObject({
            input: { title: 'Input' },
            output: { title: 'Output' },
            storages: { dataset: { title: 'Items' }, keyValueStore: { title: 'Records' } },
        });
        expect(facts.definition).not.toHaveProperty('inputSchema');
    });

    it('may be inline in actor.json', async () => {
        const facts = await read(
            withFields({ input: schema('Here'), storages: { datasets: { default: schema('D') } } }),
        );

        expect(facts.definition).toMatchObject({
            input: { title: 'Here' },
            storages: { datasets: { default: { title: 'D' } } },
        });
    });

    it.each(['.actor/INPUT_SCHEMA.json', 'INPUT_SCHEMA.json'])('are found in a conventional file: %s', async (file) => {
        const facts = await read({ [file]: schema('Found') });

        expect(facts.definition).toMatchObject({ name: 'fallback', input: { title: 'Found' } });
    });

    it('are reported with their path if they are missing', async () => {
        await expect(read(withFields({ storages: { dataset: './gone.json' } }))).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(/`storages.dataset` in .* refers to .*gone\.json, which does not exist/),
        });
    });

    it('are reported with line and column if they are not JSON', async () => {
        await expect(read({ ...withFields({ input: './i.json' }), '.actor/i.json': '{\n,}' })).rejects.toThrow(
            'i.json:2:1',
        );
    });

    it('cannot be outside of the folder of a source passed as text', async () => {
        const files = { ...withFields({ input: '../../outside.json' }) };

        await expect(read(files, (directory) => directory)).rejects.toThrow('is outside of the Actor');
    });

    it('may be inside of the folder of a source passed as text', async () => {
        const files = { ...withFields({ input: '../..in.json' }), '..in.json': schema('In') };

        expect(await read(files, (directory) => join(directory))).toHaveProperty('definition.input.title', 'In');
    });
});

describe('a folder without definition files', () => {
    it('has no definition', async () => {
        expect((await read({})).definition).toBeUndefined();
    });
});
