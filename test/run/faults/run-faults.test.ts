import { describe, expect, it } from 'vitest';
import { RunFaults } from '../../../src/run/faults/run-faults.js';
import { createFaults } from '../../../src/testing/create-faults.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import type { Fault, FaultChoice } from '../../../src/model/faults.js';

const REFUSED: Fault = { status: 503 };

/** Returns which of twelve calls, counted from 1, fail. */
async function refusedOf(choice: FaultChoice, operation = 'dataset.pushItems', key?: string): Promise<number[]> {
    const faults = new RunFaults('a-run', createFaults().on(operation, choice, REFUSED), new ManualClock());
    const refused: number[] = [];
    for (let call = 1; call <= 12; call += 1) {
        await faults.apply({ name: 'dataset.pushItems', key }).catch(() => refused.push(call));
    }
    return refused;
}

describe('the calls to which a fault applies', () => {
    it.each<[FaultChoice, number[]]>([
        [{ nth: 3 }, [3]],
        [{ nth: 3, times: 2 }, [3, 4]],
        [{ times: 2 }, [1, 2]],
        [{ every: 5 }, [5, 10]],
        [{ every: 5, times: 1 }, [5]],
        [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ])('are chosen by %j', async (choice, expected) => {
        expect(await refusedOf(choice)).toEqual(expected);
    });

    it.each([
        ['*', 12],
        ['dataset.*', 12],
        ['datasets.*', 0],
        ['dataset.get', 0],
    ])('are chosen by the operation %s', async (operation, count) => {
        expect(await refusedOf({}, operation)).toHaveLength(count);
    });

    it('are chosen by the key of the record', async () => {
        expect(await refusedOf({ key: 'STATE', times: 2 }, '*', 'STATE')).toEqual([1, 2]);
        expect(await refusedOf({ key: 'STATE' }, '*', 'OTHER')).toEqual([]);
        expect(await refusedOf({ key: 'STATE' }, '*')).toEqual([]);
    });
});

describe('a call that matches several rules', () => {
    it('waits for the sum of the latencies and fails with the first status', async () => {
        const clock = new ManualClock();
        const script = createFaults()
            .on('*', {}, { latencyMillis: 100 })
            .on('*', {}, { latencyMillis: 50, status: 502 })
            .on('*', {}, { status: 429 });
        const faults = new RunFaults('a-run', script, clock);
        let error: unknown;
        const call = faults.apply({ name: 'run.get' }).catch((thrown: unknown) => (error = thrown));

        await clock.advance(149);
        expect(error).toBeUndefined();
        await clock.advance(1);
        await call;

        expect(error).toMatchObject({ code: 'bad-gateway', statusCode: 502 });
        expect(script.happened).toHaveLength(3);
    });

    it('stops waiting when its Actor is gone', async () => {
        const clock = new ManualClock();
        const faults = new RunFaults('a-run', createFaults().on('*', {}, { latencyMillis: 1000 }), clock);
        const call = faults.apply({ name: 'run.get' });

        faults.releaseWaiters();
        await call;

        expect(clock.pendingTimers).toBe(0);
    });
});

describe('a lost lock', () => {
    it('counts only calls on locked requests, and fails none', async () => {
        const script = createFaults().on('requestQueue.*', { nth: 2 }, { lostLock: 'taken' });
        const faults = new RunFaults('a-run', script, new ManualClock());

        await faults.apply({ name: 'requestQueue.updateRequest' });
        const losses = [1, 2, 3].map(() => faults.lockLossFor('requestQueue.prolongRequestLock'));

        expect(losses).toEqual([undefined, 'taken', undefined]);
        expect(script.happened).toMatchObject([{ operation: 'requestQueue.prolongRequestLock', nth: 2 }]);
    });
});
