import { customAlphabet } from 'nanoid';

/** Ids have 17 characters, as the platform's. */
const ID_LENGTH = 17;

const alphanumeric = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', ID_LENGTH);

/** Makes the id of an Actor, build, run or storage: 17 letters and digits. */
export function newId(): string {
    // Put together letter by letter, it would take twice the memory as long as it is kept, and ids are kept by the thousand.
    return Buffer.from(alphanumeric(), 'latin1').toString('latin1');
}

/** Makes a token or password of 36 letters and digits. */
export function newSecret(): string {
    return alphanumeric(36);
}
