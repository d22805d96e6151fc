import { describe, expect, it } from 'vitest';
import { MemoryRecordMap } from '../../src/storage/memory/memory-record-map.js';
import { seededRandom } from '../support/arbitraries/random.js';

describe('an index of records', () => {
    it('keeps the order of its keys and the sum of their sizes through random changes', () => {
        const next = seededRandom(7);
        const random = (below: number): number => Math.floor(next() * below);
        const index = new MemoryRecordMap();
        const model = new Map<string, number>();
        for (let step = 0; step < 30_000; step++) {
            const key = `key-${random(5_000)}`;
            if (random(3) === 0) {
                index.delete(key);
                model.delete(key);
            } else {
                index.write(key, 'text/plain', Buffer.alloc(step % 100));
                model.set(key, step % 100);
            }
            // The first listing creates the order, later changes maintain it.
            if (step % 1_000 === 500) expect(isSame(index, model)).toBe(true);
        }
        expect(isSame(index, model)).toBe(true);
    });
});

function isSame(index: MemoryRecordMap, model: Map<string, number>): boolean {
    const keys = [...model.keys()].toSorted();
    const middle = keys.length >>> 1;
    const sum = [...model.values()].reduce((total, size) => total + size, 0);
    return (
        Array.from(index.entries(), ({ key }) => key).join() === keys.join() &&
        index.entries(keys[middle]).next().value?.key === keys[middle + 1] &&
        index.bytes === sum
    );
}
