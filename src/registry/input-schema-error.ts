import { EngineError } from '../errors/engine-error.js';

/** The wrapping that the platform's validator puts around what it has to say. */
const WRAPPED = /^Input schema is not valid \((.*)\)$/s;
const FIELD = /\bschema\.([\w.-]*[\w-])/;
const SPECIFICATION =
    'https://docs.apify.com/platform/actors/development/actor-definition/input-schema/specification/v1';

/**
 * The error for an input schema that no Actor can have.
 *
 * @param file - Where the schema is: its own file, or the `actor.json` that holds it.
 * @param cause - What the check of the schema threw.
 */
export function inputSchemaError(file: string, cause: unknown): EngineError {
    const { message } = cause as Error;
    const isTooDeep = cause instanceof RangeError;
    const problem = isTooDeep ? 'It is nested too deeply' : message.replace(WRAPPED, '$1').replace(/\.$/, '');
    const field = FIELD.exec(problem)?.[1];
    return new EngineError(
        'actor-source-invalid',
        `The input schema in ${file} is not valid: ${problem}. Correct it there; see ${SPECIFICATION}.`,
        { details: { file, ...(field !== undefined && { field }) }, cause },
    );
}
