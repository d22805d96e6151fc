import { describe, expect, it } from 'vitest';
import { ALL_ITEMS, exportPath, itemsQuery } from '../../../../src/console/storage/dataset/items.js';

describe('the query for items', () => {
    it('says nothing where nothing is chosen', () => {
        expect(String(itemsQuery(ALL_ITEMS))).toBe('');
    });

    it('says what is chosen', () => {
        const query = itemsQuery({ view: 'v', fields: ['a', 'b c'], clean: true, desc: true, unwind: 'x' });

        expect(Object.fromEntries(query)).toEqual({ view: 'v', fields: 'a,b c', clean: '1', desc: '1', unwind: 'x' });
    });

    it('keeps the signature of the public URL, and leaves its host out', () => {
        const path = exportPath('http://0.0.0.0:80/v2/datasets/x/items?signature=s%2B', 'csv', {
            ...ALL_ITEMS,
            clean: true,
        });

        expect(path).toBe('/v2/datasets/x/items?signature=s%2B&clean=1&format=csv&attachment=1');
    });
});
