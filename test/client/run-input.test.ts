import { runInNewContext } from 'node:vm';
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

    class Options {
        depth = 1;
    }
    const circular: Record<string, unknown> = {};
    circular['self'] = { circular };
    it.each<[unknown, path: string, problem: string]>([
        [{ options: { filter: () => 1 } }, 'input.options.filter', 'a function'],
        [[{ a: new Map([[1, 2]]) }], 'input[0].a', 'an instance of Map'],
        [{ 'a b': { '': new Set([1]) } }, 'input["a b"][""]', 'an instance of Set'],
        [{ a: new Options() }, 'input.a', 'an instance of Options'],
        [{ a: /x/ }, 'input.a', 'an instance of RegExp'],
        [{ a: new Error('x') }, 'input.a', 'an instance of Error'],
        [{ a: Promise.resolve() }, 'input.a', 'an instance of Promise'],
        [{ a: new Uint8Array(1) }, 'input.a', 'an instance of Uint8Array'],
        [{ a: new Date(Number.NaN) }, 'input.a', 'an invalid Date'],
        [{ a: [Symbol('x')] }, 'input.a[0]', 'a symbol'],
        [{ a: 1n }, 'input.a', 'a bigint'],
        [{ a: Number.NaN }, 'input.a', 'NaN'],
        [{ a: -Infinity }, 'input.a', '-Infinity'],
        [circular, 'input.self.circular', 'a reference to an object that contains it'],
        [new Map(), 'input', 'an instance of Map'],
        [() => 1, 'input', 'a function'],
        [1n, 'input', 'a bigint'],
    ])('is rejected with the path of a value that JSON would lose: %o', (input, path, problem) => {
        const message = expect.stringContaining(`\`${path}\` is ${problem}, which JSON cannot represent.`);
        expect(() => encodeRunInput(input)).toThrow(
            expect.objectContaining({ code: 'invalid-input', message, details: { path } }),
        );
    });

    it('may contain the same object twice, objects of other realms, and values with `toJSON`', () => {
        const shared = { a: 1 };
        const foreign = runInNewContext('({ list: [{}], when: new Date(0) })') as unknown;
        const url = new URL('http://example.com/');
        const input = {
            shared,
            again: [shared],
            foreign,
            url,
            date: new Date(0),
            bare: Object.create(null),
            none: undefined,
        };

        const stored = encodeRunInput(input);

        expect(stored!.bytes.toString()).toBe(JSON.stringify(input));
    });

    it('is rejected if its `toJSON` returns nothing', () => {
        expect(() => encodeRunInput({ toJSON: () => undefined })).toThrow('returns nothing');
    });

    it('is rejected if it is invalid JSON', () => {
        expect(() => encodeRunInput('{"a":', 'application/json')).toThrow(
            expect.objectContaining({ code: 'invalid-input' }),
        );
    });
});
