import { describe, expect, it } from 'vitest';
import { measureCpuTime } from '../../../src/worker/usage/cpu-time.js';

const SOME_MILLIS = 300;

function compute(millis: number): void {
    const { user, system } = process.cpuUsage();
    const used = (): number => {
        const now = process.cpuUsage();
        return now.user + now.system - user - system;
    };
    while (used() < millis * 1000);
}

/** Blocks in a call, like a synchronous wait for another program. */
function block(millis: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

describe('the processor time of a thread', () => {
    it('grows during computation', () => {
        const micros = measureCpuTime();

        compute(SOME_MILLIS);

        // Other threads of this process may have used some of the time.
        expect(micros()).toBeGreaterThan(SOME_MILLIS * 500);
        expect(micros()).toBeLessThan(SOME_MILLIS * 1500);
    });

    it('does not grow during a wait, even one that blocks the thread', () => {
        const micros = measureCpuTime();

        block(SOME_MILLIS);

        expect(micros()).toBeLessThan(SOME_MILLIS * 200);
    });

    it('counts from the start of the measurement', () => {
        compute(SOME_MILLIS);

        expect(measureCpuTime()()).toBeLessThan(SOME_MILLIS * 100);
    });
});
