import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Semaphore as SemaphoreClass } from '../../src/execution/semaphore.js';

vi.mock('node:timers', () => ({
    setTimeout: (fire: () => void, millis: number) => globalThis.setTimeout(fire, millis),
    clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}));

let Semaphore: typeof SemaphoreClass;

beforeAll(async () => {
    // Another test file may have loaded it with real timers.
    vi.resetModules();
    ({ Semaphore } = await import('../../src/execution/semaphore.js'));
});
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a semaphore', () => {
    it('admits up to its capacity, and the others in order as slots become free', () => {
        const semaphore = new Semaphore(2, 1000);
        const admitted: string[] = [];
        const [releaseA, releaseB] = ['a', 'b', 'c', 'd'].map((name) => semaphore.acquire(() => admitted.push(name)));

        expect(admitted).toEqual(['a', 'b']);
        releaseA!();
        expect(admitted).toEqual(['a', 'b', 'c']);
        releaseB!();
        expect(admitted).toEqual(['a', 'b', 'c', 'd']);
    });

    it('admits one more after each maximum wait if no slot becomes free', () => {
        const semaphore = new Semaphore(1, 20);
        const admitted: string[] = [];
        for (const name of ['a', 'b', 'c']) semaphore.acquire(() => admitted.push(name));

        vi.advanceTimersByTime(19);
        expect(admitted).toEqual(['a']);
        vi.advanceTimersByTime(1);
        expect(admitted).toEqual(['a', 'b']);
        vi.advanceTimersByTime(20);
        expect(admitted).toEqual(['a', 'b', 'c']);
        expect(vi.getTimerCount()).toBe(0);
    });

    it('skips waiters that were released', () => {
        const semaphore = new Semaphore(1, 20);
        const admitted: string[] = [];
        const [releaseA, releaseB] = ['a', 'b', 'c'].map((name) => semaphore.acquire(() => admitted.push(name)));

        releaseB!();
        releaseA!();

        expect(admitted).toEqual(['a', 'c']);
    });
});
