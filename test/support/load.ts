import { expect } from 'vitest';
import { startChild, type Child } from './processes/child.js';
import type { EngineOptions } from 'greenroom';

/** What the host says of one round; see `test/fixtures/run/load-host.ts`. */
interface Round {
    statuses: string[];
    isInOrder: boolean;
    areOutputsOwn: boolean;
    heapBytes: number;
    rssBytes: number;
    resources: number;
    listeners: number;
}

/** So much may the memory differ from one round to the other, with all that it keeps to be used again. */
const HEAP_TOLERANCE_BYTES = 6e6;
const RSS_TOLERANCE_BYTES = 80e6;

/** How many runs are started at once, and how many times. */
export interface Load {
    isolation: EngineOptions['isolation'];
    runs: number;
    rounds: number;
}

/** The last line of the host; before it, there may be what Actors have written that run in its own thread. */
async function reportOf({ lines }: Child): Promise<{ results: Round[]; most: number }> {
    let last = '';
    for await (const line of lines()) last = line;
    return JSON.parse(last) as { results: Round[]; most: number };
}

/**
 * Has a host do so many runs, and expects that all of them succeed, in their order, eight at a time at most, and that nothing of
 * them is left: no memory, listener, port or timer.
 */
export async function expectToBear({ isolation, runs, rounds }: Load): Promise<void> {
    const host = startChild('run/load-host.ts', { args: [String(isolation), String(runs), String(rounds)] });
    const { results, most } = await reportOf(host);

    expect(most).toBeLessThanOrEqual(8);
    expect(results).toHaveLength(rounds);
    for (const round of results) {
        expect(round).toMatchObject({ statuses: ['SUCCEEDED'], isInOrder: true, areOutputsOwn: true });
        expect(round.listeners).toBe(results[0]!.listeners);
        expect(round.resources).toBeLessThan(4);
    }
    const half = Math.ceil(rounds / 2);
    const least = (of: Round[], what: 'heapBytes' | 'rssBytes'): number => Math.min(...of.map((round) => round[what]));
    const growth = (what: 'heapBytes' | 'rssBytes'): number =>
        least(results.slice(half), what) - least(results.slice(0, half), what);
    expect(growth('heapBytes')).toBeLessThan(HEAP_TOLERANCE_BYTES);
    expect(growth('rssBytes')).toBeLessThan(RSS_TOLERANCE_BYTES);
}
