import { describe, expect, it } from 'vitest';
import { checkJsonDepth } from '../../src/util/json/json.js';

const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('the depth of JSON', () => {
    it.each([
        ['objects', objects(1000)],
        ['arrays', arrays(1000)],
        ['many beside each other', `[${Array.from({ length: 5000 }, () => '{"a":[]}').join(',')}]`],
        ['brackets in texts', JSON.stringify({ a: '[{'.repeat(5000), b: '\\"[['.repeat(5000), ['['.repeat(5000)]: 1 })],
    ])('may be that of %s', (_what, json) => {
        expect(() => checkJsonDepth('value', json)).not.toThrow();
    });

    it.each([
        ['objects', objects(1001)],
        ['arrays', arrays(1001)],
        ['both in turn', '[{"a":'.repeat(501) + '1' + '}]'.repeat(501)],
        ['what comes after brackets in texts', `{"]}]}\\"":${objects(1000)}}`],
    ])('is refused above 1000 levels of %s', (_what, json) => {
        expect(() => checkJsonDepth('value', json)).toThrow('`value` is nested more than 1000 levels deep');
    });
});
