import { Ajv, type ErrorObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../src/util/json/ajv.js';

const ARRAYS: unknown[][] = [
    [],
    [1],
    [1, 2, 1, 2],
    [1, '1', true, null],
    [null, null],
    ['a', 'b', 'b', 'a'],
    [{ a: 1, b: 2 }, { c: 3 }, { b: 2, a: 1 }],
    [{ a: 1 }, { a: '1' }],
    [['a', 1], { a: 1 }, ['object', 'a', 1], ['array']],
    [
        [1, 2],
        [2, 1],
        [1, 2],
        [1, 2],
    ],
    [{ a: { x: 1, y: [{ p: 1, q: 2 }] } }, { a: { y: [{ q: 2, p: 1 }], x: 1 } }],
    [0, -0],
    [JSON.parse('{"__proto__": 1}'), {}, JSON.parse('{"__proto__": 1}')],
];
const SCHEMAS: object[] = [
    { uniqueItems: true },
    { uniqueItems: false },
    { uniqueItems: true, items: { type: 'object' } },
    { properties: { list: { uniqueItems: true } } },
];
const PLAIN: unknown[][] = [['a', 'b', 'b', 'a', 'a'], ['a', 'b'], []];

function ajvErrors(schema: object, value: unknown): readonly ErrorObject[] {
    const validate = new Ajv({ strict: false, allErrors: true, ownProperties: true }).compile(schema);
    return validate(value) ? [] : validate.errors!;
}

describe('the check of unique items', () => {
    it.each(SCHEMAS.flatMap((schema) => ARRAYS.map((items) => [schema, items] as const)))(
        'finds by %j what ajv finds in %j',
        (schema, items) => {
            const value = 'properties' in schema ? { list: items } : items;

            expect(compileSchema(schema)(value)).toEqual(ajvErrors(schema, value));
        },
    );

    it.each(PLAIN)('finds in plain items what ajv finds: %j', (...items) => {
        const schema = { uniqueItems: true, items: { type: 'string' } };

        expect(compileSchema(schema)(items)).toEqual(ajvErrors(schema, items));
    });

    it('checks each item once', () => {
        let looks = 0;
        const items = Array.from({ length: 5_000 }, (_, index) => ({
            get index() {
                looks += 1;
                return index;
            },
        }));

        expect(compileSchema({ uniqueItems: true })(items)).toEqual([]);
        expect(looks).toBeLessThanOrEqual(2 * items.length);
    });
});
