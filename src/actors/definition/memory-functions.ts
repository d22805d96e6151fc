/** What a name in a memory expression may stand for, besides variables. */
export type MemoryFunction = (...args: unknown[]) => unknown;

/** The functions of memory expressions; those that the platform documents, and those that operators stand for. */
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

/** A value as a number; a text or a boolean counts as one, as for the platform. */
export function toNumber(value: unknown): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return Number(value);
    if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
    const shown =
        typeof value === 'string' ? `"${value}"` : value === undefined ? 'what is not there' : describeType(value);
    throw new Error(`${shown} is used as a number`);
}

/** Whether a value counts as true. */
export function toBoolean(value: unknown): boolean {
    if (typeof value === 'object' && value !== null) throw new Error(`${describeType(value)} is used as a condition`);
    return Boolean(value);
}

/** Numbers only; texts are compared with `compareText`. */
export function areEqual(a: unknown, b: unknown): boolean {
    if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
    return toNumber(a) === toNumber(b);
}

/** A property that a value has itself, of whatever kind it is. */
export function ownProperty(value: unknown, key: string): unknown {
    if (value === null || value === undefined) return undefined;
    return Object.hasOwn(Object(value) as object, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function get(value: unknown, path: unknown, fallback?: unknown): unknown {
    if (typeof path !== 'string')
        throw new Error('`get` takes a path as a text, like get(input, "startUrls.length", 1)');
    return path.split('.').reduce(ownProperty, value) ?? fallback;
}

function compareText(a: unknown, b: unknown): number {
    if (typeof a !== 'string' || typeof b !== 'string') throw new Error('`compareText` compares two texts');
    if (a === b) return 0;
    return a < b ? -1 : 1;
}

function roundToDigits(round: (value: number) => number, value: unknown, digits: unknown): number {
    const scale = 10 ** toNumber(digits);
    return round(toNumber(value) * scale) / scale;
}

function toNumbers(name: string, args: readonly unknown[]): number[] {
    const numbers = args.flat().map(toNumber);
    if (numbers.length === 0) throw new Error(`\`${name}\` is given nothing`);
    return numbers;
}

function describeType(value: unknown): string {
    if (value === null) return 'null';
    return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
