import { describe, expect, it } from 'vitest';
import { WatchTable } from '../../../src/executor/watch-table.js';

describe('the table of the threads that are watched', () => {
    it('is the same for whoever shares its memory', () => {
        const table = new WatchTable();
        const other = new WatchTable(table.shared);

        const strike = table.add(3);
        table.add(7);
        table.isAllowed = true;

        expect(other.threads()).toMatchObject([{ threadId: 3 }, { threadId: 7 }]);
        expect(other.isAllowed).toBe(true);
        strike();
        expect(other.threads()).toMatchObject([{ threadId: 7 }]);
    });

    it('tells one turn of a thread from the next', () => {
        const table = new WatchTable();
        const strike = table.add(3);
        const [first] = table.threads();
        strike();

        table.add(3);

        expect(table.threads()[0]!.turn).not.toBe(first!.turn);
    });

    it('strikes out nobody else when it is told to for the second time', () => {
        const table = new WatchTable();
        const strike = table.add(3);
        strike();
        table.add(7);

        strike();

        expect(table.threads()).toMatchObject([{ threadId: 7 }]);
    });

    it('has room for only so many, and leaves out the rest', () => {
        const table = new WatchTable();
        for (let threadId = 1; threadId <= 5_000; threadId++) table.add(threadId);

        const threads = table.threads();

        expect(threads.length).toBeLessThan(5_000);
        expect(threads.length).toBeGreaterThan(4_000);
        expect(threads.slice(0, 3)).toMatchObject([{ threadId: 1 }, { threadId: 2 }, { threadId: 3 }]);
    });
});
