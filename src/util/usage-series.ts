/** What a run used at one time of its life. */
export interface UsageSample {
    /** How long the run has been executed by then, over all its executions. */
    millis: number;
    memoryBytes: number;
    /** In percent of one processor, since the sample before. */
    cpuPercent: number;
}

interface Point extends UsageSample {
    /** How many samples it stands for. */
    count: number;
}

/** As many as a plot is wide, and even, so that they can be halved. */
const MOST_POINTS = 600;

/**
 * What a run used over its whole life, in a bounded number of points: once there are too many, each two become one, and from
 * then on a point stands for twice as many samples. Of memory a point has the most, of the processor the average, so that a
 * peak stays to be seen however long the run goes on.
 *
 * @example
 * const series = new UsageSeries();
 * series.add({ millis: 1000, memoryBytes: 50_000_000, cpuPercent: 12 });
 * series.points(); // [{ millis: 1000, … }]
 */
export class UsageSeries {
    #points: Point[] = [];
    #samplesPerPoint = 1;
    readonly #mostPoints: number;

    /** @param mostPoints - Even. Default: 600. */
    constructor(mostPoints = MOST_POINTS) {
        this.#mostPoints = mostPoints;
    }

    /** Takes in the next sample; one that is no later than the last is taken into that one. */
    add(sample: UsageSample): void {
        const last = this.#points.at(-1);
        if (last !== undefined && (last.count < this.#samplesPerPoint || sample.millis <= last.millis)) {
            this.#points[this.#points.length - 1] = join(last, { ...sample, count: 1 });
            return;
        }
        this.#points.push({ ...sample, count: 1 });
        if (this.#points.length > this.#mostPoints) this.#halve();
    }

    /** Oldest first, as copies. */
    points(): UsageSample[] {
        return this.#points.map(({ millis, memoryBytes, cpuPercent }) => ({ millis, memoryBytes, cpuPercent }));
    }

    #halve(): void {
        const halved: Point[] = [];
        for (let index = 0; index < this.#points.length; index += 2) {
            const [one, other] = [this.#points[index]!, this.#points[index + 1]];
            halved.push(other === undefined ? one : join(one, other));
        }
        this.#points = halved;
        this.#samplesPerPoint *= 2;
    }
}

function join(one: Point, other: Point): Point {
    const count = one.count + other.count;
    return {
        millis: Math.max(one.millis, other.millis),
        memoryBytes: Math.max(one.memoryBytes, other.memoryBytes),
        cpuPercent: (one.cpuPercent * one.count + other.cpuPercent * other.count) / count,
        count,
    };
}
