import { describe, expect, it } from 'vitest';
import { PoolShelf } from '../../../src/executor/pool-shelf.js';

/** A shelf whose pools are known by their keys, and the keys of those that it has given up. */
function makeShelf() {
    const givenUp: string[] = [];
    const shelf = new PoolShelf<{ key: string }>(({ key }) => givenUp.push(key));
    return { givenUp, shelf, find: (key: string) => shelf.find(key, () => ({ key })) };
}

describe('a shelf of pools', () => {
    it('has one pool for each kind', () => {
        const { find } = makeShelf();

        expect(find('a').pool).toBe(find('a').pool);
        expect(find('b').pool).not.toBe(find('a').pool);
    });

    it('gives up the one that was not used for longest when there are too many', () => {
        const { find, givenUp } = makeShelf();
        for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) find(key);
        find('a');

        find('g');
        find('h');

        expect(givenUp).toEqual(['b', 'c']);
    });

    it('keeps those of which threads are taken, however many there are', () => {
        const { shelf, find, givenUp } = makeShelf();
        const taken = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => {
            const shelved = find(key);
            shelf.take(shelved);
            return shelved;
        });

        find('h');
        shelf.giveBack(taken[3]!);
        find('i');

        expect(givenUp).toEqual(['d']);
        expect(find('a').pool).toBe(taken[0]!.pool);
    });
});
