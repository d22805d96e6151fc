import { describe, expect, it } from 'vitest';
import { formatCell } from '../../../src/console/storage/dataset/items.js';

describe('a value in a table', () => {
    it.each([
        [undefined, undefined, { kind: 'absent' }],
        [null, undefined, { kind: 'null', text: 'null' }],
        [3.5, undefined, { kind: 'number', text: '3.5' }],
        ['42', 'number', { kind: 'number', text: '42' }],
        [false, undefined, { kind: 'boolean', text: 'false' }],
        ['<b>x</b>', undefined, { kind: 'text', text: '<b>x</b>' }],
        [{ a: [1] }, undefined, { kind: 'json', text: '{"a":[1]}' }],
        ['https://a.example/x', undefined, { kind: 'link', text: 'https://a.example/x', url: 'https://a.example/x' }],
        ['https://a.example/x', 'text', { kind: 'text', text: 'https://a.example/x' }],
        ['2026-01-02T03:04:05.000Z', 'date', { kind: 'text', text: '2026-01-02 03:04:05Z' }],
        ['soon', 'date', { kind: 'text', text: 'soon' }],
        ['data:image/png;base64,AA', undefined, { kind: 'image', url: 'data:image/png;base64,AA' }],
    ] as const)('%j, as %s, is %j', (value, format, cell) => {
        expect(formatCell(value, format)).toEqual(cell);
    });

    it.each(['javascript:alert(1)', 'data:text/html,<script>', 'data:image/svg+xml;base64,AA', ' https://a b'])(
        'is no link and no image for %s',
        (text) => {
            expect(formatCell(text, 'link').kind).toBe('text');
            expect(formatCell(text, 'image').kind).toBe('text');
        },
    );

    it('is short for any size', () => {
        const values = ['x'.repeat(1e6), { long: 'x'.repeat(1e6) }, Array.from({ length: 1e5 }, (_, index) => index)];

        for (const value of values) {
            const cell = formatCell(value);
            expect(cell.text?.length).toBeLessThan(310);
        }
    });
});
