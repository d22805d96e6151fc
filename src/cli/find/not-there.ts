import { EngineError } from '../../errors/engine-error.js';
import { nearMiss } from '../../util/check.js';

/** What there is of a kind, to be told to somebody who asked for something else. */
export interface Candidate {
    readonly id: string;
    /** Preferred to the id where there is one. */
    readonly name?: string | undefined;
    /** What distinguishes it where it has no name: `SUCCEEDED`. */
    readonly note?: string | undefined;
}

const MOST_SHOWN = 5;
const LEAST_NEAR = 3;

/**
 * The error for an id or name that nothing has: with the nearest that there is, else with some of those that there are.
 *
 * @param noun - `dataset`.
 * @param command - That which lists them: `dataset ls`.
 */
export function notThere(
    noun: string,
    reference: string,
    candidates: readonly Candidate[],
    command: string,
): EngineError {
    // One letter is near to any other.
    const near =
        reference.length < LEAST_NEAR
            ? undefined
            : nearMiss(
                  reference,
                  candidates.flatMap(({ id, name }) => (name === undefined ? [id] : [name, id])),
              );
    const shown = candidates.slice(0, MOST_SHOWN).map(shownAs);
    const isAll = candidates.length <= shown.length;
    const all = `See all with \`greenroom ${command}\`.`;
    const remedy =
        near !== undefined
            ? `Did you mean \`${near}\`? ${all}`
            : shown.length === 0
              ? `There are no ${noun}s here yet.`
              : `There ${isAll ? 'is' : 'are, among others,'} ${shown.join(', ')}. ${isAll ? '' : all}`;
    const message = `There is no ${noun} \`${reference}\`. ${remedy}`.trimEnd();
    return new EngineError('record-not-found', message, { details: { reference } });
}

function shownAs({ id, name, note }: Candidate): string {
    return `\`${name ?? id}\`${note === undefined ? '' : ` (${note})`}`;
}
