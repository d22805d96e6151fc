import { countContents } from './run-stats.js';
import { isCorruption } from '../storage/file/fs-error.js';
import { step } from './status-machine.js';
import type { Run } from '../model/api/run.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';

/** What an engine does with the runs that a host left behind when it died. */
export type Recovery = 'abort' | 'resurrect';

const WHAT_HAPPENED = 'The process that ran this Actor ended before the run did';

/**
 * Ends the runs that a host left behind when it ended without closing its engine.
 *
 * @returns All of them, and those that nobody had told to end; oldest first.
 */
export function abortOrphanedRuns(parts: RunDependencies): { ended: Run[]; lost: Run[] } {
    const ended: Run[] = [];
    const lost: Run[] = [];
    for (const document of parts.records.live()) {
        const { run } = document;
        const next = step(run.status, 'host-lost');
        if (next === undefined) continue;
        if (run.status === 'READY' || run.status === 'RUNNING') lost.push(run);
        ended.push(run);
        run.status = next.status;
        run.finishedAt = new Date(parts.clock.now());
        recount(run, parts);
        run.statusMessage = `${WHAT_HAPPENED}; the run was aborted.`;
        parts.records.save(document);
    }
    return { ended, lost };
}

/** What cannot be counted, as it cannot be read, stays as it was written down last. */
function recount(run: Run, parts: RunDependencies): void {
    for (const count of [() => countContents(run, parts.storages), () => parts.charges.recount(run)]) {
        try {
            count();
        } catch (error) {
            if (!isCorruption(error)) throw error;
            const message = `What run \`${run.id}\` has written could not be counted.`;
            parts.emitter.emit('warning', { message, error });
        }
    }
}

/** How runs that were lost come to live once more. */
export interface Resurrector {
    findTarget: (run: Run) => RunTarget;
    resurrect: (run: Run) => Promise<unknown>;
}

/** Lets runs go on that were lost with their host. One whose Actor cannot be run any more stays aborted, and says why. */
export async function resurrectOrphanedRuns(
    lost: readonly Run[],
    parts: RunDependencies,
    { findTarget, resurrect }: Resurrector,
): Promise<void> {
    for (const run of lost) {
        try {
            await findTarget(run).resolveRunnable();
            await resurrect(run);
            parts.logs.open(run.id).note(`${WHAT_HAPPENED}; it starts anew.`);
        } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            run.statusMessage = `${WHAT_HAPPENED}, and it could not be resurrected: ${why}`;
            parts.records.save(parts.records.get(run.id)!);
            parts.emitter.emit('warning', { message: `Run \`${run.id}\` could not be resurrected.`, error });
        }
    }
}
