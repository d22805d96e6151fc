import { customAlphabet } from 'nanoid';

/** The length of the platform's ids. */
const ID_LENGTH = 17;

const alphanumeric = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', ID_LENGTH);

/** Creates the id of an Actor, build, run or storage: 17 letters and digits. */
export function newId(): string {
    // Flattens the string: V8 needs twice the memory for one concatenated by character, and the engine keeps thousands of ids.
    return Buffer.from(alphanumeric(), 'latin1').toString('latin1');
}

/** Creates a token or password of 36 letters and digits. */
export function newSecret(): string {
    return alphanumeric(36);
}
