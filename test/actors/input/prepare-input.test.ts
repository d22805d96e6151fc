import { describe, expect, it } from 'vitest';
import { compileInputSchema } from '../../../src/actors/input/input-schema.js';
import { prepareInput } from '../../../src/actors/input/prepare-input.js';
import type { EngineError } from '../../../src/errors/engine-error.js';
import { inputSchema } from '../../support/actors/schema-actor.js';

const JSON_TYPE = 'application/json';

async function prepare(source: Record<string, unknown>, input: unknown, contentType = JSON_TYPE) {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const given = text === undefined ? undefined : { bytes: Buffer.from(text), contentType };
    return { given, prepared: await prepareInput(await compileInputSchema(source), given) };
}

async function prepared(source: Record<string, unknown>, input: unknown): Promise<unknown> {
    const { prepared } = await prepare(source, input);
    return prepared && JSON.parse(prepared.bytes.toString());
}

async function problems(source: Record<string, unknown>, input: unknown): Promise<string[]> {
    try {
        await prepare(source, input);
    } catch (error) {
        const { code, details } = error as { code: string; details: { fields: { message: string }[] } };
        expect(code).toBe('invalid-input');
        return details.fields.map(({ message }) => message);
    }
    return [];
}

const TEXT = { type: 'string', editor: 'textfield' };
const NUMBER = { type: 'integer', editor: 'number' };

describe('the defaults of an input schema', () => {
    const source = inputSchema({
        url: { ...TEXT, default: 'https://example.com' },
        max: { ...NUMBER, prefill: 5 },
        proxy: { type: 'object', editor: 'proxy', default: { useApifyProxy: false } },
        deep: {
            type: 'object',
            editor: 'schemaBased',
            properties: { depth: { title: 'Depth', description: 'Depth', type: 'integer', default: 2 } },
        },
    });

    it('are filled in for missing fields, on every existing level', async () => {
        expect(await prepared(source, { deep: {}, extra: true })).toEqual({
            url: 'https://example.com',
            proxy: { useApifyProxy: false },
            deep: { depth: 2 },
            extra: true,
        });
    });

    it('create an input if there is none', async () => {
        expect(await prepared(source, undefined)).toEqual({
            url: 'https://example.com',
            proxy: { useApifyProxy: false },
        });
        expect((await prepare(source, undefined)).prepared?.contentType).toBe('application/json; charset=utf-8');
    });

    it('do not include prefills, and create no input if the schema has none', async () => {
        expect(await prepared(inputSchema({ max: { ...NUMBER, prefill: 5 } }), undefined)).toBeUndefined();
    });

    it('are different objects for each input', async () => {
        const schema = await compileInputSchema(source);
        const [first, second]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];

        schema.validate(first);
        (first['proxy'] as { useApifyProxy: boolean }).useApifyProxy = true;
        schema.validate(second);

        expect(second['proxy']).toEqual({ useApifyProxy: false });
    });
});

describe('an input without additions', () => {
    it.each([
        ['without defaults', inputSchema({ max: NUMBER }), '{ "max" :1.0e0,\n"b":12345678901234567890 }'],
        ['with all fields that have defaults', inputSchema({ a: { ...TEXT, default: 'x' } }), ' {"a": "y","a":"z"} '],
    ])('does not change by a byte, %s', async (_what, source, text) => {
        const { given, prepared } = await prepare(source, text);

        expect(prepared).toBe(given);
        expect(prepared?.bytes.toString()).toBe(text);
    });

    it('is not changed if it is not JSON', async () => {
        const { given, prepared } = await prepare(inputSchema({ a: TEXT }, { required: ['a'] }), 'text', 'text/plain');

        expect(prepared).toBe(given);
    });
});

describe('an input that does not match its schema', () => {
    it.each([
        ['a field is missing', { url: TEXT }, {}, 'Field input.url is required'],
        ['a type is wrong', { url: TEXT }, { url: 5 }, 'Field input.url must be string'],
        ['null is not allowed', { url: TEXT }, { url: null }, 'Field input.url must be string'],
        [
            'a pattern does not match',
            { url: { ...TEXT, pattern: '^a' } },
            { url: 'b' },
            'Field input.url must match pattern "^a"',
        ],
        [
            'a text is too short',
            { url: { ...TEXT, minLength: 3 } },
            { url: 'b' },
            'Field input.url must NOT have fewer than 3 characters',
        ],
        ['a number is too large', { url: { ...NUMBER, maximum: 3 } }, { url: 4 }, 'Field input.url must be <= 3'],
        [
            'a word is not one of those there are',
            { url: { type: 'string', editor: 'select', enum: ['a', 'b'] } },
            { url: 'c' },
            'Field input.url must be equal to one of the allowed values: "a", "b"',
        ],
        [
            'it has words of its own for it',
            { url: { ...TEXT, pattern: '^a', errorMessage: { pattern: 'Begin with an a' } } },
            { url: 'b' },
            'Begin with an a',
        ],
        [
            'an item is of the wrong type',
            { url: { type: 'array', editor: 'json', items: { type: 'string' } } },
            { url: ['a', 1] },
            'Field input.url.1 must be string',
        ],
        [
            'an array has too many items',
            { url: { type: 'array', editor: 'stringList', maxItems: 1 } },
            { url: ['a', 'b'] },
            'Field input.url must NOT have more than 1 items',
        ],
        [
            'items are the same',
            { url: { type: 'array', editor: 'json', uniqueItems: true } },
            { url: [{ a: 1 }, { a: 1 }] },
            'Field input.url must NOT have duplicate items (items ## 0 and 1 are identical)',
        ],
        [
            'a source has no URL',
            { url: { type: 'array', editor: 'requestListSources' } },
            { url: [{ url: 'https://a.b' }, { url: 'nothing' }, null] },
            'Items in input.url at positions [1,2] do not contain valid URLs',
        ],
        [
            'a proxy is of no country',
            { url: { type: 'object', editor: 'proxy' } },
            { url: { useApifyProxy: true, apifyProxyCountry: 'XX' } },
            'Country code "XX" is invalid. Only ISO 3166-1 alpha-2 country codes are supported.',
        ],
        [
            'a proxy is no proxy',
            { url: { type: 'object', editor: 'proxy' } },
            { url: { useApifyProxy: false, proxyUrls: ['nothing'] } },
            'Proxy URL "nothing" has invalid format, it must be socks[4|4a|5|5h]|http[s]://[username[:password]]@hostname:port.',
        ],
        [
            'a proxy is of the wrong type',
            { url: { type: 'object', editor: 'proxy' } },
            { url: { useApifyProxy: false, proxyUrls: [5] } },
            'Field input.url has a value of the wrong type (url.trim is not a function)',
        ],
        [
            'a date is none',
            { url: { type: 'string', editor: 'datepicker', dateType: 'absolute', pattern: '^\\d{4}-\\d{2}-\\d{2}$' } },
            { url: 'tomorrow' },
            'Field input.url must match pattern "^\\d{4}-\\d{2}-\\d{2}$"',
        ],
        [
            'a storage is no text',
            { url: { type: 'string', editor: 'resourcePicker', resourceType: 'dataset' } },
            { url: { id: 1 } },
            'Field input.url must be string',
        ],
        [
            'a key of former times does not match',
            { url: { type: 'array', editor: 'keyValue', patternKey: '^a' } },
            { url: [{ key: 'a' }, { key: 'b' }] },
            'Keys in input.url at positions [1] must match regular expression "^a"',
        ],
        [
            'a field in a field is missing',
            {
                url: {
                    type: 'object',
                    editor: 'schemaBased',
                    properties: { a: { title: 'A', description: 'A', type: 'string' } },
                    required: ['a'],
                },
            },
            { url: {} },
            'Field input.url.a is required',
        ],
    ] as const)('is refused: %s', async (_what, fields, input, message) => {
        expect(await problems(inputSchema(fields, { required: ['url'] }), input)).toEqual([message]);
    });

    it('is reported by field, once each, in the wording of the platform', async () => {
        const source = inputSchema({ a: TEXT, b: NUMBER }, { required: ['a', 'b'], additionalProperties: false });

        await expect(prepare(source, { b: 'x', c: 1 })).rejects.toMatchObject({
            code: 'invalid-input',
            statusCode: 400,
            message:
                'Input is not valid: Field input.a is required, Property input.c is not allowed, ' +
                'Field input.b must be integer',
            details: {
                fields: [
                    { field: 'a', message: 'Field input.a is required' },
                    { field: 'c', message: 'Property input.c is not allowed.' },
                    { field: 'b', message: 'Field input.b must be integer' },
                ],
            },
        });
    });

    it.each([
        ['[1]', 'an array'],
        ['"text"', 'a string'],
        ['null', 'null'],
        ['5', 'a number'],
    ])('is refused if it is %s', async (text, kind) => {
        await expect(prepare(inputSchema({ a: TEXT }), text)).rejects.toMatchObject({
            code: 'invalid-input',
            message: expect.stringContaining(`must be an object, but is ${kind}`),
        });
    });
});

describe('an input that matches its schema', () => {
    it.each([
        ['null for a nullable field', { a: { ...TEXT, nullable: true } }, { a: null }],
        ['a field that is not in the schema', { a: TEXT }, { b: 1, a: 'x' }],
        ['one of several types', { a: { type: ['string', 'integer'], editor: 'json' } }, { a: 5 }],
        ['a pattern that works only without the flag u', { a: { ...TEXT, pattern: '^[\\w-\\.]+\\-$' } }, { a: 'b-' }],
        [
            'a source with requests of its own',
            { a: { type: 'array', editor: 'requestListSources' } },
            { a: [{ requestsFromUrl: 'https://a.b/list' }] },
        ],
        ['a relative date', { a: { type: 'string', editor: 'datepicker', dateType: 'relative' } }, { a: '3 days' }],
        [
            'the name of a storage',
            { a: { type: 'array', editor: 'resourcePicker', resourceType: 'keyValueStore' } },
            { a: ['x'] },
        ],
    ] as const)('is accepted: %s', async (_what, fields, input) => {
        expect(await prepared(inputSchema(fields), input)).toEqual(input);
    });
});

describe('a hostile input', () => {
    it('keeps fields with names of inherited properties as data', async () => {
        const source = inputSchema({ a: { ...TEXT, default: 'x' }, constructor: { ...TEXT, default: 'y' } });

        const { prepared } = await prepare(source, '{"__proto__":{"polluted":true},"toString":1}');

        expect(prepared?.bytes.toString()).toBe(
            '{"__proto__":{"polluted":true},"toString":1,"a":"x","constructor":"y"}',
        );
        expect({}).not.toHaveProperty('polluted');
    });

    it('does not count inherited properties as fields', async () => {
        const source = inputSchema({ toString: TEXT, valueOf: TEXT }, { required: ['toString', 'valueOf'] });

        expect(await problems(source, {})).toEqual([
            'Field input.toString is required',
            'Field input.valueOf is required',
        ]);
    });

    it('with ten thousand invalid fields reports a hundred of them', async () => {
        const input = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field${index}`, 'x']));
        const reading = prepare(inputSchema({ a: TEXT }, { additionalProperties: false }), input);

        const error = (await reading.catch((thrown: unknown) => thrown)) as EngineError;

        expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/, and 9900 more$/) });
        expect(error.details['fields']).toHaveLength(100);
    });

    it.each([
        ['a pattern', { a: { ...TEXT, pattern: '^(a+)+$' } }, { a: `${'a'.repeat(40)}b` }],
        [
            'a pattern of former times',
            { a: { type: 'object', editor: 'json', patternKey: '^(a+)+$' } },
            { a: { [`${'a'.repeat(40)}b`]: 1 } },
        ],
    ])('that takes too long to validate, by %s, is refused', async (_what, fields, input) => {
        await expect(prepare(inputSchema(fields), input)).rejects.toMatchObject({
            code: 'invalid-input',
            message: expect.stringMatching(/^Input is not valid: .* takes too long to test/),
        });
        expect(
            (await prepare(inputSchema(fields), { a: fields.a.type === 'object' ? { aa: 1 } : 'aa' })).prepared,
        ).toBeDefined();
    });

    it('may be nested deeply', async () => {
        const text = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;

        expect(await problems(inputSchema({ a: { type: 'array', editor: 'json' } }), text)).toEqual([]);
        await expect(
            prepare(inputSchema({ a: { type: 'array', editor: 'json' }, b: { ...TEXT, default: 'x' } }), text),
        ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('nested too deeply') });
    });
});
