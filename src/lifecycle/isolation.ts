import { EngineError } from '../errors/engine-error.js';
import { ISOLATIONS, type Isolation } from '../model/execution.js';
import { checkWord } from '../util/check.js';
import type { LifecycleSettings, StartTarget } from './parts.js';

/**
 * How a run is kept apart: as it was started with, else as its Actor says, else as the engine says.
 *
 * @param wanted - What the run was started with.
 */
export function chooseIsolation(
    wanted: Isolation | undefined,
    target: Pick<StartTarget, 'isolation' | 'isFunction'>,
    settings: Pick<LifecycleSettings, 'isolation'>,
): Isolation {
    return target.isFunction ? 'inline' : (wanted ?? target.isolation ?? settings.isolation);
}

/** @throws EngineError `invalid-value`, or `isolation-impossible` for a function that is to leave the host. */
export function checkIsolation(wanted: unknown, path: string, isFunction: boolean): void {
    checkWord(path, wanted, ISOLATIONS);
    if (!isFunction || wanted === undefined || wanted === 'inline') return;
    throw new EngineError(
        'isolation-impossible',
        `\`${path}\` is '${String(wanted)}', but the Actor is a function of this process, which can only run inline. ` +
            'Leave the option out, or give the Actor as a module.',
    );
}

/** @throws EngineError `isolation-impossible` for setup files of a run in the host's own thread, which has been set up by the host. */
export function checkSetupFiles(setupFiles: readonly string[] | undefined, isolation: Isolation): void {
    if (setupFiles === undefined || setupFiles.length === 0 || isolation !== 'inline') return;
    throw new EngineError(
        'isolation-impossible',
        '`options.setupFiles` are imported in the thread or process of a run, but this run would have yours. Import them ' +
            'yourself, or give the run another isolation.',
    );
}
