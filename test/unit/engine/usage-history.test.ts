import { describe, expect, it } from 'vitest';
import { UsageHistory } from '../../../src/engine/usage-history.js';

function usage(secs: number, cpuSecs: number) {
    return {
        elapsedMillis: secs * 1000,
        memoryBytes: secs * 100,
        cpuMicros: cpuSecs * 1_000_000,
        netRxBytes: 0,
        netTxBytes: 0,
    };
}

describe('the history of what runs use', () => {
    it('has the use of the processor between one look and the next', () => {
        const history = new UsageHistory();

        history.add('r', usage(1, 0.5), 1_000);
        history.add('r', usage(2, 1.5), 2_000);

        expect(history.of('r')).toEqual([
            [1_000, 100, 50],
            [2_000, 200, 100],
        ]);
    });

    it('counts anew where the run was started anew', () => {
        const history = new UsageHistory();
        history.add('r', usage(10, 5), 10_000);

        expect(history.add('r', usage(1, 0.2), 12_000)).toEqual([12_000, 100, 20]);
    });

    it('stays small however long a run goes on, and has all of it', () => {
        const history = new UsageHistory();
        const COUNT = 100_000;

        for (let second = 1; second <= COUNT; second += 1) history.add('r', usage(second, second / 2), second * 1_000);

        const samples = history.of('r');
        expect(samples.length).toBeLessThanOrEqual(600);
        expect(samples.length).toBeGreaterThan(200);
        expect(samples[0]![0]).toBe(1_000);
        expect(samples.at(-1)![0]).toBeGreaterThan(COUNT * 990);
        expect(samples.map(([, , percent]) => percent)).toEqual(samples.map(() => 50));
    });

    it('forgets the runs of which nothing has been heard for longest', () => {
        const history = new UsageHistory();
        history.add('old', usage(1, 1), 1_000);
        history.add('kept', usage(1, 1), 1_000);

        for (let number = 0; number < 498; number += 1) history.add(`run ${number}`, usage(1, 1), 2_000);
        history.add('kept', usage(2, 2), 2_000);
        history.add('last', usage(1, 1), 2_000);

        expect(history.of('old')).toEqual([]);
        expect(history.of('kept')).toHaveLength(2);
    });
});
