import { describe, expect, it } from 'vitest';
import { BuildTurns } from '../../../src/registry/building/build-job.js';

const NEVER = new AbortController().signal;

/** Works that begin when they are let in and end when they are told to. */
function makeWorks(count: number): { begun: number[]; works: (() => Promise<void>)[]; end: (index: number) => void } {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const works = Array.from({ length: count }, (_, index) => async () => {
        begun.push(index);
        await new Promise<void>((resolve) => (ends[index] = resolve));
    });
    return { begun, works, end: (index) => ends[index]?.() };
}

async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
}

describe('builds', () => {
    it('run four at once, and let the next one in when one ends, in their order', async () => {
        const turns = new BuildTurns();
        const { begun, works, end } = makeWorks(6);
        const taken = works.map((work) => turns.take(work, NEVER));

        await settle();
        expect(begun).toEqual([0, 1, 2, 3]);
        end(2);
        await taken[2];
        await settle();
        expect(begun).toEqual([0, 1, 2, 3, 4]);
        end(0);
        end(1);
        await settle();
        expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
        for (const index of [3, 4, 5]) end(index);
        await Promise.all(taken);
    });

    it('do not wait any more once they are aborted, and take no room', async () => {
        const turns = new BuildTurns();
        const { begun, works, end } = makeWorks(7);
        const controller = new AbortController();
        const taken = works.map((work, index) => turns.take(work, index === 4 ? controller.signal : NEVER));
        await settle();

        controller.abort();
        await settle();
        expect(begun).toEqual([0, 1, 2, 3, 4]);
        end(4);
        await taken[4];
        await settle();

        expect(begun).toEqual([0, 1, 2, 3, 4]);
        end(0);
        await settle();
        expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
        for (const index of [1, 2, 3, 5]) end(index);
        await settle();
        end(6);
        await Promise.all(taken);
    });
});
