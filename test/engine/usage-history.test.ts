import { describe, expect, it } from 'vitest';
import { UsageHistory } from '../../src/engine/external/usage-history.js';
import type { ResourceUsage } from '../../src/protocol/messages.js';

function usage(elapsedMillis: number, memoryBytes: number, cpuMicros: number): ResourceUsage {
    return { elapsedMillis, memoryBytes, cpuMicros, netRxBytes: 0, netTxBytes: 0 };
}

describe('the usage history of runs', () => {
    it('has the CPU usage between two samples in percent', () => {
        const history = new UsageHistory();

        history.add('run', usage(1000, 10, 250_000), 1);
        history.add('run', usage(3000, 20, 2_250_000), 2);

        expect(history.samples('run')).toEqual([
            [1, 10, 25],
            [2, 20, 100],
        ]);
    });

    it('continues when the Actor restarts and its counters begin at zero', () => {
        const history = new UsageHistory();

        history.add('run', usage(2000, 10, 0), 1);
        history.add('run', usage(1000, 20, 500_000), 2);

        expect(history.samples('run')).toEqual([
            [1, 10, 0],
            [2, 20, 50],
        ]);
    });

    it('keeps an early first sample until a regular one replaces it', () => {
        const history = new UsageHistory();

        expect(history.add('run', usage(20, 10, 10_000), 1)).toEqual([1, 10, 50]);
        expect(history.samples('run')).toEqual([[1, 10, 50]]);
        history.add('run', usage(40, 20, 40_000), 2);
        expect(history.samples('run')).toEqual([[2, 20, 100]]);

        history.add('run', usage(1000, 30, 100_000), 3);
        expect(history.samples('run')).toEqual([[3, 30, 10]]);
    });

    it('skips a sample that follows too soon after another', () => {
        const history = new UsageHistory();

        history.add('run', usage(1000, 10, 0), 1);

        expect(history.add('run', usage(1100, 99, 100_000), 2)).toBeUndefined();
        expect(history.samples('run')).toHaveLength(1);
    });

    it('removes the least recently updated runs', () => {
        const history = new UsageHistory(2);

        for (const runId of ['a', 'b']) history.add(runId, usage(1000, 1, 0), 1);
        history.add('a', usage(2000, 1, 0), 2);
        history.add('c', usage(1000, 1, 0), 3);

        expect(['a', 'b', 'c'].map((runId) => history.samples(runId).length)).toEqual([2, 0, 1]);
    });
});
