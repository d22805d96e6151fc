import { EngineError } from '../../errors/engine-error.js';
import { MAX_DEPTH } from './json.js';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Rejects an input with a value that JSON would silently drop or replace, such as a Map, a function or NaN. Undefined counts as
 * omitted, and a value with a `toJSON` method, such as a Date, is trusted.
 *
 * @param path - The path of the input as the caller wrote it.
 * @throws EngineError `invalid-input` with the path of that value.
 */
export function checkRunInput(path: string, input: unknown): void {
    checkValue(path, input, new Set());
}

function checkValue(path: string, value: unknown, ancestors: Set<object>): void {
    const problem = problemOf(value, ancestors);
    if (problem !== undefined) {
        const message = `\`${path}\` is ${problem}, which JSON cannot represent. ${remedyFor(value)}`;
        throw new EngineError('invalid-input', message, { details: { path } });
    }
    if (typeof value !== 'object' || value === null || hasToJson(value)) return;
    // Reported by the caller; recursion would overflow the stack.
    if (ancestors.size === MAX_DEPTH) return;
    ancestors.add(value);
    if (Array.isArray(value)) value.forEach((item, index) => checkValue(`${path}[${index}]`, item, ancestors));
    else for (const [key, field] of Object.entries(value)) checkValue(fieldPath(path, key), field, ancestors);
    ancestors.delete(value);
}

function fieldPath(path: string, key: string): string {
    return IDENTIFIER.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Returns what is wrong with a value, without its fields. */
function problemOf(value: unknown, ancestors: ReadonlySet<object>): string | undefined {
    switch (typeof value) {
        case 'function':
            return 'a function';
        case 'symbol':
            return 'a symbol';
        case 'bigint':
            return hasToJson(value) ? undefined : 'a bigint';
        case 'number':
            return Number.isFinite(value) ? undefined : String(value);
        case 'object':
            return value === null ? undefined : problemOfObject(value, ancestors);
        default:
            return undefined;
    }
}

function problemOfObject(value: object, ancestors: ReadonlySet<object>): string | undefined {
    if (ancestors.has(value)) return 'a reference to an object that contains it';
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : undefined;
    if (hasToJson(value) || Array.isArray(value)) return undefined;
    const prototype = Object.getPrototypeOf(value) as object | null;
    // Also the prototype of objects from another realm, such as Jest's.
    if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
    const { constructor } = prototype as { constructor?: { name?: unknown } };
    return `an instance of ${typeof constructor?.name === 'string' && constructor.name !== '' ? constructor.name : 'a class'}`;
}

function hasToJson(value: bigint | object): boolean {
    return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

function remedyFor(value: unknown): string {
    if (typeof value === 'function') return 'Pass its source text, `String(…)`, or omit it.';
    if (typeof value === 'object') return 'Pass plain objects, arrays, text, numbers, booleans or null.';
    return 'Pass text, a number, a boolean or null.';
}
