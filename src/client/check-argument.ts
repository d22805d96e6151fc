import { invalid } from '../util/check.js';

/** A text that is there and not empty: the id or name of something, or the key of a record. */
export function checkId(path: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') throw invalid(path, value, 'a text that is not empty');
}

/** An argument that may not be left out, although it is an object of options whose fields may all be. */
export function checkGiven(path: string, value: unknown): void {
    if (value === undefined) throw invalid(path, value, 'an object');
}
