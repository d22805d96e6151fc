import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/arbitraries/random.js';
import { patchJson } from '../../../src/actors/input/patch-json.js';

describe('a JSON text', () => {
    it.each([
        ['{}', { a: 1 }, '{"a":1}'],
        [' { } ', { a: 1 }, ' { "a":1} '],
        ['{"n":12345678901234567890,"f":1.0e2}', { n: 1, a: 1 }, '{"n":1,"f":1.0e2,"a":1}'],
        [
            '{"n":12345678901234567890}',
            { n: Number('12345678901234567890'), a: [1] },
            '{"n":12345678901234567890,"a":[1]}',
        ],
        [
            '{\n  "s": "a}\\"b{",\n  "b": 1\n}',
            { s: 'a}"b{', b: 1, c: '"' },
            '{\n  "s": "a}\\"b{",\n  "b": 1\n,"c":"\\""}',
        ],
        [
            '{"o":{"n":9007199254740993}}',
            { o: { n: Number('9007199254740993'), d: null } },
            '{"o":{"n":9007199254740993,"d":null}}',
        ],
        ['{"l":[{"n":1e400},[],5]}', { l: [{ n: Infinity, d: 1 }, [], 6] }, '{"l":[{"n":1e400,"d":1},[],6]}'],
        ['{"s":{"a":["]",{}]},"t":1.50}', { s: 'sealed', t: 1.5 }, '{"s":"sealed","t":1.50}'],
        [
            '{"__proto__":{"n":1.0},"\\u0061":2}',
            JSON.parse('{"__proto__":{"n":1},"a":2,"b":3}'),
            '{"__proto__":{"n":1.0},"\\u0061":2,"b":3}',
        ],
        ['{"a":1,"a":{"n":2.0}}', { a: { n: 2 }, b: true }, '{"a":{"n":2},"a":{"n":2.0},"b":true}'],
        [
            '{"t":true,"f":false,"z":null,"m":-0}',
            { t: true, f: false, z: 0, m: -0 },
            '{"t":true,"f":false,"z":0,"m":-0}',
        ],
    ])('%s is changed only where necessary', (text, changed, expected) => {
        expect(patchJson(text, changed)).toBe(expected);
    });

    it('may be large', () => {
        const values = ['x'.repeat(3_000_000), '\\"{'.repeat(1_000_000), ['}'.repeat(2_000_000)], 'x'];
        const text = JSON.stringify({ values, skipped: values });

        const patched = patchJson(text, { values, skipped: 1, added: 2 });

        expect(patched).toBe(JSON.stringify({ values, skipped: 1, added: 2 }));
    });

    it('has the changed value, with any content', () => {
        for (let seed = 1; seed < 300; seed++) {
            const next = seededRandom(seed);
            const random: Random = (below) => Math.floor(next() * below);
            const before = JSON.stringify(randomObject(random, 4), null, random(3));
            const after = addDefaults(JSON.parse(before), random) as Record<string, unknown>;

            expect(JSON.parse(patchJson(before, after as never))).toEqual(after);
        }
    });
});

type Random = (below: number) => number;

function randomObject(random: Random, depth: number): Record<string, unknown> {
    const names = ['a', 'b"', 'ž{', '\\', '', '__x'];
    return Object.fromEntries(
        names.filter(() => random(2) === 0).map((name) => [name, randomValue(random, depth - 1)]),
    );
}

function randomValue(random: Random, depth: number): unknown {
    const plain = [1.5, -7, 'te"x]t', '\\"', null, true, ''];
    const kind = random(depth > 0 ? 9 : 7);
    if (kind === 7) return randomObject(random, depth);
    if (kind === 8) return Array.from({ length: random(3) }, () => randomValue(random, depth - 1));
    return plain[kind];
}

function addDefaults(value: unknown, random: Random): unknown {
    if (Array.isArray(value)) return value.map((one) => addDefaults(one, random));
    if (typeof value !== 'object' || value === null) return random(4) === 0 ? { changed: [1] } : value;
    const fields = Object.entries(value).map(([name, inner]) => [name, addDefaults(inner, random)]);
    return Object.fromEntries(random(2) === 0 ? [...fields, ['default', randomValue(random, 1)]] : fields);
}
