import * as fc from 'fast-check';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { compileInputSchema } from '../../src/actors/input/input-schema.js';
import { mutationsOf, anyJson, anyText } from '../support/arbitraries/edge-cases.js';
import { checkProperty } from '../support/arbitraries/property.js';
import { findUnexpectedError, refusal } from '../support/refusals.js';

/*
 * User-written files of an Actor. Any contents are parsed, or rejected with a documented error.
 */

const INPUT_SCHEMA = {
    title: 'Input',
    type: 'object',
    schemaVersion: 1,
    properties: {
        url: {
            title: 'URL',
            type: 'string',
            description: 'x',
            editor: 'textfield',
            pattern: '^https?://',
            default: 'http://a',
            minLength: 1,
        },
        count: {
            title: 'Count',
            type: 'integer',
            description: 'x',
            minimum: 1,
            maximum: 10,
            default: 5,
            unit: 'pages',
        },
        pages: {
            title: 'Pages',
            type: 'array',
            description: 'x',
            editor: 'requestListSources',
            prefill: [{ url: 'http://a' }],
        },
        secret: { title: 'Secret', type: 'string', description: 'x', editor: 'textfield', isSecret: true },
        deep: {
            title: 'Deep',
            type: 'object',
            description: 'x',
            editor: 'json',
            patternKey: '^a+$',
            patternValue: '^b+$',
        },
        kind: {
            title: 'Kind',
            type: 'string',
            description: 'x',
            editor: 'select',
            enum: ['a', 'b'],
            enumTitles: ['A', 'B'],
        },
    },
    required: ['url'],
};
const INPUT = { url: 'http://b', count: 3, pages: [{ url: 'http://c' }], secret: 'x', deep: { aa: 'bb' }, kind: 'a' };

describe('an input schema', () => {
    it('is rejected, or validates any input', async () => {
        const property = fc.asyncProperty(mutationsOf(INPUT_SCHEMA), mutationsOf(INPUT), async (schema, input) => {
            if (!isObject(schema) || !isObject(input)) return;
            const wrong = await findUnexpectedError(async () =>
                (await compileInputSchema(schema)).validate(structuredClone(input)),
            );
            expect(wrong).toBeUndefined();
        });
        await checkProperty(property, 30);
    });
});

const ACTOR_JSON = {
    actorSpecification: 1,
    name: 'an-actor',
    title: 'Title',
    version: '0.1',
    buildTag: 'latest',
    defaultMemoryMbytes: 'input.n * 128',
    minMemoryMbytes: 128,
    maxMemoryMbytes: 1024,
    environmentVariables: { A: 'b', C: '@secret' },
    dockerfile: './Dockerfile',
    input: INPUT_SCHEMA,
    output: {
        actorOutputSchemaVersion: 1,
        title: 'Output',
        properties: { all: { type: 'string', title: 'All', template: '{{links.apiDefaultDatasetUrl}}' } },
    },
    storages: {
        dataset: {
            actorSpecification: 1,
            fields: { type: 'object' },
            views: { all: { title: 'All', transformation: { fields: ['a'] }, display: { component: 'table' } } },
        },
    },
    usesStandbyMode: false,
};
const PACKAGE = {
    name: 'an-actor',
    type: 'module',
    main: 'main.js',
    scripts: { start: 'node main.js' },
    dependencies: { apify: '^3.0.0' },
};

describe('the files of an Actor', () => {
    it('create an Actor, or are rejected with the name of the invalid file', async () => {
        const json = (value: unknown): fc.Arbitrary<string> =>
            fc.oneof(
                { arbitrary: mutationsOf(value).map((one) => JSON.stringify(one) ?? ''), weight: 8 },
                { arbitrary: anyText, weight: 1 },
                { arbitrary: anyJson.map((one) => JSON.stringify(one)), weight: 1 },
            );
        const dockerfile = fc.oneof(
            fc.constantFrom(
                'FROM x\nCMD ["node", "main.js"]',
                'CMD npm start',
                'CMD ["node"',
                'ENTRYPOINT x',
                'CMD []',
                'CMD node --x ../../main.js',
            ),
            anyText,
        );
        await using engine = await createEngine();
        const property = fc.asyncProperty(
            json(ACTOR_JSON),
            json(PACKAGE),
            dockerfile,
            async (actorJson, packageJson, docker) => {
                const sourceFiles = Object.entries({
                    '.actor/actor.json': actorJson,
                    'package.json': packageJson,
                    Dockerfile: docker,
                    'main.js': '',
                }).map(([name, content]) => ({ name, content, format: 'TEXT' as const }));
                const error = await refusal(() => engine.addActor({ name: 'under-test', sourceFiles }));

                if (error !== undefined) {
                    expect(error).toMatchObject({
                        name: 'EngineError',
                        code: expect.not.stringMatching('internal-error'),
                    });
                    return;
                }
                const actor = engine.client.actor('under-test');
                const problem = await refusal(() => actor.validateInput({ n: 1 }));
                if (problem !== undefined) expect(problem).toMatchObject({ code: 'invalid-input' });
                await (await actor.defaultBuild()).getOpenApiDefinition();
            },
        );
        await checkProperty(property, 12);
    });
});

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
