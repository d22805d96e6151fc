import { describe, expect, it } from 'vitest';
import { groupTexts, itemsToJson, itemsToTexts, joinTexts } from '../../../src/worker/channel/item-json.js';

describe('pushed items', () => {
    it.each([
        ['one object', { a: 1 }, '{"a":1}'],
        ['several objects', [{ a: 1 }, { b: new Date(0) }], '[{"a":1},{"b":"1970-01-01T00:00:00.000Z"}]'],
        ['JSON text', '[{"a" : 1}]', '[{"a" : 1}]'],
        ['texts and objects', ['{"a":1}', { b: 2 }], '[{"a":1},{"b":2}]'],
        ['nothing', [], '[]'],
    ])('become one JSON text: %s', (_, items, text) => {
        expect(itemsToJson(items)).toBe(text);
    });

    it.each([
        ['a number', 5, '`item` is 5, but must be an object.'],
        ['null in an array', [{}, null], '`items[1]` is null, but must be an object.'],
        ['an array in an array', [[]], '`items[0]` is an empty array, but must be an object.'],
        ['a big integer', { n: 1n }, '`item` cannot be written as JSON'],
        [
            'an item that serializes to a string',
            new Date(0),
            '`item` is an object, but must be an object when serialized to JSON.',
        ],
        ['an item that serializes to nothing', { toJSON: () => undefined }, 'JSON cannot represent'],
    ])('are rejected with the reason: %s', (_, items, message) => {
        expect(() => itemsToJson(items)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
        expect(() => itemsToJson(items)).toThrow(message);
    });

    it('are rejected if they are circular', () => {
        const item: Record<string, unknown> = {};
        item.self = item;

        expect(() => itemsToJson([item])).toThrow(/circular/i);
    });

    it('are split if they exceed the size of a push, in order', () => {
        const texts = itemsToTexts([{ a: 'xx' }, { a: 'é' }, { a: 'zz' }]);

        const chunks = groupTexts(texts, 24).map(joinTexts);

        expect(chunks).toEqual(['[{"a":"xx"},{"a":"é"}]', '{"a":"zz"}']);
        expect(Math.max(...chunks.map((chunk) => Buffer.byteLength(chunk)))).toBeLessThanOrEqual(24);
    });

    it('are rejected if one alone is too large', () => {
        expect(() => groupTexts(itemsToTexts([{}, { a: 'x'.repeat(50) }]), 40)).toThrow(
            expect.objectContaining({ code: 'request-too-large', details: { index: 1, bytes: 58, limitBytes: 40 } }),
        );
    });
});
