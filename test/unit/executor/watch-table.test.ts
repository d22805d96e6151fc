import { describe, expect, it } from 'vitest';
import { WatchTable } from '../../../src/executor/watch-table.js';

describe('the table of the threads that are watched', () => {
    it('is the same for whoever shares its memory', () => {
        const table = new WatchTable();
        const other = new WatchTable(table.shared);

        const strike = table.add(3);
        table.add(7);

        expect(other.threadIds()).toEqual([3, 7]);
        strike();
        expect(other.threadIds()).toEqual([7]);
    });

    it('tells that a look is late which has been promised', () => {
        const table = new WatchTable();

        table.promise(-500);

        expect(table.latenessMillis()).toBeGreaterThanOrEqual(499);
    });

    it('tells of no lateness where nothing has been promised, or no longer is', () => {
        const table = new WatchTable();
        expect(table.latenessMillis()).toBeLessThan(0);
        table.promise(-500);

        table.promise();

        expect(table.latenessMillis()).toBeLessThan(0);
    });

    it('has room for only so many, and leaves out the rest', () => {
        const table = new WatchTable();
        for (let threadId = 1; threadId <= 300; threadId++) table.add(threadId);

        expect(table.threadIds().length).toBeLessThan(300);
        expect(table.threadIds().slice(0, 3)).toEqual([1, 2, 3]);
    });
});
