import type { Run } from '../api/json.js';

const ENDED: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED'];

/** Whether a run has ended. */
export function hasEnded({ status }: Pick<Run, 'status'>): boolean {
    return ENDED.includes(status);
}

/** Which of two looks at a run is the later one: an answer may come after the event that has made it old. */
export function laterOf(one: Run | undefined, other: Run | undefined): Run | undefined {
    if (one === undefined || other === undefined) return one ?? other;
    const [lives, otherLives] = [one.stats.resurrectCount, other.stats.resurrectCount];
    if (lives !== otherLives) return lives > otherLives ? one : other;
    if (hasEnded(one) !== hasEnded(other)) return hasEnded(one) ? one : other;
    return one;
}

/** Changes whenever there may be something else in the default storages of a run. */
export interface StorageVersions {
    readonly items: number;
    readonly records: number;
    readonly requests: number;
}

/** What the Actor has written so far. Others may write too; the end of the run is a last occasion to look. */
export function storageVersions(run: Run): StorageVersions {
    const { usage, stats } = run;
    const end = hasEnded(run) ? 0.5 : 0;
    return {
        items: stats.datasetItems + end,
        records: usage.KEY_VALUE_STORE_WRITES + end,
        requests: usage.REQUEST_QUEUE_WRITES + end,
    };
}
