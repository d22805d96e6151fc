import { describe, expect, it } from 'vitest';
import { UsageSeries } from '../../../src/util/usage-series.js';

function fill(series: UsageSeries, seconds: number, memoryOf: (second: number) => number): void {
    for (let second = 1; second <= seconds; second += 1) {
        series.add({ millis: second * 1000, memoryBytes: memoryOf(second), cpuPercent: second % 2 === 0 ? 100 : 0 });
    }
}

describe('the use of a run over time', () => {
    it('is kept sample by sample as long as there are few', () => {
        const series = new UsageSeries();

        fill(series, 3, (second) => second);

        expect(series.points()).toEqual([
            { millis: 1000, memoryBytes: 1, cpuPercent: 0 },
            { millis: 2000, memoryBytes: 2, cpuPercent: 100 },
            { millis: 3000, memoryBytes: 3, cpuPercent: 0 },
        ]);
    });

    it.each([10, 11, 100, 12_345])('never has more points than it may, after %i samples', (samples) => {
        const series = new UsageSeries(10);

        fill(series, samples, () => 1);

        expect(series.points().length).toBeLessThanOrEqual(10);
        expect(series.points().length).toBeGreaterThanOrEqual(5);
        expect(series.points().at(-1)?.millis).toBe(samples * 1000);
    });

    it('keeps a peak of memory and the average of the processor, however often points are joined', () => {
        const series = new UsageSeries(10);

        fill(series, 1_000, (second) => (second === 500 ? 999 : 1));

        const points = series.points();
        expect(points.filter(({ memoryBytes }) => memoryBytes === 999)).toHaveLength(1);
        for (const { cpuPercent } of points.slice(0, -1)) expect(cpuPercent).toBeCloseTo(50);
    });

    it('has times that only grow, also when a sample is no later than the one before', () => {
        const series = new UsageSeries();

        series.add({ millis: 1000, memoryBytes: 1, cpuPercent: 0 });
        series.add({ millis: 1000, memoryBytes: 5, cpuPercent: 10 });

        expect(series.points()).toEqual([{ millis: 1000, memoryBytes: 5, cpuPercent: 5 }]);
    });
});
