import * as fc from 'fast-check';

/** Strings that often cause bugs. */
const EDGE_CASE_TEXTS = [
    '',
    ' ',
    '0',
    '-0',
    '-1',
    '1.5',
    '1e400',
    '9007199254740993',
    'NaN',
    'Infinity',
    'null',
    'undefined',
    'true',
    '[]',
    '{}',
    '.',
    '..',
    '../../../etc/passwd',
    '..\\..\\x',
    '/etc/passwd',
    '~',
    '~~',
    'a~b~c',
    'a/b',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    '__metadata__',
    ',',
    'a,,b',
    '\0',
    '\n',
    '\r\nx: y',
    '\u202e',
    '\u{1f600}',
    'ž',
    'e\u0301',
    '\ufeff',
    '\ud800',
    '\udc00x',
    '%',
    '%00',
    '%2e%2e%2f',
    '%E0%A4%A',
    '<script>',
    '"',
    "'",
    '`',
    '${x}',
    '{{x}}',
    '2030-01-01T00:00:00.000Z',
    '2030-99-99',
    '-271821-04-20T00:00:00.000Z',
    '@daily',
    '* * * * *',
    '60 * * * *',
    'e30=',
    'x'.repeat(64),
    'x'.repeat(300),
    'x'.repeat(5000),
];

/** Numbers that often cause bugs. JSON can represent all of them. */
const EDGE_CASE_NUMBERS = [
    0,
    -1,
    1,
    1.5,
    0.1,
    127,
    128,
    1000,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    1e21,
    1e300,
    5e-324,
];

/** Generates any string. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
    { arbitrary: fc.constantFrom(...EDGE_CASE_TEXTS), weight: 4 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 20 }), weight: 1 },
    { arbitrary: fc.string({ maxLength: 20 }), weight: 1 },
);

/** Generates any JSON value. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], ...EDGE_CASE_NUMBERS),
        anyText,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(anyText, tie('value')), { maxLength: 3 }).map(toOwnFields),
        fc.constantFrom(3, 200).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
    ),
})).value;

/** Generates copies of a value with up to two mutations. */
export function mutationsOf(value: unknown): fc.Arbitrary<unknown> {
    const once = (from: unknown): fc.Arbitrary<unknown> =>
        fc
            .tuple(fc.nat(), anyJson, anyText, fc.constantFrom<Change>('replace', 'replace', 'add', 'remove', 'wrap'))
            .map(([place, odd, key, change]) => applyMutation(from, { place, odd, key, change }));
    return fc.oneof(fc.constant(value), once(value), once(value).chain(once));
}

type Change = 'replace' | 'add' | 'remove' | 'wrap';

interface Mutation {
    /** Index of the mutated location, modulo their number. */
    place: number;
    odd: unknown;
    key: string;
    change: Change;
}

function applyMutation(value: unknown, mutation: Mutation): unknown {
    const paths = listPaths(value);
    const path = paths[mutation.place % paths.length]!;
    return mutateAt(value, path, mutation);
}

function mutateAt(value: unknown, [key, ...path]: readonly string[], mutation: Mutation): unknown {
    if (key === undefined) return mutate(value, mutation);
    const inner = mutateAt((value as Record<string, unknown>)[key], path, mutation);
    if (Array.isArray(value))
        return value.flatMap((item, index) => (String(index) !== key ? [item] : inner === undefined ? [] : [inner]));
    return toOwnFields(
        Object.entries(value as object).flatMap(([name, field]): [string, unknown][] =>
            name !== key ? [[name, field]] : inner === undefined ? [] : [[name, inner]],
        ),
    );
}

function mutate(value: unknown, { odd, key, change }: Mutation): unknown {
    if (change === 'remove') return undefined;
    if (change === 'wrap') return [value];
    if (change === 'replace' || typeof value !== 'object' || value === null) return odd;
    return Array.isArray(value) ? [...(value as unknown[]), odd] : toOwnFields([...Object.entries(value), [key, odd]]);
}

/** Returns the paths of all nested values, the value itself first. */
function listPaths(value: unknown): string[][] {
    if (typeof value !== 'object' || value === null) return [[]];
    const inner = Object.entries(value).flatMap(([key, field]) => listPaths(field).map((path) => [key, ...path]));
    return [[], ...inner];
}

/** Creates an object with these own fields, even with names such as `__proto__`. */
export function toOwnFields(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    return Object.fromEntries(entries);
}
