import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Semaphore as TurnGateClass } from '../../src/execution/semaphore.js';

vi.mock('node:timers', () => ({
    setTimeout: (fire: () => void, millis: number) => globalThis.setTimeout(fire, millis),
    clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}));

let TurnGate: typeof TurnGateClass;

beforeAll(async () => {
    // Another file may have loaded it before, with timers that are not to be moved.
    vi.resetModules();
    ({ Semaphore: TurnGate } = await import('../../src/execution/semaphore.js'));
});
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a gate', () => {
    it('lets so many in at once, and the others in their order as places become free', () => {
        const gate = new TurnGate(2, 1000);
        const came: string[] = [];
        const [leaveA, leaveB] = ['a', 'b', 'c', 'd'].map((name) => gate.enter(() => came.push(name)));

        expect(came).toEqual(['a', 'b']);
        leaveA!();
        expect(came).toEqual(['a', 'b', 'c']);
        leaveB!();
        expect(came).toEqual(['a', 'b', 'c', 'd']);
    });

    it('lets one more in, and then the next, when nobody leaves', () => {
        const gate = new TurnGate(1, 20);
        const came: string[] = [];
        for (const name of ['a', 'b', 'c']) gate.enter(() => came.push(name));

        vi.advanceTimersByTime(19);
        expect(came).toEqual(['a']);
        vi.advanceTimersByTime(1);
        expect(came).toEqual(['a', 'b']);
        vi.advanceTimersByTime(20);
        expect(came).toEqual(['a', 'b', 'c']);
        expect(vi.getTimerCount()).toBe(0);
    });

    it('forgets who waits no more', () => {
        const gate = new TurnGate(1, 20);
        const came: string[] = [];
        const [leaveA, leaveB] = ['a', 'b', 'c'].map((name) => gate.enter(() => came.push(name)));

        leaveB!();
        leaveA!();

        expect(came).toEqual(['a', 'c']);
    });
});
