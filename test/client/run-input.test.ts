import { describe, expect, it } from 'vitest';
import { encodeRunInput } from '../../src/storage/key-value-store/record-values.js';

describe('the input of a run', () => {
    it.each([{ a: 1 }, [1], 'text', 5, false])('%j is stored as JSON', (input) => {
        const stored = encodeRunInput(input);

        expect(stored?.contentType).toBe('application/json; charset=utf-8');
        expect(JSON.parse(stored!.bytes.toString())).toEqual(input);
    });

    it('is omitted if it is undefined or null', () => {
        expect(encodeRunInput(undefined)).toBeUndefined();
        expect(encodeRunInput(null)).toBeUndefined();
    });

    it.each(['null', ' null\n', Buffer.from('null')])('is omitted if it is null as JSON: %j', (input) => {
        expect(encodeRunInput(input, 'application/json; charset=utf-8')).toBeUndefined();
        expect(encodeRunInput(input, 'text/plain')?.bytes.toString()).toBe(String(input));
    });

    it('is stored unchanged if it is text with a content type', () => {
        expect(encodeRunInput('a,b', 'text/csv')).toEqual({ bytes: Buffer.from('a,b'), contentType: 'text/csv' });
    });

    it('is stored unchanged if it is bytes', () => {
        const bytes = Buffer.from([0, 255]);

        expect(encodeRunInput(bytes)).toEqual({ bytes, contentType: 'application/octet-stream' });
        expect(encodeRunInput(bytes, 'application/pdf')).toEqual({ bytes, contentType: 'application/pdf' });
    });

    it('keeps the source of functions, as apify-client does', () => {
        const pageFunction = (context: unknown): unknown => context;

        const stored = encodeRunInput({ pageFunction });

        expect(JSON.parse(stored!.bytes.toString())).toEqual({ pageFunction: pageFunction.toString() });
    });

    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    it.each([
        { what: 'a circular object', input: circular, problem: 'circular' },
        { what: 'an object with a bigint', input: { a: 1n }, problem: 'BigInt' },
        { what: 'a function', input: () => 1, problem: 'a function' },
        { what: 'a value that JSON omits', input: { toJSON: () => undefined }, problem: 'returns nothing' },
    ])('is rejected if it is $what', ({ input, problem }) => {
        expect(() => encodeRunInput(input)).toThrow(
            expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(problem) }),
        );
    });

    it('is rejected if it is invalid JSON', () => {
        expect(() => encodeRunInput('{"a":', 'application/json')).toThrow(
            expect.objectContaining({ code: 'invalid-input' }),
        );
    });
});
