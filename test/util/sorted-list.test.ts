import { describe, expect, it } from 'vitest';
import { SortedList } from '../../src/util/collections/sorted-list.js';
import { seededRandom, createSeeds } from '../support/arbitraries/random.js';

interface Entry {
    key: number;
    sequence: number;
}

const compare = (a: Entry, b: Entry): number => a.key - b.key || a.sequence - b.sequence;

/** What a list says when it is asked at random, and what it should say: as an array does that has the same. */
function ask(list: SortedList<Entry>, same: readonly Entry[], random: () => number): [unknown, unknown] {
    const start = Math.floor(random() * (same.length + 1));
    const end = start + Math.floor(random() * (same.length - start + 1));
    const key = Math.floor(random() * 100);
    return [
        {
            size: list.size,
            all: [...list.forward()],
            some: [...list.forward(start, end)],
            backward: [...list.backward(start, end)],
            at: list.at(start),
            found: list.findIndex((entry) => entry.key >= key),
        },
        {
            size: same.length,
            all: same,
            some: same.slice(start, end),
            backward: same.slice(start, end).toReversed(),
            at: same[start],
            found: same.filter((entry) => entry.key < key).length,
        },
    ];
}

describe('an ordered list', () => {
    it.each(createSeeds(4))('is as an array that is kept sorted, whatever is done to it (seed %s)', (seed) => {
        const random = seededRandom(seed);
        const list = new SortedList(compare);
        const expected: Entry[] = [];
        for (let step = 0; step < 6000; step++) {
            // First it grows, then it shrinks.
            const grows = random() < (step < 3500 ? 0.9 : 0.2);
            const place = Math.floor(random() * expected.length);
            const entry = grows ? { key: Math.floor(random() * 100), sequence: step } : expected[place];
            if (grows) {
                list.add(entry!);
                expected.push(entry!);
                expected.sort(compare);
            } else if (entry !== undefined) {
                list.delete(entry);
                expected.splice(place, 1);
            }
            const [said, should] = step % 300 === 0 ? ask(list, expected, random) : [];
            expect(said).toEqual(should);
        }
    });

    it('takes entries that come in order, and gives them away from the front', () => {
        const list = new SortedList<number>((a, b) => a - b);
        for (let n = 0; n < 2000; n++) list.add(n);

        for (let n = 0; n < 1500; n++) list.delete(n);
        list.delete(3);

        expect([list.size, list.at(0), list.at(499), list.at(500)]).toEqual([500, 1500, 1999, undefined]);
        expect([...list.backward(498)]).toEqual([1999, 1998]);
    });

    it('is nothing when it is empty', () => {
        const list = new SortedList<number>((a, b) => a - b);

        list.delete(1);

        expect([list.size, list.at(0), list.findIndex(() => true)]).toEqual([0, undefined, 0]);
        expect([...list.forward(), ...list.backward()]).toEqual([]);
    });
});
