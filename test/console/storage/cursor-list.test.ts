import { describe, expect, it } from 'vitest';
import { CursorList } from '../../../src/console/api/long-list.js';

function makeList(pages: (number[] | Error)[], isShown?: (item: number) => boolean) {
    const asked: (string | undefined)[] = [];
    const list = new CursorList<number>({
        ...(isShown && { isShown }),
        onChange: () => {},
        load: async (cursor) => {
            asked.push(cursor);
            const index = Number(cursor ?? 0);
            const page = pages[index]!;
            if (page instanceof Error) {
                pages[index] = [];
                throw page;
            }
            return { items: page, next: index + 1 < pages.length ? String(index + 1) : undefined };
        },
    });
    return { list, asked };
}

async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
}

describe('A list with a cursor', () => {
    it('is read as far as needed', async () => {
        const { list, asked } = makeList([[1, 2], [3, 4], [5]]);

        list.ensure(3);
        await settle();
        expect([list.items, list.isComplete, asked]).toEqual([[1, 2, 3, 4], false, [undefined, '1']]);

        list.ensure(100);
        await settle();
        expect([list.items, list.isComplete]).toEqual([[1, 2, 3, 4, 5], true]);
    });

    it('continues past pages without shown items', async () => {
        const { list } = makeList([[1], [3], [5], [6, 8], [10]], (item) => item % 2 === 0);

        list.ensure(1);
        await settle();

        expect([list.items, list.readCount, list.isComplete]).toEqual([[6, 8], 5, false]);
    });

    it('stops at an error, reports it, and continues on request', async () => {
        const { list, asked } = makeList([[1], new Error('offline'), [3]]);

        list.ensure(Infinity);
        await settle();
        expect([(list.error as Error).message, asked.length]).toEqual(['offline', 2]);

        list.ensure(Infinity);
        await settle();
        expect([list.items, list.error, list.isComplete]).toEqual([[1, 3], undefined, true]);
    });

    it('does not read once closed', async () => {
        const { list, asked } = makeList([[1], [2], [3]]);

        list.ensure(Infinity);
        list.close();
        await settle();

        expect(asked).toHaveLength(1);
    });
});
