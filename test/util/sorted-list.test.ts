import { describe, expect, it } from 'vitest';
import { SortedList } from '../../src/util/collections/sorted-list.js';
import { seededRandom, createSeeds } from '../support/arbitraries/random.js';

interface Entry {
    key: number;
    sequence: number;
}

const compare = (a: Entry, b: Entry): number => a.key - b.key || a.sequence - b.sequence;

/** Returns the results of random reads of a list, and of the same reads of an equal array. */
function readBoth(list: SortedList<Entry>, array: readonly Entry[], random: () => number): [unknown, unknown] {
    const start = Math.floor(random() * (array.length + 1));
    const end = start + Math.floor(random() * (array.length - start + 1));
    const key = Math.floor(random() * 100);
    return [
        {
            size: list.size,
            all: [...list.forward()],
            range: [...list.forward(start, end)],
            backward: [...list.backward(start, end)],
            at: list.at(start),
            found: list.findIndex((entry) => entry.key >= key),
        },
        {
            size: array.length,
            all: array,
            range: array.slice(start, end),
            backward: array.slice(start, end).toReversed(),
            at: array[start],
            found: array.filter((entry) => entry.key < key).length,
        },
    ];
}

describe('SortedList', () => {
    it.each(createSeeds(4))('behaves like a sorted array (seed %s)', (seed) => {
        const random = seededRandom(seed);
        const list = new SortedList(compare);
        const expected: Entry[] = [];
        for (let step = 0; step < 6000; step++) {
            // First it grows, then it shrinks.
            const grows = random() < (step < 3500 ? 0.9 : 0.2);
            const index = Math.floor(random() * expected.length);
            const entry = grows ? { key: Math.floor(random() * 100), sequence: step } : expected[index];
            if (grows) {
                list.add(entry!);
                expected.push(entry!);
                expected.sort(compare);
            } else if (entry !== undefined) {
                list.delete(entry);
                expected.splice(index, 1);
            }
            const [actual, wanted] = step % 300 === 0 ? readBoth(list, expected, random) : [];
            expect(actual).toEqual(wanted);
        }
    });

    it('accepts appended entries and deletes from the front', () => {
        const list = new SortedList<number>((a, b) => a - b);
        for (let n = 0; n < 2000; n++) list.add(n);

        for (let n = 0; n < 1500; n++) list.delete(n);
        list.delete(3);

        expect([list.size, list.at(0), list.at(499), list.at(500)]).toEqual([500, 1500, 1999, undefined]);
        expect([...list.backward(498)]).toEqual([1999, 1998]);
    });

    it('returns nothing when empty', () => {
        const list = new SortedList<number>((a, b) => a - b);

        list.delete(1);

        expect([list.size, list.at(0), list.findIndex(() => true)]).toEqual([0, undefined, 0]);
        expect([...list.forward(), ...list.backward()]).toEqual([]);
    });
});
