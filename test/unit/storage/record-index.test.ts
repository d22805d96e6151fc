import { describe, expect, it } from 'vitest';
import { RecordIndex, type IndexedRecord } from '../../../src/storage/record-index.js';
import { seededRandom } from '../../support/random.js';

describe('an index of records', () => {
    it('has the order of its keys, and the sum of their sizes, whatever comes and goes', () => {
        const next = seededRandom(7);
        const random = (below: number): number => Math.floor(next() * below);
        const index = new RecordIndex();
        const model = new Map<string, number>();
        for (let step = 0; step < 30_000; step++) {
            const key = `key-${random(5_000)}`;
            if (random(3) === 0) {
                index.delete(key);
                model.delete(key);
            } else {
                index.set(key, { contentType: 'text/plain', size: step });
                model.set(key, step);
            }
            // The order is there from the first listing on, and kept up after it.
            if (step % 1_000 === 500) expect(isSame(index, model)).toBe(true);
        }
        expect(isSame(index, model)).toBe(true);
    });
});

function isSame(index: RecordIndex<IndexedRecord>, model: Map<string, number>): boolean {
    const keys = [...model.keys()].toSorted();
    const middle = keys.length >>> 1;
    const sum = [...model.values()].reduce((total, size) => total + size, 0);
    return (
        Array.from(index.entries(), ({ key }) => key).join() === keys.join() &&
        index.entries(keys[middle]).next().value?.key === keys[middle + 1] &&
        index.bytes === sum
    );
}
