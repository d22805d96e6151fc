import { describe, expect, it } from 'vitest';
import { readActorJson } from '../../../src/actors/definition/actor-json.js';
import { compileInputSchema } from '../../../src/actors/input/input-schema.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { inputSchema } from '../../support/actors/schema-actor.js';
import { actorFolder, type Files } from '../source/actor-folder.js';

const TEXT = { type: 'string', editor: 'textfield' };

async function read(files: Files) {
    const directory = await actorFolder(files);
    return { directory, reading: readActorJson(new FileChangeDetector(), directory, 'fallback') };
}

const actorJson = (rest: object) => ({ actorSpecification: 1, name: 'my-actor', version: '0.1', ...rest });

describe('an invalid input schema', () => {
    it.each([
        ['without a title', { ...inputSchema({}), title: undefined }, 'Field schema.title is required', 'title'],
        [
            'of another version',
            inputSchema({}, { schemaVersion: 2 }),
            'Field schema.schemaVersion must be <= 1',
            'schemaVersion',
        ],
        ['with a word it cannot have', inputSchema({}, { foo: 1 }), 'Property schema.foo is not allowed', 'foo'],
        [
            'with a type that there is not',
            inputSchema({ a: { type: 'strin' } }),
            'schema.properties.a is not matching any',
            'properties.a',
        ],
        [
            'with an editor of another type',
            inputSchema({ a: { type: 'string', editor: 'proxy' } }),
            'schema.properties.a.editor must be equal',
            'properties.a.editor',
        ],
        [
            'without an editor',
            inputSchema({ a: { type: 'string' } }),
            'Field schema.properties.a.editor is required',
            'properties.a.editor',
        ],
        [
            'with a field that is none',
            inputSchema({ a: TEXT }, { properties: { a: null } }),
            'Field schema.properties.a must be object',
            'properties.a',
        ],
        [
            'with a pattern that is none',
            inputSchema({ a: { ...TEXT, pattern: '([' } }),
            'The regular expression "(["',
            'properties.a.pattern',
        ],
        [
            'that requires what it has not',
            inputSchema({ a: TEXT }, { required: ['b'] }),
            'schema.properties.b does not exist',
            'properties.b',
        ],
        [
            'with a default for a secret',
            inputSchema({ a: { ...TEXT, isSecret: true, default: 'x' } }),
            'schema.properties.a.default',
            'properties.a.default',
        ],
        [
            'with a part of a field that is none',
            inputSchema({ a: { type: 'object', editor: 'json', properties: { b: 5 } } }),
            'Field schema.properties.a.properties.b must be object',
            'properties.a.properties.b',
        ],
    ])('is reported when it is read: %s', async (_what, schema, problem, field) => {
        const { directory, reading } = await read({
            '.actor/actor.json': actorJson({ input: './in/schema.json' }),
            '.actor/in/schema.json': schema,
        });

        const file = `${directory}/.actor/in/schema.json`;
        await expect(reading).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(
                /^The input schema in .* is not valid: .*\. Correct it there; see https:.*\.$/,
            ),
            details: { file, field },
        });
        await expect(reading).rejects.toThrow(problem);
    });

    it('is reported with its file', async () => {
        const inside = await read({ '.actor/actor.json': actorJson({ input: {} }) });
        await expect(inside.reading).rejects.toMatchObject({
            details: { file: `${inside.directory}/.actor/actor.json` },
        });

        const usual = await read({ 'INPUT_SCHEMA.json': {} });
        await expect(usual.reading).rejects.toMatchObject({
            details: { file: `${usual.directory}/INPUT_SCHEMA.json` },
        });
    });

    it('has a field with a forbidden name', async () => {
        const schema = `{"title":"x","type":"object","schemaVersion":1,"properties":{"__proto__":{"type":"string"}}}`;
        const { reading } = await read({ '.actor/actor.json': actorJson({}), '.actor/input_schema.json': schema });

        await expect(reading).rejects.toThrow('__proto__ has a forbidden name');
    });

    it('is nested too deeply', async () => {
        const depth = 20_000;
        const field = '{"title":"a","description":"a","type":"object","editor":"json","properties":{"a":';
        const text = `{"title":"x","type":"object","schemaVersion":1,"properties":{"a":${field.repeat(depth)}{}${'}}'.repeat(depth)}}}`;
        const { reading } = await read({ '.actor/actor.json': actorJson({}), '.actor/input_schema.json': text });

        await expect(reading).rejects.toMatchObject({ code: 'actor-source-invalid' });
    });

    it('is larger than the platform allows', async () => {
        const { reading } = await read({
            'INPUT_SCHEMA.json': inputSchema({ a: { ...TEXT, example: 'x'.repeat(500_000) } }),
        });

        await expect(reading).rejects.toThrow('larger than 500000 bytes');
    });
});

describe('an input schema', () => {
    it('may have deprecated keywords, on any level', async () => {
        const schema = await compileInputSchema(
            inputSchema({
                pairs: { type: 'array', editor: 'keyValue', patternKey: '^a', patternValue: '^b' },
                patternKey: { ...TEXT },
            }),
        );

        expect(schema.validate({ pairs: [{ key: 'a', value: 'b' }], patternKey: 'x' })).toEqual([]);
        expect(schema.validate({ patternKey: 5 })).toHaveLength(1);
    });

    it('is compiled once, even from another object', async () => {
        const source = inputSchema({ once: TEXT });

        const [first, second, other] = await Promise.all([
            compileInputSchema(source),
            compileInputSchema(source),
            compileInputSchema(structuredClone(source)),
        ]);

        expect(second).toBe(first);
        expect(other).toBe(first);
    });

    it('may have patterns of any length, and thousands of fields', async () => {
        const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`f${index}`, TEXT]));
        const pattern = `^(${Array.from({ length: 5000 }, (_, index) => `word${index}`).join('|')})$`;
        const schema = await compileInputSchema(inputSchema({ ...fields, long: { ...TEXT, pattern } }));

        expect(schema.validate({ long: 'word4999', f2999: 'x' })).toEqual([]);
        expect(schema.validate({ long: 'word5000', f2999: 5 })).toHaveLength(2);
    });
});

describe('an invalid storage schema', () => {
    it.each([
        ['dataset', { fields: { type: 'strin' } }, '`fields` is not a valid JSON Schema'],
        ['keyValueStore', { collections: { a: {} } }, '`collections.a` must have either'],
    ])('is reported when it is read: of a %s', async (kind, schema, problem) => {
        const { directory, reading } = await read({
            '.actor/actor.json': actorJson({ storages: { [kind]: './storage.json' } }),
            '.actor/storage.json': schema,
        });

        await expect(reading).rejects.toMatchObject({
            code: 'actor-source-invalid',
            details: { file: `${directory}/.actor/storage.json` },
        });
        await expect(reading).rejects.toThrow(problem);
    });

    it('is reported for each of several datasets', async () => {
        const datasets = { default: {}, other: { fields: 5 } };
        const { reading } = await read({ '.actor/actor.json': actorJson({ storages: { datasets } }) });

        await expect(reading).rejects.toThrow('`fields` must be an object');
    });

    it.each([
        ['without a default one', { datasets: { other: {} } }, 'has no `default`'],
        ['with a single one beside them', { dataset: {}, datasets: { default: {} } }, 'cannot be combined with'],
        ['with an invalid alias', { datasets: { default: {}, 'a-b': {} } }, "has the alias 'a-b'"],
        ['too many of them', { datasets: { default: {}, ...manyDatasets(10) } }, 'has 11 datasets'],
    ])('is several datasets %s', async (_what, storages, problem) => {
        const { reading } = await read({ '.actor/actor.json': actorJson({ storages }) });

        await expect(reading).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining(problem),
            details: { field: 'storages.datasets' },
        });
    });
});

function manyDatasets(count: number): object {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`more${index}`, {}]));
}
