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

describe('a semaphore', () => {
    it('admits up to its capacity, and the others in order as slots become free', () => {
        const gate = new TurnGate(2, 1000);
        const came: string[] = [];
        const [leaveA, leaveB] = ['a', 'b', 'c', 'd'].map((name) => gate.acquire(() => came.push(name)));

        expect(came).toEqual(['a', 'b']);
        leaveA!();
        expect(came).toEqual(['a', 'b', 'c']);
        leaveB!();
        expect(came).toEqual(['a', 'b', 'c', 'd']);
    });

    it('admits one more after each maximum wait if no slot becomes free', () => {
        const gate = new TurnGate(1, 20);
        const came: string[] = [];
        for (const name of ['a', 'b', 'c']) gate.acquire(() => came.push(name));

        vi.advanceTimersByTime(19);
        expect(came).toEqual(['a']);
        vi.advanceTimersByTime(1);
        expect(came).toEqual(['a', 'b']);
        vi.advanceTimersByTime(20);
        expect(came).toEqual(['a', 'b', 'c']);
        expect(vi.getTimerCount()).toBe(0);
    });

    it('skips waiters that were released', () => {
        const gate = new TurnGate(1, 20);
        const came: string[] = [];
        const [leaveA, leaveB] = ['a', 'b', 'c'].map((name) => gate.acquire(() => came.push(name)));

        leaveB!();
        leaveA!();

        expect(came).toEqual(['a', 'c']);
    });
});
