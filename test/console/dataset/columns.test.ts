import { describe, expect, it } from 'vitest';
import { columnsOf, valueAt } from '../../../src/console/storage/dataset/items.js';
import { viewsOf } from '../../../src/console/storage/dataset/items.js';

describe('the columns of items', () => {
    it('are all their fields, in the order of first occurrence', () => {
        const items = [{ b: 1, a: 2 }, { c: 3, a: 4 }, null, 'text'];

        expect(columnsOf(items).map(({ field }) => field)).toEqual(['b', 'a', 'c']);
    });

    it('are those of the view first, with its labels', () => {
        const [view] = viewsOf({
            views: { v: { transformation: { fields: ['b', 'a'] }, display: { properties: { a: { label: 'A!' } } } } },
        });

        expect(columnsOf([{ a: 1, x: 2 }], view)).toEqual([
            { field: 'b', label: 'b' },
            { field: 'a', label: 'A!' },
            { field: 'x', label: 'x' },
        ]);
    });

    it('only find own values of an item', () => {
        const columns = columnsOf([JSON.parse('{ "__proto__": 1, "constructor": 2 }')]);

        expect(columns.map(({ field }) => field)).toEqual(['__proto__', 'constructor']);
        expect(columns.map((column) => valueAt({}, column))).toEqual([undefined, undefined]);
    });
});
