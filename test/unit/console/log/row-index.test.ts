import { describe, expect, it } from 'vitest';
import { RowIndex } from '../../../../src/console/log/row-index.js';

describe('an index of rows', () => {
    it('finds each entry by its rows', () => {
        const index = new RowIndex();
        const heights = [1, 3, 1, 2];
        for (const rows of heights) index.add(rows);

        expect(index.rows).toBe(7);
        expect(heights.map((_, entry) => index.rowOf(entry))).toEqual([0, 1, 4, 5]);
        expect([0, 1, 2, 3, 4, 5, 6].map((row) => index.entryAt(row))).toEqual([0, 1, 1, 1, 2, 3, 3]);
    });

    it('has an answer where there is nothing', () => {
        const index = new RowIndex();

        expect([index.rows, index.count, index.rowOf(0), index.entryAt(0)]).toEqual([0, 0, 0, -1]);
    });

    it('agrees with counting, for many entries', () => {
        const index = new RowIndex();
        const owners: number[] = [];
        for (let entry = 0; entry < 5_000; entry += 1) {
            const rows = (entry % 7) + 1;
            index.add(rows);
            for (let row = 0; row < rows; row += 1) owners.push(entry);
        }

        expect(index.rows).toBe(owners.length);
        expect(owners.filter((entry, row) => index.entryAt(row) !== entry)).toEqual([]);
    });
});
