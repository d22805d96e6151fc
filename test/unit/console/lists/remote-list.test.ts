import { describe, expect, it } from 'vitest';
import { RemoteList, type ListPart } from '../../../../src/console/lists/remote-list.js';

interface Asked {
    offset: number;
    answer: (part: ListPart<string>) => void;
    refuse: (error: Error) => void;
}

function makeList(pageSize = 2) {
    const asked: Asked[] = [];
    let changes = 0;
    const list = new RemoteList<string>({
        pageSize,
        onChange: () => (changes += 1),
        load: (offset) => new Promise((answer, refuse) => asked.push({ offset, answer, refuse })),
    });
    return { list, asked, changes: () => changes };
}

async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
}

describe('a list that is read where it is looked at', () => {
    it('reads the pages that are wanted, once', async () => {
        const { list, asked } = makeList();

        list.ensure(3, 6);
        list.ensure(2, 5);
        asked[0]!.answer({ items: ['c', 'd'], total: 6 });
        await settle();

        expect(asked.map(({ offset }) => offset)).toEqual([2, 4]);
        expect([list.total, list.at(2), list.at(3), list.at(0)]).toEqual([6, 'c', 'd', undefined]);
    });

    it('shows what it had while it is read anew, and is cut when it has become shorter', async () => {
        const { list, asked } = makeList();
        list.ensure(0, 4);
        asked[0]!.answer({ items: ['a', 'b'], total: 4 });
        asked[1]!.answer({ items: ['c', 'd'], total: 4 });
        await settle();

        list.refresh();
        const shownMeanwhile = list.at(0);
        asked[2]!.answer({ items: ['a'], total: 1 });
        await settle();

        expect(shownMeanwhile).toBe('a');
        expect([list.total, list.at(0), list.at(1), list.at(3)]).toEqual([1, 'a', undefined, undefined]);
    });

    it('takes no answer to what was asked before it was read anew', async () => {
        const { list, asked } = makeList();

        list.ensure(0, 2);
        list.refresh();
        asked[1]!.answer({ items: ['new'], total: 1 });
        await settle();
        asked[0]!.answer({ items: ['old', 'old'], total: 2 });
        await settle();

        expect([list.total, list.at(0)]).toEqual([1, 'new']);
    });

    it('moves all by one for what is new, and reads the page anew that is not whole any more', async () => {
        const { list, asked } = makeList();
        list.ensure(0, 2);
        asked[0]!.answer({ items: ['b', 'c'], total: 4 });
        await settle();

        list.prepend('a');
        list.ensure(0, 4);

        expect([list.total, list.at(0), list.at(1), list.at(2)]).toEqual([5, 'a', 'b', 'c']);
        expect(asked.map(({ offset }) => offset)).toEqual([0, 2]);
    });

    it('says why a page could not be read, and tries it again when it is looked at again', async () => {
        const { list, asked, changes } = makeList();

        list.ensure(0, 2);
        asked[0]!.refuse(new Error('offline'));
        await settle();
        expect([(list.error as Error).message, changes()]).toEqual(['offline', 1]);

        list.ensure(0, 2);
        asked[1]!.answer({ items: [], total: 0 });
        await settle();
        expect([list.error, list.total]).toEqual([undefined, 0]);
    });

    it('changes an item in its place', async () => {
        const { list, asked } = makeList();
        list.ensure(0, 2);
        asked[0]!.answer({ items: ['a', 'b'], total: 2 });
        await settle();

        expect(
            list.replace(
                (item) => item === 'b',
                () => 'B',
            ),
        ).toBe(true);
        expect(
            list.replace(
                (item) => item === 'x',
                () => 'X',
            ),
        ).toBe(false);
        expect(list.at(1)).toBe('B');
    });
});
