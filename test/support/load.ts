import { expect } from 'vitest';
import { startChild, type Child } from './processes/child.js';
import type { EngineOptions } from 'greenroom';

/** The report on one round; see `test/fixtures/run/load-host.ts`. */
interface Round {
    statuses: string[];
    isInOrder: boolean;
    areOutputsOwn: boolean;
    heapBytes: number;
    rssBytes: number;
    resources: number;
    listeners: number;
}

/** Accepted growth of memory between rounds, for caches and pools. */
const HEAP_TOLERANCE_BYTES = 6e6;
const RSS_TOLERANCE_BYTES = 80e6;

/** The number of runs that are started at once, and the number of repetitions. */
export interface Load {
    isolation: EngineOptions['isolation'];
    runs: number;
    rounds: number;
}

/** Reads the report, which is the last line of the output. Inline Actors may write lines before it. */
async function readReport({ lines }: Child): Promise<{ results: Round[]; most: number }> {
    let last = '';
    for await (const line of lines()) last = line;
    return JSON.parse(last) as { results: Round[]; most: number };
}

/**
 * Executes runs in a child process. Expects that all of them succeed, in order and at most eight at a time, and that they leave no
 * memory, listener, port or timer behind.
 */
export async function expectNoLeaks({ isolation, runs, rounds }: Load): Promise<void> {
    const host = startChild('run/load-host.ts', { args: [String(isolation), String(runs), String(rounds)] });
    const { results, most } = await readReport(host);

    expect(most).toBeLessThanOrEqual(8);
    expect(results).toHaveLength(rounds);
    for (const round of results) {
        expect(round).toMatchObject({ statuses: ['SUCCEEDED'], isInOrder: true, areOutputsOwn: true });
        expect(round.listeners).toBe(results[0]!.listeners);
        expect(round.resources).toBeLessThan(4);
    }
    const half = Math.ceil(rounds / 2);
    const minimum = (list: Round[], field: 'heapBytes' | 'rssBytes'): number =>
        Math.min(...list.map((round) => round[field]));
    const growth = (field: 'heapBytes' | 'rssBytes'): number =>
        minimum(results.slice(half), field) - minimum(results.slice(0, half), field);
    expect(growth('heapBytes')).toBeLessThan(HEAP_TOLERANCE_BYTES);
    expect(growth('rssBytes')).toBeLessThan(RSS_TOLERANCE_BYTES);
}
