/** The unit of a measured value. Lower is better for `ms`, `bytes` and `×`, higher for `/s`. */
export type Unit = 'ms' | 'bytes' | '/s' | '×';

/** The median of samples and their spread: half the interquartile range, as a fraction of the median. */
export interface Measurement {
    median: number;
    spread: number;
}

/** A limit for a result: for its value, or for the ratio of its value to the floor or the peer. */
export type Goal =
    | { of: 'value' | 'floor' | 'peer'; atMost: number; atLeast?: undefined }
    | { of: 'value' | 'floor' | 'peer'; atLeast: number; atMost?: undefined };

/** A result: one row of the report. */
export interface Result {
    name: string;
    unit: Unit;
    value: Measurement;
    /** The bare mechanism that the engine uses, which is the lower bound of the cost. */
    floor?: Measurement;
    /** The alternative that a user would choose. */
    peer?: Measurement;
    /** If omitted, the result is informational. */
    goal?: Goal;
}

/** A result that could not be measured, and the reason. */
export interface Skipped {
    name: string;
    skipped: string;
}

/** A benchmark: a question and the measurements that answer it. */
export interface Case {
    name: string;
    question: string;
    /**
     * Yields each result as soon as it is known.
     *
     * @throws If the measured code did not do its work.
     */
    run: () => AsyncIterable<Result | Skipped>;
}

/** Takes one sample. */
export type Sampler = () => Promise<number>;

/**
 * Takes samples of several measurements in turns, so that a slow moment of the machine affects all of them alike.
 *
 * @param rounds - Number of samples per measurement. One more sample of each is taken first and discarded.
 */
export async function sampleInTurns<Name extends string>(
    rounds: number,
    samplers: Record<Name, Sampler>,
): Promise<Record<Name, Measurement>> {
    const names = Object.keys(samplers) as Name[];
    const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
    for (let round = -1; round < rounds; round += 1) {
        for (const name of names) {
            const sample = await samplers[name]();
            if (round >= 0) samples.get(name)?.push(sample);
        }
    }
    return Object.fromEntries(names.map((name) => [name, summarize(samples.get(name) ?? [])])) as Record<
        Name,
        Measurement
    >;
}

/** Returns the median and the spread of samples. */
export function summarize(samples: readonly number[]): Measurement {
    const sorted = samples.toSorted((a, b) => a - b);
    const at = (quantile: number): number => sorted[Math.round((sorted.length - 1) * quantile)] ?? Number.NaN;
    const median = at(0.5);
    return { median, spread: (at(0.75) - at(0.25)) / 2 / median };
}

/** Returns the number that the goal limits. Without a goal, returns the ratio to the peer. */
export function comparedValue({ value, floor, peer, goal }: Result): number {
    if (goal?.of === 'value') return value.median;
    const reference = goal?.of === 'floor' ? floor : peer;
    if (reference === undefined)
        throw new Error(`The goal refers to the ${goal?.of ?? 'peer'}, which was not measured.`);
    return value.median / reference.median;
}

/** True if a result meets its goal; undefined if it has no goal. */
export function meetsGoal(result: Result): boolean | undefined {
    const { goal } = result;
    if (goal === undefined) return undefined;
    const number = comparedValue(result);
    return goal.atMost === undefined ? number >= goal.atLeast : number <= goal.atMost;
}

/** Throws if a value is not the expected one, so that code which fails early does not look fast. */
export function verify(subject: string, actual: unknown, expected: unknown): void {
    if (actual !== expected) throw new Error(`${subject}: expected ${String(expected)}, received ${String(actual)}.`);
}

/** Returns the milliseconds that a function takes. */
export async function measureMillis(work: () => unknown): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
}

/** Returns a value without a spread: one that is exact, or measured once. */
export function singleValue(median: number): Measurement {
    return { median, spread: 0 };
}
