import { describe, expect, it } from 'vitest';
import { LogStore } from '../../src/logs/log-store.js';
import { MAX_LOG_CHARS } from '../../src/logs/run-log.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import type { LogBatch } from '../../src/protocol/console.js';

function openStore() {
    const store = new LogStore({ clock: new ManualClock(0), onLine: () => {}, onWriteError: () => {} });
    return { store, log: store.open('run') };
}

/** Follows a log in the background. Returns the batches so far, and a promise for its end. */
function follow(store: LogStore, from: number) {
    const leave = new AbortController();
    const batches: LogBatch[] = [];
    const lines = () => batches.flatMap((batch) => batch.lines.map((line) => line.split(' ')[1]));
    const ended = (async () => {
        for await (const batch of store.batches('run', from, leave.signal)) batches.push(batch);
    })();
    return { batches, lines, ended, leave: () => leave.abort() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a log that is followed from a line number', () => {
    it('yields the existing lines from that number on, then new ones, with their numbers', async () => {
        const { store, log } = openStore();
        for (const line of ['0', '1', '2']) log.note(line);
        const follower = follow(store, 1);
        await settled();

        log.note('3');
        await settled();
        log.end();
        await follower.ended;

        expect(follower.lines()).toEqual(['1', '2', '3']);
        expect(follower.batches.map(({ from }) => from)).toEqual([1, 3]);
    });

    it('can be left at once, also while no lines arrive', async () => {
        const { store } = openStore();
        const follower = follow(store, 0);
        await settled();

        follower.leave();

        await expect(follower.ended).resolves.toBeUndefined();
    });

    it('begins at the first line if the number is too large', async () => {
        const { store, log } = openStore();
        log.note('0');
        const follower = follow(store, 50);
        await settled();

        expect(follower.batches).toMatchObject([{ from: 0 }]);
        follower.leave();
    });

    it('shows by its numbers that the oldest lines were dropped', async () => {
        const { store, log } = openStore();
        const long = 'x'.repeat(MAX_LOG_CHARS / 20);
        for (let line = 0; line < 30; line += 1) log.note(long);
        const follower = follow(store, 0);
        await settled();
        follower.leave();

        expect(follower.batches[0]!.from).toBeGreaterThan(5);
    });

    it('is the same after its end', async () => {
        const { store, log } = openStore();
        for (let line = 0; line < 2_500; line += 1) log.note(String(line));
        store.end('run');

        const follower = follow(store, 10);
        await follower.ended;

        expect(follower.lines()).toEqual(Array.from({ length: 2_490 }, (_, index) => String(index + 10)));
        expect(follower.batches.map(({ from }) => from)).toEqual([10, 1_010, 2_010]);
        const beyond = follow(store, 2_500);
        await beyond.ended;
        expect(beyond.batches).toEqual([]);
    });
});
