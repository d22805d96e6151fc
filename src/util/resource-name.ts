import { invalid } from './check.js';

/** The longest name that an Actor, a task or a schedule can have, in characters. */
export const MAX_RESOURCE_NAME_LENGTH = 63;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{1,61}[a-zA-Z0-9]$/;

/** Whether an Actor, a task or a schedule may have this name on the platform. */
export function isResourceName(name: string): boolean {
    return NAME.test(name);
}

/** Refuses a name of a task or a schedule that the platform would refuse: `invalid-value`. Undefined is none. */
export function checkResourceName(path: string, name: unknown): void {
    if (name === undefined || (typeof name === 'string' && isResourceName(name))) return;
    throw invalid(path, name, 'a text of 3 to 63 letters, digits and dashes, with no dash at the ends');
}
