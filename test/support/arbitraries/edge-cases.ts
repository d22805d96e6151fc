import * as fc from 'fast-check';

/** Texts that something may stumble over. */
const ODD_TEXTS = [
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

/** Numbers that something may stumble over; all can be written as JSON. */
const ODD_NUMBERS = [
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

/** A text of any kind. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
    { arbitrary: fc.constantFrom(...ODD_TEXTS), weight: 4 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 20 }), weight: 1 },
    { arbitrary: fc.string({ maxLength: 20 }), weight: 1 },
);

/** A value that JSON can say, of any kind. */
export const oddJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], ...ODD_NUMBERS),
        oddText,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(oddText, tie('value')), { maxLength: 3 }).map(ownFields),
        fc.constantFrom(3, 200).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
    ),
})).value;

/** A value that differs from another one in a place or two. */
export function nearly(value: unknown): fc.Arbitrary<unknown> {
    const once = (from: unknown): fc.Arbitrary<unknown> =>
        fc
            .tuple(fc.nat(), oddJson, oddText, fc.constantFrom<Change>('replace', 'replace', 'add', 'remove', 'wrap'))
            .map(([place, odd, key, change]) => changed(from, { place, odd, key, change }));
    return fc.oneof(fc.constant(value), once(value), once(value).chain(once));
}

type Change = 'replace' | 'add' | 'remove' | 'wrap';

interface Deed {
    /** Counts through all places of the value, and from the beginning again. */
    place: number;
    odd: unknown;
    key: string;
    change: Change;
}

function changed(value: unknown, deed: Deed): unknown {
    const places = placesOf(value);
    const path = places[deed.place % places.length]!;
    return changedAt(value, path, deed);
}

function changedAt(value: unknown, [key, ...path]: readonly string[], deed: Deed): unknown {
    if (key === undefined) return changedHere(value, deed);
    const inner = changedAt((value as Record<string, unknown>)[key], path, deed);
    if (Array.isArray(value))
        return value.flatMap((item, index) => (String(index) !== key ? [item] : inner === undefined ? [] : [inner]));
    return ownFields(
        Object.entries(value as object).flatMap(([name, field]): [string, unknown][] =>
            name !== key ? [[name, field]] : inner === undefined ? [] : [[name, inner]],
        ),
    );
}

function changedHere(value: unknown, { odd, key, change }: Deed): unknown {
    if (change === 'remove') return undefined;
    if (change === 'wrap') return [value];
    if (change === 'replace' || typeof value !== 'object' || value === null) return odd;
    return Array.isArray(value) ? [...(value as unknown[]), odd] : ownFields([...Object.entries(value), [key, odd]]);
}

/** The ways to all that is in a value, itself first. */
function placesOf(value: unknown): string[][] {
    if (typeof value !== 'object' || value === null) return [[]];
    const inner = Object.entries(value).flatMap(([key, field]) => placesOf(field).map((path) => [key, ...path]));
    return [[], ...inner];
}

/** An object of these fields, whatever their names. */
export function ownFields(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    return Object.fromEntries(entries);
}
