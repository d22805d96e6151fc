import type { ActorDirectory, RunDirectory } from '../../client/client-host.js';
import type { RunService } from '../../lifecycle/run-service.js';
import type { Run } from '../../model/run.js';
import type { Viewer } from './viewer.js';

/** The runs of an engine as somebody sees them: their own, and to read those that are open. */
export function runsFor(viewer: Viewer, runs: RunService, actors: ActorDirectory): RunDirectory {
    const isOf = (userId: string): boolean => viewer.owns(userId);
    /** Refuses what is another's; that there is no such run is told by whoever is asked next. */
    const own = (id: string): string => {
        const run = runs.glance(id);
        if (run === undefined || isOf(run.userId)) return id;
        throw viewer.refusal('Actor run');
    };
    const assertReadable = (run: Run): void => {
        if (!isOf(run.userId) && !isReadable(run, viewer)) throw viewer.refusal('Actor run');
    };
    return {
        find(id) {
            const run = runs.find(id);
            if (run) assertReadable(run);
            return run && viewer.user === undefined ? withoutCosts(run) : run;
        },
        page: (query) => runs.page({ ...query, isOf }),
        last: (query) => runs.last({ ...query, isOf }),
        start: (actorId, input, options, cause) => runs.start(actors.idOf(actorId), input, options, cause),
        abort: (id, gracefully) => runs.abort(own(id), gracefully),
        async waitForFinish(id, waitMillis, signal) {
            const run = runs.glance(id);
            if (run) assertReadable(run);
            const end = await runs.waitForFinish(id, waitMillis, signal);
            return viewer.user === undefined ? withoutCosts(end) : end;
        },
        update: (id, fields) => runs.update(own(id), fields),
        metamorph: (id, actorId, input, build) => runs.metamorph(own(id), actors.idOf(actorId), input, build),
        reboot: (id) => runs.reboot(own(id)),
        resurrect: (id, options) => runs.resurrect(own(id), options),
        charge: (id, options) => runs.charge(own(id), options),
        remove: (id) => runs.remove(own(id)),
    };
}

/**
 * Whether somebody may read a run who is not its owner. Its id alone opens it to whoever comes without a token, unless it is
 * restricted; who comes as another user sees what has been opened on purpose.
 *
 * Source: "Get run" in the platform's API, and "General resource access" in its docs.
 */
function isReadable({ generalAccess }: Run, viewer: Viewer): boolean {
    if (generalAccess === 'ANYONE_WITH_ID_CAN_READ') return true;
    return viewer.user === undefined && generalAccess === 'FOLLOW_USER_SETTING';
}

/** What a run shows to those who have no token. */
function withoutCosts({ usageUsd: _, usageTotalUsd: __, ...shown }: Run): Run {
    return shown as Run;
}
