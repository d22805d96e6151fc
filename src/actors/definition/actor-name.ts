import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { isResourceName, MAX_RESOURCE_NAME_LENGTH } from '../../util/collections/named-records.js';
import type { ErrorCode } from '../../errors/catalogue.js';

const USERNAME = /^[a-z0-9_.-]{3,30}$/;

/** The two halves of `owner/name`. */
export interface ActorName {
    username?: string;
    name: string;
}

/**
 * Reads `name`, `owner/name` or `owner~name`.
 *
 * @param path - The name of the value in error messages: the option, or the field and its file.
 * @throws EngineError with the given code, if the name or the username is not allowed on the platform.
 */
export function readActorName(path: string, value: unknown, code: ErrorCode = 'invalid-value'): ActorName {
    const createError = (rule: string): EngineError =>
        new EngineError(code, `${path} is ${show(value)}, but ${rule}.`, { details: { path } });
    if (typeof value !== 'string') throw createError('must be a string such as `name` or `owner/name`');
    const [first = '', second, ...more] = value.split(/[/~]/);
    const [username, name] = second === undefined ? [undefined, first] : [first, second];
    if (!isResourceName(name) || more.length > 0) {
        throw createError('the name of an Actor must be 3 to 63 letters, digits and dashes, with no dash at the ends');
    }
    if (username === undefined) return { name };
    if (!USERNAME.test(username)) throw createError('an owner must be 3 to 30 of a-z, 0-9, `_`, `.` and `-`');
    return { username, name };
}

/** Converts the name of a file or folder to a valid Actor name. */
export function toActorName(fileName: string): string {
    const dashed = fileName.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, MAX_RESOURCE_NAME_LENGTH);
    const name = dashed.replace(/^-+|-+$/g, '');
    if (name === '') return 'actor';
    return name.length < 3 ? `${name}-actor` : name;
}
