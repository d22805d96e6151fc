import { describe, expect, it } from 'vitest';
import { parseBody } from '../../src/api/body.js';
import { serializeItems } from '../../src/storage/dataset/item-json.js';
import { encodeRunInput } from '../../src/storage/key-value-store/record-values.js';
import { checkJsonDepth, parseJson } from '../../src/util/json/json.js';

const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('checkJsonDepth', () => {
    it.each([
        ['objects', objects(1000)],
        ['arrays', arrays(1000)],
        ['many siblings', `[${Array.from({ length: 5000 }, () => '{"a":[]}').join(',')}]`],
        [
            'brackets in strings',
            JSON.stringify({ a: '[{'.repeat(5000), b: '\\"[['.repeat(5000), ['['.repeat(5000)]: 1 }),
        ],
    ])('accepts %s up to 1000 levels deep', (_label, json) => {
        expect(() => checkJsonDepth('value', json)).not.toThrow();
    });

    it.each([
        ['objects', objects(1001)],
        ['arrays', arrays(1001)],
        ['both alternating', '[{"a":'.repeat(501) + '1' + '}]'.repeat(501)],
        ['objects after brackets in strings', `{"]}]}\\"":${objects(1000)}}`],
    ])('rejects more than 1000 levels of %s', (_label, json) => {
        expect(() => checkJsonDepth('value', json)).toThrow('`value` is nested more than 1000 levels deep');
    });

    // Parsing would take seconds, and fail for another reason: the text is not complete.
    it.each<[string, (json: string) => unknown]>([
        ['the body of a request', parseBody],
        ['items', serializeItems],
        ['an input', (json) => encodeRunInput(json, 'application/json')],
    ])('is called before the JSON is parsed: %s', (_label, parse) => {
        expect(() => parse('['.repeat(9_000_000))).toThrow('is nested more than 1000 levels deep');
        expect(() => parse('{"a":'.repeat(1_000_000))).toThrow('is nested more than 1000 levels deep');
        expect(parseJson('['.repeat(9_000_000))).toBeUndefined();
    });

    it('accepts items of 1000 levels in an array', () => {
        expect(serializeItems(`[${objects(1000)}]`)).toEqual([objects(1000)]);
    });
});
