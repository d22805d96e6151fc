import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { MAX_RESOURCE_NAME_LENGTH } from '../../util/collections/named-records.js';
import type { ErrorCode } from '../../errors/catalogue.js';

/** The platform requires 3 characters, but only of an Actor that is published. */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** Minimum length of a name on the platform. */
const MIN_PLATFORM_LENGTH = 3;

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
 * @throws EngineError with the given code, if the name or the username is not allowed.
 */
export function readActorName(path: string, value: unknown, code: ErrorCode = 'invalid-value'): ActorName {
    const createError = (rule: string): EngineError =>
        new EngineError(code, `${path} is ${show(value)}, but ${rule}.`, { details: { path } });
    if (typeof value !== 'string') throw createError('must be a string such as `name` or `owner/name`');
    const [first = '', second, ...more] = value.split(/[/~]/);
    const [username, name] = second === undefined ? [undefined, first] : [first, second];
    if (!isActorName(name) || more.length > 0) {
        throw createError('the name of an Actor must be 1 to 63 letters, digits and dashes, with no dash at the ends');
    }
    if (username === undefined) return { name };
    if (!USERNAME.test(username)) throw createError('an owner must be 3 to 30 of a-z, 0-9, `_`, `.` and `-`');
    return { username, name };
}

/** Converts the name of a file or folder to a valid Actor name. */
export function toActorName(fileName: string): string {
    const dashed = fileName.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, MAX_RESOURCE_NAME_LENGTH);
    return dashed.replace(/^-+|-+$/g, '') || 'actor';
}

/** True for a name that an Actor may have in the engine. */
export function isActorName(name: string): boolean {
    return NAME.test(name);
}

/** Returns a warning about a name that the platform refuses; undefined for other names. */
export function describeShortName(name: string): string | undefined {
    if (name.length >= MIN_PLATFORM_LENGTH) return undefined;
    return `The name \`${name}\` is too short for the Apify platform, which requires at least ${MIN_PLATFORM_LENGTH} characters.`;
}
