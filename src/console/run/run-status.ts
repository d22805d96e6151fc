import type { Run } from '../api/json.js';

const ENDED: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED'];

export function hasEnded({ status }: Pick<Run, 'status'>): boolean {
    return ENDED.includes(status);
}

/**
 * Returns another number whenever there may be something else in a default storage of a run. Others may write too; the end of
 * the run is a last occasion to look.
 *
 * @param written - How often the Actor has written so far.
 */
export function versionOf(run: Run, written: number): number {
    return written + (hasEnded(run) ? 0.5 : 0);
}
