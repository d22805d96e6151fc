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
            if (step % 1_000 === 500) expect(isSame(table, model)).toBe(true);
        }
        expect(isSame(table, model)).toBe(true);
    });
});

function isSame(table: RecordTable<number>, model: Map<string, number>): boolean {
    const keys = [...model.keys()].toSorted();
    const middle = keys.length >>> 1;
    const sum = [...model.values()].reduce((total, size) => total + size, 0);
    return (
        Array.from(table.entries(), ({ key }) => key).join() === keys.join() &&
        table.entries(keys[middle]).next().value?.key === keys[middle + 1] &&
        table.bytes === sum
    );
}
