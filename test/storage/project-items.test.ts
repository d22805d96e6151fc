import { describe, expect, it } from 'vitest';
import type { Item, ItemsOptions } from '../../src/model/api/storage.js';
import { resolveItemsOptions } from '../../src/storage/dataset/project-items.js';

function project(item: Item, options: ItemsOptions): Item[] {
    return resolveItemsOptions(options).projection!(item);
}

describe('the projection of items', () => {
    it('returns stored items by default', () => {
        const options = { offset: 5, limit: 5, desc: true, clean: false, fields: [], omit: [], unwind: [] };

        expect(resolveItemsOptions(options).projection).toBeUndefined();
    });

    it('selects fields in the given order, under new names', () => {
        const item = { c: 3, a: 1, b: 2 };

        expect(Object.entries(project(item, { fields: ['b', 'c', 'x'] })[0]!)).toEqual([
            ['b', 2],
            ['c', 3],
        ]);
        expect(project(item, { fields: ['b', 'x', 'a'], outputFields: ['B', 'X', 'A'] })).toEqual([{ B: 2, A: 1 }]);
    });

    it('selects each field once, from any number of names', () => {
        const many = Array.from({ length: 50_000 }, (_, index) => `x${index}`);

        expect(project({ b: 2, a: 1 }, { fields: ['a', 'a', ...many, 'b', 'a'] })).toEqual([{ a: 1, b: 2 }]);
        expect(Object.keys(project({ b: 2, a: 1 }, { fields: ['a', ...many, 'b'] })[0]!)).toEqual(['a', 'b']);
        expect(resolveItemsOptions({ fields: ['a', 'b', 'a'] }).columns).toEqual(['a', 'b']);
        expect(project({ a: 1, b: 2 }, { omit: [...many, 'a', 'a'], flatten: [...many, 'b', 'b'] })).toEqual([
            { b: 2 },
        ]);
        expect(() => resolveItemsOptions({ fields: ['a', 'a'], outputFields: ['x', 'y'] })).toThrow(/repetitions/);
    });

    it('rejects an `unwind` that multiplies one item without bound', () => {
        const names = Array.from({ length: 8 }, (_, index) => `f${index}`);
        const item = Object.fromEntries(names.map((name) => [name, Array.from({ length: 20 }, (_, index) => index)]));
        const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`w${index}`, index]));

        expect(project(item, { unwind: names.slice(0, 3) })).toHaveLength(8000);
        expect(project({ a: [[1, 2], 3] }, { unwind: ['a', 'a', 'a'] })).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
        expect(() => resolveItemsOptions({ unwind: Array.from({ length: 101 }, () => 'a') })).toThrow(
            /up to 100 names/,
        );
        expect(() => project(item, { unwind: names })).toThrow(/`options.unwind` turns one item/);
        expect(() => project({ ...wide, list: Array.from({ length: 10_000 }, () => 1) }, { unwind: ['list'] })).toThrow(
            /`options.unwind` turns one item/,
        );
    });

    it('flattens objects up to a depth', () => {
        let deep: unknown = 'leaf';
        for (let level = 0; level < 1000; level += 1) deep = { k: deep };

        const [flat] = project({ a: deep }, { flatten: ['a'] });

        expect(Object.keys(flat!)).toEqual([`a${'.k'.repeat(32)}`]);
        expect(project({ a: { b: { c: 1 }, d: {} } }, { flatten: ['a'] })).toEqual([{ 'a.b.c': 1, 'a.d': {} }]);
    });

    it('omits fields', () => {
        expect(project({ a: 1, b: 2, c: 3 }, { omit: ['b', 'x'] })).toEqual([{ a: 1, c: 3 }]);
        expect(project({ a: 1, b: 2 }, { fields: ['a', 'b'], omit: ['a'] })).toEqual([{ b: 2 }]);
    });

    it.each([
        [
            'an array of objects',
            { id: 1, v: [{ a: 1 }, { a: 2 }] },
            [
                { id: 1, a: 1 },
                { id: 1, a: 2 },
            ],
        ],
        [
            'an array of values',
            { id: 1, v: [7, null] },
            [
                { id: 1, v: 7 },
                { id: 1, v: null },
            ],
        ],
        ['an object', { id: 1, v: { a: 1 } }, [{ id: 1, a: 1 }]],
        ['an empty array', { id: 1, v: [] }, []],
        ['a value', { id: 1, v: 5 }, [{ id: 1, v: 5 }]],
        ['nothing', { id: 1 }, [{ id: 1 }]],
        ['null', { id: 1, v: null }, [{ id: 1, v: null }]],
        ['an element with a field of the parent', { id: 1, v: [{ id: 2 }] }, [{ id: 2 }]],
    ])('unwinds %s', (_, item, expected) => {
        expect(project(item, { unwind: 'v' })).toEqual(expected);
    });

    it('unwinds several fields one after the other', () => {
        const item = { a: [{ b: [{ x: 1 }, { x: 2 }] }, { b: [{ x: 3 }] }] };

        expect(project(item, { unwind: ['a', 'b'] })).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
    });

    it('flattens nested objects in their position', () => {
        const item = { a: 1, foo: { bar: 'hello', deep: { x: 1 }, list: [1], none: {} }, z: { y: 1 } };

        const [flat] = project(item, { flatten: ['foo'] });

        expect(flat).toEqual({
            a: 1,
            'foo.bar': 'hello',
            'foo.deep.x': 1,
            'foo.list': [1],
            'foo.none': {},
            z: { y: 1 },
        });
        expect(Object.keys(flat!)).toEqual(['a', 'foo.bar', 'foo.deep.x', 'foo.list', 'foo.none', 'z']);
    });

    it('hides top-level fields that start with #', () => {
        expect(project({ '#debug': 1, a: { '#b': 2 } }, { skipHidden: true })).toEqual([{ a: { '#b': 2 } }]);
    });

    it('skips items that are empty in the end', () => {
        expect(project({}, { skipEmpty: true })).toEqual([]);
        expect(project({ '#debug': 1 }, { clean: true })).toEqual([]);
        expect(project({ '#debug': 1 }, { skipEmpty: true })).toEqual([{ '#debug': 1 }]);
        expect(project({ a: 1 }, { fields: ['b'], skipEmpty: true })).toEqual([]);
    });

    it('handles unusual field names as data', () => {
        const item = JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3,"#h":0}') as Item;

        for (const options of [{ skipHidden: true }, { fields: ['__proto__', 'constructor', 'toString'] }]) {
            const [shaped] = project(item, options);
            expect(Object.keys(shaped!)).toEqual(['__proto__', 'constructor', 'toString']);
            expect(Object.getPrototypeOf(shaped)).toBe(Object.prototype);
        }
        expect(Object.keys(project(item, { flatten: ['__proto__'] })[0]!)[0]).toBe('__proto__.x');
        expect(project({ a: 1 }, { fields: ['toString', 'a'] })).toEqual([{ a: 1 }]);
        expect(project({ a: 1 }, { unwind: 'constructor' })).toEqual([{ a: 1 }]);
    });
});
