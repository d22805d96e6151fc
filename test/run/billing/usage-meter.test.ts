import { describe, expect, it } from 'vitest';
import { EMPTY_STATS } from '../../../src/run/run-stats.js';
import { UsageMeter } from '../../../src/run/billing/usage-meter.js';
import type { RunStats } from '../../../src/model/api/run.js';
import type { ResourceUsage } from '../../../src/protocol/messages.js';

function usage(elapsedMillis: number, rest: Partial<ResourceUsage> = {}): ResourceUsage {
    return { elapsedMillis, memoryBytes: 1, cpuMicros: 0, netRxBytes: 0, netTxBytes: 0, ...rest };
}

function meterOf(stats: RunStats): UsageMeter {
    const meter = new UsageMeter(stats);
    meter.begin();
    return meter;
}

describe('the usage stats of a run', () => {
    it('follow the usage of its thread', () => {
        const stats = { ...EMPTY_STATS };
        const meter = meterOf(stats);

        meter.add(usage(1000, { memoryBytes: 300, cpuMicros: 500_000, netRxBytes: 7 }));
        meter.add(usage(2000, { memoryBytes: 200, cpuMicros: 700_000, netRxBytes: 7, netTxBytes: 3 }));

        expect(stats).toMatchObject({
            memCurrentBytes: 200,
            memMaxBytes: 300,
            memoryUsageBytes: 300,
            cpuCurrentUsage: 20,
            cpuMaxUsage: 50,
            cpuAvgUsage: 35,
            netRxBytes: 7,
            netTxBytes: 3,
        });
    });

    it('weight averages by time', () => {
        const stats = { ...EMPTY_STATS };
        const meter = meterOf(stats);

        meter.add(usage(0, { memoryBytes: 100 }));
        meter.add(usage(9000, { memoryBytes: 100 }));
        meter.add(usage(9100, { memoryBytes: 900 }));
        meter.add(usage(10_000, { memoryBytes: 900 }));

        expect(stats.memAvgBytes).toBe(176);
    });

    it('measure CPU usage over at least half a second', () => {
        const stats = { ...EMPTY_STATS };
        const meter = meterOf(stats);

        meter.add(usage(1000, { cpuMicros: 100_000 }));
        meter.add(usage(1010, { cpuMicros: 110_000 }));
        expect(stats.cpuMaxUsage).toBe(10);
        meter.add(usage(2000, { cpuMicros: 300_000 }));

        expect(stats).toMatchObject({ cpuCurrentUsage: 20, cpuMaxUsage: 20, cpuAvgUsage: 15 });
    });

    it('sum the usage of several threads', () => {
        const stats = { ...EMPTY_STATS };
        const meter = meterOf(stats);

        meter.add(usage(1000, { memoryBytes: 100, cpuMicros: 500_000, netRxBytes: 10 }));
        meter.begin();
        meter.add(usage(1000, { memoryBytes: 300, cpuMicros: 300_000, netRxBytes: 1, netTxBytes: 1 }));

        expect(stats).toMatchObject({
            memAvgBytes: 200,
            memMaxBytes: 300,
            cpuCurrentUsage: 30,
            cpuMaxUsage: 50,
            cpuAvgUsage: 40,
            netRxBytes: 11,
            netTxBytes: 1,
        });
    });

    it('continue after a resurrection', () => {
        const stats = { ...EMPTY_STATS, durationMillis: 3000, memAvgBytes: 100, cpuAvgUsage: 40, netTxBytes: 5 };
        const meter = meterOf(stats);

        meter.add(usage(1000, { memoryBytes: 500, cpuMicros: 800_000, netTxBytes: 2 }));

        expect(stats).toMatchObject({ memAvgBytes: 200, cpuAvgUsage: 50, netTxBytes: 7 });
    });

    it('show no current usage after the end, even after late reports', () => {
        const stats = { ...EMPTY_STATS };
        const meter = meterOf(stats);

        meter.add(usage(10, { memoryBytes: 100, cpuMicros: 5_000 }));
        meter.end();
        meter.add(usage(20, { memoryBytes: 900 }));

        expect(stats).toMatchObject({ memCurrentBytes: 0, cpuCurrentUsage: 0, memMaxBytes: 100, cpuMaxUsage: 50 });
    });
});
