import { describe, expect, it } from 'vitest';
import { RecordTable } from '../../../src/storage/record-table.js';
import { seededRandom } from '../../support/random.js';

describe('a table of records', () => {
    it('has the order of its keys, and the sum of their sizes, whatever comes and goes', () => {
        const next = seededRandom(7);
        const random = (below: number): number => Math.floor(next() * below);
        const table = new RecordTable<number>();
        const model = new Map<string, number>();
        for (let step = 0; step < 30_000; step++) {
            const key = `key-${random(5_000)}`;
            if (random(3) === 0) expect(table.delete(key)).toBe(model.delete(key));
            else {
                table.set({ key, contentType: 'text/plain', size: step }, step);
                model.set(key, step);
            }
            // The order is there from the first listing on, and kept up after it.
            if (step % 1_000 === 500) expectSame(table, model);
        }
        expectSame(table, model);
    });
});

function expectSame(table: RecordTable<number>, model: Map<string, number>): void {
    const keys = [...model.keys()].toSorted();
    expect(Array.from(table.entries(), ({ key }) => key)).toEqual(keys);
    const middle = keys[keys.length >>> 1]!;
    expect(table.entries(middle).next().value?.key).toBe(keys[(keys.length >>> 1) + 1]);
    expect(table.bytes).toBe([...model.values()].reduce((sum, size) => sum + size, 0));
    expect(table.size).toBe(model.size);
}
