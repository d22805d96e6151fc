import { EngineError } from '../errors/engine-error.js';
import { isTerminal } from '../model/api/status.js';
import type { Run } from '../model/api/run.js';
import type { RunDocument } from '../model/api/run-document.js';
import type { RunTarget } from './interfaces.js';

/** As many times a run may become another Actor, as on the platform. */
const MAX_METAMORPHS = 10;

/** @throws EngineError `metamorph-forbidden` or `max-metamorphs-exceeded`. */
export function checkMetamorph({ run, metamorph }: RunDocument): void {
    if (metamorph === false) {
        throw new EngineError(
            'metamorph-forbidden',
            `Run \`${run.id}\` was started with \`metamorph: false\` and stays the Actor that it is.`,
        );
    }
    if (run.stats.metamorph < MAX_METAMORPHS) return;
    throw new EngineError(
        'max-metamorphs-exceeded',
        `Run \`${run.id}\` has become another Actor ${MAX_METAMORPHS} times, which is as often as a run may.`,
    );
}

/** @throws EngineError `cannot-metamorph-to-pay-per-result-actor`. */
export function checkMetamorphTarget({ actor, pricing }: RunTarget): void {
    if (pricing?.pricingModel !== 'PRICE_PER_DATASET_ITEM') return;
    throw new EngineError(
        'cannot-metamorph-to-pay-per-result-actor',
        `No run can become \`${actor.username}/${actor.name}\`: that Actor is paid per dataset item. Call it instead.`,
    );
}

/** The error for a run that is to be resurrected and has not ended. */
export function unfinishedError({ id, status }: Run): EngineError {
    return new EngineError(
        'run-not-finished',
        `Run \`${id}\` is ${status}; only a finished run can be resurrected. Wait for its end, or abort it first.`,
    );
}

/**
 * The error for a run that is not running and is to do what only a running one can.
 *
 * @param what - As in "only a run that is RUNNING can be rebooted".
 */
export function notRunningError({ id, status }: Run, what: string): EngineError {
    const state = isTerminal(status) ? `has already finished (${status})` : `is ${status}`;
    return new EngineError('job-finished', `Run \`${id}\` ${state}; only a run that is RUNNING can ${what}.`);
}
