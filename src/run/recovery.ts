import { countContents } from './run-stats.js';
import { isCorruption } from '../storage/file/fs-error.js';
import { step } from './status-machine.js';
import { endTime } from '../util/clock.js';
import type { Run } from '../model/api/run.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';

/** How an engine treats the runs of a host that died. */
export type Recovery = 'abort' | 'resurrect';

const ORPHANED_MESSAGE = 'The process of the engine ended before the run finished';

/**
 * Aborts the runs of a host that ended without closing its engine.
 *
 * @returns All aborted runs as `ended`, and as `lost` those that were not already stopping; oldest first.
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
        run.finishedAt = endTime(run.startedAt, dependencies.clock.now());
        recountUsage(run, dependencies);
        run.statusMessage = `${ORPHANED_MESSAGE}; the run was aborted.`;
        dependencies.records.save(document);
    }
    return { ended, lost };
}

/** Recounts the stats and charges of a run. Corrupted data emits a warning and keeps the last saved figures. */
function recountUsage(run: Run, dependencies: RunDependencies): void {
    for (const count of [() => countContents(run, dependencies.storages), () => dependencies.charges.recount(run)]) {
        try {
            count();
        } catch (error) {
            if (!isCorruption(error)) throw error;
            const message = `The storages and charges of run \`${run.id}\` could not be counted.`;
            dependencies.emitter.emit('warning', { message, error });
        }
    }
}

/** Finds the Actor of a lost run, and resurrects the run. */
export interface Resurrector {
    findTarget: (run: Run) => RunTarget;
    resurrect: (run: Run) => Promise<unknown>;
}

/** Resurrects runs that were lost with their host. A run whose Actor cannot run any more stays aborted, with the reason. */
export async function resurrectOrphanedRuns(
    lost: readonly Run[],
    dependencies: RunDependencies,
    { findTarget, resurrect }: Resurrector,
): Promise<void> {
    for (const run of lost) {
        try {
            await findTarget(run).resolveRunnable();
            await resurrect(run);
            dependencies.logs.open(run.id).note(`${ORPHANED_MESSAGE}; the run was resurrected.`);
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            run.statusMessage = `${ORPHANED_MESSAGE}, and it could not be resurrected: ${reason}`;
            dependencies.records.save(dependencies.records.get(run.id)!);
            dependencies.emitter.emit('warning', { message: `Run \`${run.id}\` could not be resurrected.`, error });
        }
    }
}
