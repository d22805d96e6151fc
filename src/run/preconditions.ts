import { EngineError } from '../errors/engine-error.js';
import { isTerminal } from '../model/api/status.js';
import type { Run } from '../model/api/run.js';
import type { RunDocument } from '../model/api/run-document.js';
import type { RunTarget } from './interfaces.js';

/** Maximum number of metamorphs of a run, as on the platform. */
const MAX_METAMORPHS = 10;

/** @throws EngineError `metamorph-forbidden` or `max-metamorphs-exceeded`. */
export function checkMetamorph({ run, metamorph }: RunDocument): void {
    if (metamorph === false) {
        throw new EngineError(
            'metamorph-forbidden',
            `Run \`${run.id}\` cannot metamorph: it was started with \`metamorph: false\`.`,
        );
    }
    if (run.stats.metamorph < MAX_METAMORPHS) return;
    throw new EngineError(
        'max-metamorphs-exceeded',
        `Run \`${run.id}\` cannot metamorph again: it reached the maximum of ${MAX_METAMORPHS} metamorphs.`,
    );
}

/** @throws EngineError `cannot-metamorph-to-pay-per-result-actor`. */
export function checkMetamorphTarget({ actor, pricing }: RunTarget): void {
    if (pricing?.pricingModel !== 'PRICE_PER_DATASET_ITEM') return;
    throw new EngineError(
        'cannot-metamorph-to-pay-per-result-actor',
        `A run cannot metamorph into \`${actor.username}/${actor.name}\`: that Actor is paid per dataset item. Call it instead.`,
    );
}

/** Creates the error for resurrecting a run that has not finished. */
export function unfinishedError({ id, status }: Run): EngineError {
    return new EngineError(
        'run-not-finished',
        `Run \`${id}\` is ${status}; only a finished run can be resurrected. Wait until it finishes, or abort it first.`,
    );
}

/**
 * Creates the error for an operation that needs a running run.
 *
 * @param verb - As in "only a run that is RUNNING can be rebooted".
 */
export function notRunningError({ id, status }: Run, verb: string): EngineError {
    const state = isTerminal(status) ? `has already finished (${status})` : `is ${status}`;
    return new EngineError('job-finished', `Run \`${id}\` ${state}; only a run that is RUNNING can ${verb}.`);
}
