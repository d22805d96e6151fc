import { EngineError } from '../errors/engine-error.js';

/** The error of every method but `get` and `delete` when what it works on does not exist. */
export function notFound(sought: string, remedy: string): EngineError {
    return new EngineError('record-not-found', `There is no ${sought}. ${remedy}`, { details: { sought } });
}
