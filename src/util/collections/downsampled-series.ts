/** The resource usage of a run at one time: milliseconds since the epoch, bytes, percent of one CPU core. */
export type UsageSample = [atMillis: number, memoryBytes: number, cpuPercent: number];

/** About the width of a plot in pixels. */
const DEFAULT_MAX_POINTS = 600;

/**
 * The resource usage of a run over its lifetime, in a bounded number of points. When the maximum is exceeded, each pair of points
 * is merged, and from then on a point covers twice as many samples. A point has the peak memory and the average CPU usage of its
 * samples, so peaks of memory stay visible.
 *
 * @example
 * const series = new DownsampledSeries();
 * series.add([Date.now(), 50_000_000, 12]);
 * series.points(); // one sample
 */
export class DownsampledSeries {
    readonly #maxPoints: number;
    #points: UsageSample[] = [];
    /** Number of samples that each point except the last one covers. */
    #samplesPerPoint = 1;
    /** Number of samples that the last point covers. */
    #lastCount = 0;

    /** @param maxPoints - Default: 600. */
    constructor(maxPoints = DEFAULT_MAX_POINTS) {
        this.#maxPoints = maxPoints;
    }

    get isEmpty(): boolean {
        return this.#points.length === 0;
    }

    /** Adds the next sample. A sample that is not later than the last point is merged into it. */
    add(sample: UsageSample): void {
        const last = this.#points.at(-1);
        if (last === undefined || (this.#lastCount >= this.#samplesPerPoint && sample[0] > last[0])) {
            this.#points.push(sample);
            this.#lastCount = 1;
            if (this.#points.length > this.#maxPoints) this.#halve();
        } else {
            this.#points[this.#points.length - 1] = merge(last, sample, this.#lastCount, 1);
            this.#lastCount += 1;
        }
    }

    /** Returns a copy of the points, oldest first. */
    points(): UsageSample[] {
        return [...this.#points];
    }

    #halve(): void {
        const halved: UsageSample[] = [];
        const samplesPerPoint = this.#samplesPerPoint;
        for (let index = 0; index < this.#points.length; index += 2) {
            const [one, other] = [this.#points[index]!, this.#points[index + 1]];
            const isLastPair = index + 2 >= this.#points.length;
            const otherCount = isLastPair ? this.#lastCount : samplesPerPoint;
            halved.push(other === undefined ? one : merge(one, other, samplesPerPoint, otherCount));
            if (isLastPair) this.#lastCount = other === undefined ? this.#lastCount : samplesPerPoint + otherCount;
        }
        this.#points = halved;
        this.#samplesPerPoint = samplesPerPoint * 2;
    }
}

function merge(one: UsageSample, other: UsageSample, oneCount: number, otherCount: number): UsageSample {
    const percent = (one[2] * oneCount + other[2] * otherCount) / (oneCount + otherCount);
    return [Math.max(one[0], other[0]), Math.max(one[1], other[1]), percent];
}
