import { describe, expect, it } from 'vitest';
import { splitBatches, parseItems } from '../../src/cli/commands/dataset.js';

describe('Handwritten items', () => {
    it.each([
        ['one object', '{ "a": 1 }', [{ a: 1 }]],
        ['an object on several lines', '{\n  "a": 1\n}', [{ a: 1 }]],
        ['an array', '[{"a":1},\n{"a":2}]', [{ a: 1 }, { a: 2 }]],
        ['an empty array', '[]', []],
        ['JSON Lines, with an empty one', '{"a":1}\r\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
        ['a text with a byte order mark', '\uFEFF{"a":1}', [{ a: 1 }]],
    ])('may be %s', (_, text, items) => {
        expect(parseItems(text, 'the argument')).toEqual(items);
    });

    it.each([
        ['[1]', /^Item 1 of items\.json is 1, but must be a JSON object/],
        ['[{}, null]', /^Item 2 of items\.json is null/],
        ['"text"', /^Item 1 of items\.json is 'text'/],
        ['', /is empty/],
        ['{"a":1}\n{"a":}', /^items\.json is not valid JSON: line 2, column 6: .*\n {2}2 \| /],
        ['[{"a":1},]', /line 1, column 10/],
    ])('are rejected if invalid: %j', (text, message) => {
        expect(() => parseItems(text, 'items.json')).toThrow(message);
    });

    it('are pushed in batches that the platform accepts', () => {
        const large = { text: 'x'.repeat(3 * 1024 ** 2) };
        const groups = [...splitBatches([{ a: 1 }, large, large, { b: 1 }])];

        expect(groups.map(({ length }) => length)).toEqual([2, 2]);
        expect(groups.flat().map((text) => JSON.parse(text) as unknown)).toEqual([{ a: 1 }, large, large, { b: 1 }]);
        expect([...splitBatches([])]).toEqual([]);
    });
});
