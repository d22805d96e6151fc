/** What a run used at a moment: milliseconds since the epoch, bytes, percent of one processor. */
export type UsageSample = [atMillis: number, memoryBytes: number, cpuPercent: number];

/** As many as a plot is wide. */
const MOST_POINTS = 600;

/**
 * What a run used over its whole life, in a bounded number of points: once there are too many, each two become one, and from
 * then on a point stands for twice as many samples. Of memory a point has the most, of the processor the average, so that a
 * peak stays to be seen however long the run goes on.
 *
 * @example
 * const series = new UsageSeries();
 * series.add([Date.now(), 50_000_000, 12]);
 * series.points(); // one sample
 */
export class DownsampledSeries {
    readonly #mostPoints: number;
    #points: UsageSample[] = [];
    /** How many samples each point but the last stands for. */
    #samplesPerPoint = 1;
    /** How many the last one stands for. */
    #lastCount = 0;

    /** @param mostPoints - Default: 600. */
    constructor(mostPoints = MOST_POINTS) {
        this.#mostPoints = mostPoints;
    }

    get isEmpty(): boolean {
        return this.#points.length === 0;
    }

    /** Takes in the next sample; one that is no later than the last is taken into that one. */
    add(sample: UsageSample): void {
        const last = this.#points.at(-1);
        if (last === undefined || (this.#lastCount >= this.#samplesPerPoint && sample[0] > last[0])) {
            this.#points.push(sample);
            this.#lastCount = 1;
            if (this.#points.length > this.#mostPoints) this.#halve();
        } else {
            this.#points[this.#points.length - 1] = join(last, sample, this.#lastCount, 1);
            this.#lastCount += 1;
        }
    }

    /** Oldest first; another array each time. */
    points(): UsageSample[] {
        return [...this.#points];
    }

    #halve(): void {
        const halved: UsageSample[] = [];
        const per = this.#samplesPerPoint;
        for (let index = 0; index < this.#points.length; index += 2) {
            const [one, other] = [this.#points[index]!, this.#points[index + 1]];
            const isLastPair = index + 2 >= this.#points.length;
            const otherCount = isLastPair ? this.#lastCount : per;
            halved.push(other === undefined ? one : join(one, other, per, otherCount));
            if (isLastPair) this.#lastCount = other === undefined ? this.#lastCount : per + otherCount;
        }
        this.#points = halved;
        this.#samplesPerPoint = per * 2;
    }
}

function join(one: UsageSample, other: UsageSample, oneCount: number, otherCount: number): UsageSample {
    const percent = (one[2] * oneCount + other[2] * otherCount) / (oneCount + otherCount);
    return [Math.max(one[0], other[0]), Math.max(one[1], other[1]), percent];
}
