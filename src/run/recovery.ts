import { countContents } from './run-stats.js';
import { isCorruption } from '../storage/file/fs-error.js';
import { step } from './status-machine.js';
import type { Run } from '../model/api/run.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';

/** What an engine does with the runs that a host left behind when it died. */
export type Recovery = 'abort' | 'resurrect';

const ORPHANED_MESSAGE = 'The process that ran this Actor ended before the run did';

/**
 * Ends the runs that a host left behind when it ended without closing its engine.
 *
 * @returns All of them, and those that nobody had told to end; oldest first.
 */
export function abortOrphanedRuns(dependencies: RunDependencies): { ended: Run[]; lost: Run[] } {
    const ended: Run[] = [];
    const lost: Run[] = [];
    for (const document of dependencies.records.live()) {
        const { run } = document;
        const next = step(run.status, 'host-lost');
        if (next === undefined) continue;
        if (run.status === 'READY' || run.status === 'RUNNING') lost.push(run);
        ended.push(run);
        run.status = next.status;
        run.finishedAt = new Date(dependencies.clock.now());
        recountUsage(run, dependencies);
        run.statusMessage = `${ORPHANED_MESSAGE}; the run was aborted.`;
        dependencies.records.save(document);
    }
    return { ended, lost };
}

/** What cannot be counted, as it cannot be read, stays as it was written down last. */
function recountUsage(run: Run, dependencies: RunDependencies): void {
    for (const count of [() => countContents(run, dependencies.storages), () => dependencies.charges.recount(run)]) {
        try {
            count();
        } catch (error) {
            if (!isCorruption(error)) throw error;
            const message = `What run \`${run.id}\` has written could not be counted.`;
            dependencies.emitter.emit('warning', { message, error });
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
    dependencies: RunDependencies,
    { findTarget, resurrect }: Resurrector,
): Promise<void> {
    for (const run of lost) {
        try {
            await findTarget(run).resolveRunnable();
            await resurrect(run);
            dependencies.logs.open(run.id).note(`${ORPHANED_MESSAGE}; it starts anew.`);
        } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            run.statusMessage = `${ORPHANED_MESSAGE}, and it could not be resurrected: ${why}`;
            dependencies.records.save(dependencies.records.get(run.id)!);
            dependencies.emitter.emit('warning', { message: `Run \`${run.id}\` could not be resurrected.`, error });
        }
    }
}
