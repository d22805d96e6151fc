import { describe, expect, it } from 'vitest';
import { catchError, createStorages, type StorageSetup } from '../../support/storages.js';

const FIELDS = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { name: { type: 'string' }, price: { type: 'number', minimum: 0, nullable: true } },
    required: ['name'],
};
const COLLECTIONS = {
    documents: { title: 'Documents', keyPrefix: 'document-' },
    images: { title: 'Images', keyPrefix: 'image-', contentTypes: ['image/png', 'image/jpeg'] },
    stats: {
        title: 'Statistics',
        key: 'STATS',
        contentTypes: ['application/json'],
        jsonSchema: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] },
    },
};
const JSON_TYPE = 'application/json; charset=utf-8';

/** Returns a JSON Schema of nested arrays. */
function nested(depth: number): object {
    return Array.from({ length: depth }).reduce<object>((items) => ({ type: 'array', items }), {});
}

/** The contract of storages with a schema, for each backend. */
export function describeStorageSchemas(setup: StorageSetup): void {
    describe('a dataset whose schema has fields', () => {
        it('accepts items that match', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create({ schema: { fields: FIELDS } });

            dataset.push([{ name: 'a' }, { name: 'b', price: null, more: true }]);
            dataset.push('{"name":"c","price":5}');

            expect((await dataset.list()).items.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
        });

        it('stores nothing of a push with an item that does not match, and reports all problems', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create({ schema: { fields: FIELDS } });
            dataset.push({ name: 'before' });

            const error = await catchError(() => dataset.push([{ name: 'a' }, { price: 'much' }, { name: 1 }]));

            expect(error).toMatchObject({
                code: 'schema-validation-error',
                statusCode: 400,
                message: expect.stringContaining('item 1/price must be number'),
                data: {
                    invalidItems: [
                        {
                            itemPosition: 1,
                            validationErrors: [
                                expect.objectContaining({ keyword: 'required', params: { missingProperty: 'name' } }),
                                {
                                    instancePath: '/price',
                                    schemaPath: '#/properties/price/type',
                                    keyword: 'type',
                                    params: { type: 'number' },
                                    message: 'must be number',
                                },
                            ],
                        },
                        { itemPosition: 2, validationErrors: [expect.objectContaining({ instancePath: '/name' })] },
                    ],
                },
            });
            expect((await dataset.list()).items).toEqual([{ name: 'before' }]);
        });

        it.each([
            ['date-time', '2026-11-26T10:00:00Z', '26 November'],
            ['date', '2026-02-28', '2026-02-30'],
            ['email', 'ada@example.com', 'ada at example'],
            ['uri', 'https://example.com/a?b#c', 'example'],
            ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
            ['ipv4', '127.0.0.1', '127.0.0.256'],
            ['int32', 5, 2 ** 40],
        ])('accepts only the format %s', async (format, good, bad) => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create({ schema: { fields: { properties: { a: { format } } } } });
            dataset.push([{ a: good }, { a: true }]);

            const error = await catchError(() => dataset.push({ a: bad }));

            expect(error).toMatchObject({
                code: 'schema-validation-error',
                message: expect.stringContaining(`item 0/a must match format "${format}"`),
            });
            expect((await dataset.list()).items).toEqual([{ a: good }, { a: true }]);
        });

        it('accepts any value for an unknown format', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create({ schema: { fields: { properties: { a: { format: 'colour' } } } } });

            dataset.push({ a: 'x' });

            expect(dataset.info().itemCount).toBe(1);
        });

        it('refuses a push that its pattern cannot test in time', async () => {
            const { datasets } = await createStorages(setup);
            const fields = { properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
            const dataset = datasets.create({ schema: { fields } });
            dataset.push({ a: 'aaa' });

            const error = await catchError(() => dataset.push([{ a: 'aa' }, { a: `${'a'.repeat(40)}b` }]));

            expect(error).toMatchObject({
                code: 'schema-validation-error',
                message: expect.stringMatching(/the pattern `\^\(a\+\)\+\$` takes too long to test.* at item 1\./),
            });
            expect((await dataset.list()).items).toEqual([{ a: 'aaa' }]);
        });

        it('grants no direct writes, which would bypass the validation', async () => {
            const { datasets } = await createStorages(setup);

            expect(datasets.create({ schema: { fields: FIELDS } }).grantDirectWrites()).toBeUndefined();
            expect(datasets.create({ schema: { fields: {}, views: {} } }).grantDirectWrites()).toBeDefined();
        });

        it('returns a copy of its schema', async () => {
            const { datasets } = await createStorages(setup);
            const schema = { fields: structuredClone(FIELDS) };
            const { storage } = datasets.getOrCreate('named', schema);

            schema.fields.required = [];
            storage.info().schema!['fields'] = {};

            expect(storage.info().schema).toEqual({ fields: FIELDS });
            expect(() => storage.push({})).toThrow('Schema validation failed');
        });

        it('validates new items by its new schema', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const grant = dataset.grantDirectWrites();
            dataset.push({ n: 1 });

            dataset.update({ schema: { fields: FIELDS }, title: 'Checked' });
            const refused = await catchError(() => dataset.push({ n: 2 }));
            const isGranted = dataset.grantDirectWrites() !== undefined;
            dataset.update({ schema: null });
            dataset.push({ n: 3 });

            expect(refused).toMatchObject({ code: 'schema-validation-error' });
            expect({ grant, isGranted }).toMatchObject({ grant: expect.anything(), isGranted: false });
            expect((await dataset.list()).items).toEqual([{ n: 1 }, { n: 3 }]);
            expect(dataset.info()).not.toHaveProperty('schema');
        });

        it('keeps its schema if an update fails', async () => {
            const { datasets } = await createStorages(setup);
            datasets.getOrCreate('taken');
            const dataset = datasets.create({ schema: { fields: FIELDS } });

            const error = await catchError(() => dataset.update({ schema: {}, name: 'taken' }));

            expect(error).toMatchObject({ code: 'name-not-unique' });
            expect(dataset.info().schema).toEqual({ fields: FIELDS });
            expect(() => dataset.push({})).toThrow('Schema validation failed');
        });

        it.each([
            ['that is no object', 'text', /an object/],
            ['whose fields are no object', { fields: 5 }, /`fields` must be an object/],
            ['with a type that there is not', { fields: { type: 'strin' } }, /`fields` is not a valid JSON Schema/],
            ['of another draft', { fields: { $schema: 'https://json-schema.org/draft/2020-12/schema' } }, /no schema/],
            ['that points elsewhere', { fields: { $ref: 'https://example.com/schema.json' } }, /can't resolve/],
            ['that is no plain data', { fields: {}, size: 1n }, /cannot be written as JSON/],
            ['that is nested without end', { fields: nested(5000) }, /cannot be written as JSON|nested too deeply/],
            ['that answers later', { fields: { $async: true, type: 'object' } }, /\$async/],
        ])('is not created with a schema %s', async (_what, schema, message) => {
            const { datasets } = await createStorages(setup);

            const error = await catchError(() => datasets.getOrCreate('bad', schema as never));

            expect(error).toMatchObject({ code: 'invalid-value', message: expect.stringMatching(message) });
            expect(datasets.find('bad')).toBeUndefined();
            await expect(catchError(() => datasets.create().update({ schema } as never))).resolves.toMatchObject({
                code: 'invalid-value',
            });
        });

        it.runIf(setup.isPersistent)('still validates after a close and after a crash', async () => {
            const storages = await createStorages(setup);
            const { id } = storages.datasets.getOrCreate('kept', { fields: FIELDS }).storage;
            const dataset = () => storages.datasets.find(id)!;
            dataset().push({ name: 'a' });
            await storages.reopen();

            expect(() => dataset().push({})).toThrow('Schema validation failed');

            dataset().update({ schema: { fields: { required: ['other'] } } });
            await storages.reopenAfterCrash();

            expect(() => dataset().push({ name: 'b' })).toThrow('Schema validation failed');
            expect(dataset().info()).toMatchObject({ itemCount: 1, schema: { fields: { required: ['other'] } } });
        });
    });

    describe('a key-value store whose schema has collections', () => {
        it('accepts records of the types and shapes of its collections, and any record under other keys', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create({ schema: { collections: COLLECTIONS } });

            await store.set('image-1', Buffer.from([1]), 'image/png');
            await store.set('image-2', Buffer.from([1]), 'Image/JPEG; q=1');
            await store.set('STATS', Buffer.from('{"count":3}'), JSON_TYPE);
            await store.set('document-1', Buffer.from('x'), 'text/plain');
            await store.set('other', Buffer.from('x'), 'text/plain');

            expect(store.listKeys().count).toBe(5);
        });

        it.each([
            ['of another type', 'image-1', 'x', 'text/plain', /`image-1` has the type `text\/plain`/],
            ['of another shape', 'STATS', '{"count":"three"}', JSON_TYPE, /\/count must be integer/],
            ['that is not valid JSON', 'STATS', '{', JSON_TYPE, /is not valid JSON/],
        ])('refuses a record %s', async (_what, key, value, contentType, message) => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create({ schema: { collections: COLLECTIONS } });

            const error = await catchError(() => store.set(key, Buffer.from(value), contentType));

            expect(error).toMatchObject({
                code: 'schema-validation-error',
                message: expect.stringMatching(message),
                details: { key },
            });
            expect(store.has(key)).toBe(false);
        });

        it('refuses a record that its pattern cannot test in time', async () => {
            const { keyValueStores } = await createStorages(setup);
            const jsonSchema = { propertyNames: { pattern: '^(a+)+$' } };
            const store = keyValueStores.create({ schema: { collections: { c: { key: 'A', jsonSchema } } } });
            const value = Buffer.from(JSON.stringify({ [`${'a'.repeat(40)}b`]: 1 }));

            const error = await catchError(() => store.set('A', value, JSON_TYPE));

            expect(error).toMatchObject({
                code: 'schema-validation-error',
                message: expect.stringContaining('takes too long to test'),
            });
            expect(store.has('A')).toBe(false);
        });

        it('lists the keys of a collection, page by page', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create({ schema: { collections: COLLECTIONS } });
            for (const key of ['document-1', 'document-2', 'document-21', 'document', 'a', 'z']) {
                await store.set(key, Buffer.from('x'), 'text/plain');
            }
            await store.set('STATS', Buffer.from('{"count":1}'), JSON_TYPE);
            const keysOf = (options: object) => store.listKeys(options).items.map(({ key }) => key);

            expect(keysOf({ collection: 'documents' })).toEqual(['document-1', 'document-2', 'document-21']);
            expect(keysOf({ collection: 'documents', prefix: 'document-2' })).toEqual(['document-2', 'document-21']);
            expect(keysOf({ collection: 'documents', prefix: 'a' })).toEqual([]);
            expect(keysOf({ collection: 'documents', prefix: 'doc' })).toHaveLength(3);
            expect(keysOf({ collection: 'stats' })).toEqual(['STATS']);
            expect(keysOf({ collection: 'images' })).toEqual([]);
            expect(store.listKeys({ collection: 'documents', limit: 2 })).toMatchObject({
                isTruncated: true,
                nextExclusiveStartKey: 'document-2',
            });
            expect(keysOf({ collection: 'documents', exclusiveStartKey: 'document-2' })).toEqual(['document-21']);
        });

        it('refuses unknown collections', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create({ schema: { collections: COLLECTIONS } });

            expect(await catchError(() => store.listKeys({ collection: 'image' }))).toMatchObject({
                code: 'invalid-collection',
                message: expect.stringContaining('Did you mean `images`?'),
            });
            expect(await catchError(() => keyValueStores.create().listKeys({ collection: 'images' }))).toMatchObject({
                code: 'invalid-collection',
            });
            expect(await catchError(() => store.listKeys({ collection: '__proto__' }))).toMatchObject({
                code: 'invalid-collection',
            });
        });

        it.each([
            ['that are no object', 5],
            ['one of which is none', { a: 5 }],
            ['one of which has no keys', { a: { title: 'A' } }],
            ['one of which has both kinds of keys', { a: { key: 'a', keyPrefix: 'b' } }],
            ['one of which has types that are none', { a: { key: 'a', contentTypes: 'text/plain' } }],
            ['one of which has no JSON Schema', { a: { key: 'a', jsonSchema: { type: 1 } } }],
        ])('is not created with collections %s', async (_what, collections) => {
            const { keyValueStores } = await createStorages(setup);

            const error = await catchError(() => keyValueStores.getOrCreate('bad', { collections }));

            expect(error).toMatchObject({
                code: 'invalid-value',
                message: expect.stringContaining('collections'),
            });
            expect(keyValueStores.find('bad')).toBeUndefined();
        });

        it.runIf(setup.isPersistent)('still validates after a crash', async () => {
            const storages = await createStorages(setup);
            const { id } = storages.keyValueStores.create({ schema: { collections: COLLECTIONS } });
            await storages.reopenAfterCrash();

            const store = storages.keyValueStores.find(id)!;

            expect(store.info().schema).toEqual({ collections: COLLECTIONS });
            expect(() => store.set('image-1', Buffer.from('x'), 'text/plain')).toThrow('Schema validation failed');
        });
    });

    it('a request queue has no schema', async () => {
        const { requestQueues } = await createStorages(setup);

        const error = await catchError(() => requestQueues.getOrCreate('queue', {}));

        expect(error).toMatchObject({
            code: 'unknown-option',
            message: 'A request queue has no schema. Leave `schema` out.',
        });
    });
}
