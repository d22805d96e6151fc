/** What is measured, in a unit of which either less is better (`ms`, `bytes`, `×`) or more (`/s`). */
export type Unit = 'ms' | 'bytes' | '/s' | '×';

/** The median of some samples and how far they lie apart: half the distance of the quartiles, as a part of the median. */
export interface Measure {
    median: number;
    spread: number;
}

/** What must hold of a result: of its value as it is, or of its ratio to the floor or the peer. */
export type Goal =
    | { of: 'value' | 'floor' | 'peer'; atMost: number; atLeast?: undefined }
    | { of: 'value' | 'floor' | 'peer'; atLeast: number; atMost?: undefined };

/** One line of the report. */
export interface Result {
    name: string;
    unit: Unit;
    value: Measure;
    /** The bare mechanism that the engine is built on: nothing can be faster. */
    floor?: Measure;
    /** What a user would take instead. */
    peer?: Measure;
    /** Left out of what is only told for information. */
    goal?: Goal;
}

/** What could not be measured, and why. */
export interface Skipped {
    name: string;
    skipped: string;
}

/** A question, and how to answer it. A case throws when what it ran did not do its work. */
export interface Case {
    name: string;
    question: string;
    /** Yields each result as soon as it is known. */
    run: () => AsyncIterable<Result | Skipped>;
}

/** Takes one sample. */
export type Sampler = () => Promise<number>;

/**
 * Samples several things in turns, so that a slow moment of the machine hits all of them alike.
 *
 * @param rounds - Samples of each; one more of each is taken first and thrown away.
 */
export async function sampleInTurns<Name extends string>(
    rounds: number,
    samplers: Record<Name, Sampler>,
): Promise<Record<Name, Measure>> {
    const names = Object.keys(samplers) as Name[];
    const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
    for (let round = -1; round < rounds; round += 1) {
        for (const name of names) {
            const sample = await samplers[name]();
            if (round >= 0) samples.get(name)?.push(sample);
        }
    }
    return Object.fromEntries(names.map((name) => [name, measure(samples.get(name) ?? [])])) as Record<Name, Measure>;
}

/** Sums samples up. */
export function measure(samples: readonly number[]): Measure {
    const sorted = samples.toSorted((a, b) => a - b);
    const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
    const median = at(0.5);
    return { median, spread: (at(0.75) - at(0.25)) / 2 / median };
}

/** The number that the goal speaks of; without a goal, the ratio to the peer. */
export function goalNumber({ value, floor, peer, goal }: Result): number {
    if (goal?.of === 'value') return value.median;
    const reference = goal?.of === 'floor' ? floor : peer;
    if (reference === undefined)
        throw new Error(`The goal is about the ${goal?.of ?? 'peer'}, which was not measured.`);
    return value.median / reference.median;
}

/** Whether a result is as good as it has to be; undefined if nothing is asked of it. */
export function isMet(result: Result): boolean | undefined {
    const { goal } = result;
    if (goal === undefined) return undefined;
    const number = goalNumber(result);
    return goal.atMost === undefined ? number >= goal.atLeast : number <= goal.atMost;
}

/** Stops a case whose work was not done: what fails fast must not look fast. */
export function verify(what: string, actual: unknown, expected: unknown): void {
    if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, but it was ${String(actual)}.`);
}
