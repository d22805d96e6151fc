import { describe, expect, it } from 'vitest';
import { checkJsonDepth } from '../../src/util/json/json.js';

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
});
