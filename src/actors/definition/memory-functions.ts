/** A function that a memory expression can call. */
export type MemoryFunction = (...args: unknown[]) => unknown;

/** The functions of memory expressions: those that the platform documents, and those behind operators. */
export const MEMORY_FUNCTIONS: Readonly<Record<string, MemoryFunction>> = Object.assign(
    Object.create(null) as Record<string, MemoryFunction>,
    {
        get,
        min: (...args) => Math.min(...toNumbers('min', args)),
        max: (...args) => Math.max(...toNumbers('max', args)),
        ceil: (value, digits = 0) => roundToDigits(Math.ceil, value, digits),
        floor: (value, digits = 0) => roundToDigits(Math.floor, value, digits),
        round: (value, digits = 0) => roundToDigits(Math.round, value, digits),
        abs: (value) => Math.abs(toNumber(value)),
        exp: (value) => Math.exp(toNumber(value)),
        log: (value, base) => Math.log(toNumber(value)) / (base === undefined ? 1 : Math.log(toNumber(base))),
        log10: (value) => Math.log10(toNumber(value)),
        pow: (base, exponent) => toNumber(base) ** toNumber(exponent),
        add: (...args) => toNumbers('add', args).reduce((sum, value) => sum + value),
        subtract: (a, b) => toNumber(a) - toNumber(b),
        multiply: (...args) => toNumbers('multiply', args).reduce((product, value) => product * value),
        divide: (a, b) => toNumber(a) / toNumber(b),
        equal: (a, b) => areEqual(a, b),
        unequal: (a, b) => !areEqual(a, b),
        compareText,
    } satisfies Record<string, MemoryFunction>,
);

/** Converts a value to a number. As on the platform, numeric strings and booleans count as numbers. */
export function toNumber(value: unknown): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return Number(value);
    if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
    const shown = typeof value === 'string' ? `"${value}"` : value === undefined ? 'undefined' : describeType(value);
    throw new Error(`${shown} is used as a number`);
}

/** Converts a value to a boolean. Objects are refused. */
export function toBoolean(value: unknown): boolean {
    if (typeof value === 'object' && value !== null) throw new Error(`${describeType(value)} is used as a condition`);
    return Boolean(value);
}

/** Compares two values as numbers. `compareText` compares strings. */
export function areEqual(a: unknown, b: unknown): boolean {
    if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
    return toNumber(a) === toNumber(b);
}

/** Returns an own property of a value of any type. */
export function ownProperty(value: unknown, key: string): unknown {
    if (value === null || value === undefined) return undefined;
    return Object.hasOwn(Object(value) as object, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function get(value: unknown, path: unknown, fallback?: unknown): unknown {
    if (typeof path !== 'string')
        throw new Error('`get` requires a path as a string, like get(input, "startUrls.length", 1)');
    return path.split('.').reduce(ownProperty, value) ?? fallback;
}

function compareText(a: unknown, b: unknown): number {
    if (typeof a !== 'string' || typeof b !== 'string') throw new Error('`compareText` requires two strings');
    if (a === b) return 0;
    return a < b ? -1 : 1;
}

function roundToDigits(round: (value: number) => number, value: unknown, digits: unknown): number {
    const scale = 10 ** toNumber(digits);
    return round(toNumber(value) * scale) / scale;
}

function toNumbers(name: string, args: readonly unknown[]): number[] {
    const numbers = args.flat().map(toNumber);
    if (numbers.length === 0) throw new Error(`\`${name}\` requires at least one argument`);
    return numbers;
}

function describeType(value: unknown): string {
    if (value === null) return 'null';
    return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
