import { describe, expect, it } from 'vitest';
import { readItemsOptions, exportPath, exportUrl } from '../../../src/console/storage/dataset/items.js';

describe('The options of the items view', () => {
    const url = 'http://0.0.0.0:8080/v2/datasets/x/items?signature=s%2B';

    it('are empty by default', () => {
        expect(exportUrl(url, readItemsOptions(new URLSearchParams('as=json&offset=3')))).toBe(url);
    });

    it('are read from the query', () => {
        const query = { view: 'v', fields: 'a,b c', clean: '1', desc: '1', unwind: 'x' };

        expect(readItemsOptions(new URLSearchParams(query))).toEqual(query);
    });

    it('keep the signature of the public URL, without its host', () => {
        const path = exportPath(url, 'csv', readItemsOptions(new URLSearchParams('clean=1')));

        expect(path).toBe('/v2/datasets/x/items?signature=s%2B&clean=1&format=csv&attachment=1');
    });
});
