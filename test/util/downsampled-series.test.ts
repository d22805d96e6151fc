import { describe, expect, it } from 'vitest';
import { DownsampledSeries } from '../../src/util/collections/downsampled-series.js';

function fill(series: DownsampledSeries, seconds: number, getMemory: (second: number) => number): void {
    for (let second = 1; second <= seconds; second += 1) {
        series.add([second * 1000, getMemory(second), second % 2 === 0 ? 100 : 0]);
    }
}

describe('DownsampledSeries', () => {
    it('keeps each sample while there are few', () => {
        const series = new DownsampledSeries();

        fill(series, 3, (second) => second);

        expect(series.points()).toEqual([
            [1000, 1, 0],
            [2000, 2, 100],
            [3000, 3, 0],
        ]);
    });

    it.each([10, 11, 100, 12_345])('does not exceed its maximum number of points after %i samples', (samples) => {
        const series = new DownsampledSeries(10);

        fill(series, samples, () => 1);

        const points = series.points();
        expect(points.length).toBeLessThanOrEqual(10);
        expect(points.length).toBeGreaterThanOrEqual(5);
        expect(points.at(-1)?.[0]).toBe(samples * 1000);
    });

    it('spaces its points evenly, except the last one', () => {
        const series = new DownsampledSeries(10);

        fill(series, 1_000, () => 1);

        const times = series.points().map(([millis]) => millis);
        const steps = times.slice(1).map((millis, index) => millis - times[index]!);
        expect(new Set(steps.slice(0, -1)).size).toBe(1);
    });

    it('keeps the peak memory and the average CPU usage when points are merged', () => {
        const series = new DownsampledSeries(10);

        fill(series, 1_000, (second) => (second === 500 ? 999 : 1));

        const points = series.points();
        expect(points.filter(([, memoryBytes]) => memoryBytes === 999)).toHaveLength(1);
        for (const [, , cpuPercent] of points.slice(0, -1)) expect(cpuPercent).toBeCloseTo(50);
    });

    it('merges a sample that is not later than the last point', () => {
        const series = new DownsampledSeries();

        series.add([1000, 1, 0]);
        series.add([1000, 5, 10]);

        expect(series.points()).toEqual([[1000, 5, 5]]);
    });
});
