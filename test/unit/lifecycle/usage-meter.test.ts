import { describe, expect, it } from 'vitest';
import { emptyStats } from '../../../src/lifecycle/run-stats.js';
import { UsageMeter } from '../../../src/lifecycle/usage-meter.js';

describe('the figures of a run', () => {
    it('follow what its thread uses', () => {
        const stats = emptyStats(0);
        const meter = new UsageMeter();

        meter.add(stats, { memoryBytes: 100, cpuMicros: 0 }, 0);
        meter.add(stats, { memoryBytes: 300, cpuMicros: 500_000 }, 1000);
        meter.add(stats, { memoryBytes: 200, cpuMicros: 700_000 }, 2000);

        expect(stats).toMatchObject({
            memCurrentBytes: 200,
            memMaxBytes: 300,
            memAvgBytes: 200,
            cpuCurrentUsage: 20,
            cpuMaxUsage: 50,
            cpuAvgUsage: 35,
        });
    });

    it('are not spoilt by a thread that takes the place of another', () => {
        const stats = emptyStats(0);
        const meter = new UsageMeter();

        meter.add(stats, { memoryBytes: 1, cpuMicros: 0 }, 0);
        meter.add(stats, { memoryBytes: 1, cpuMicros: 500_000 }, 1000);
        meter.add(stats, { memoryBytes: 1, cpuMicros: 10_000 }, 2000);
        meter.add(stats, { memoryBytes: 1, cpuMicros: 510_000 }, 3000);

        expect(stats).toMatchObject({ cpuCurrentUsage: 50, cpuMaxUsage: 50, cpuAvgUsage: 50 });
    });
});
