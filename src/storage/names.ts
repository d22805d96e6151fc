import { EngineError } from '../errors/engine-error.js';
import { invalid } from '../util/check.js';

/** The longest name a storage can have, in characters. */
const MAX_NAME_LENGTH = 63;

const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

/** Refuses a storage's name that the platform would refuse: `invalid-value`. */
export function checkStorageName(path: string, name: unknown): asserts name is string {
    const rule = `1 to ${MAX_NAME_LENGTH} letters, digits or dashes, with no dash at either end`;
    if (typeof name === 'string' && name.length <= MAX_NAME_LENGTH && NAME.test(name)) return;
    throw invalid(path, name, rule);
}

/** What a reference to a storage can mean: an id, a name, or either. */
export interface StorageReference {
    /** Undefined when the reference can only be a name. */
    id?: string;
    name: string;
    /** Whose name it is; undefined is that of whoever asks. */
    username?: string;
}

/** Reads `id`, `name`, `~name`, `username~name` or `username/name`. */
export function parseReference(reference: string): StorageReference {
    const mark = reference.search(/[~/]/);
    if (mark === -1) return { id: reference, name: reference };
    const name = reference.slice(mark + 1);
    return mark === 0 ? { name } : { name, username: reference.slice(0, mark) };
}

/** The error for a name that something else has already. */
export function nameTaken(path: string, name: string, takenBy: string): EngineError {
    const message = `\`${path}\` is '${name}', but ${takenBy} has that name already. Choose another, or rename that one.`;
    return new EngineError('name-not-unique', message, { details: { name } });
}
