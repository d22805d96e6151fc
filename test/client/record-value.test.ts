import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
    readStreamChunks,
    decodeRecord,
    encodeRecord,
    parseBody,
} from '../../src/storage/key-value-store/record-values.js';

const require = createRequire(import.meta.url);
// Imported by path, because the package does not export it.
const { maybeParseBody } = require('../../node_modules/apify-client/dist/body_parser.js') as {
    maybeParseBody: (body: Buffer, contentType: string) => unknown;
};

const CONTENT_TYPES = [
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON;charset="utf-8"',
    'application/json; charset=latin1',
    'application/json; charset=klingon',
    'application/json; charset=',
    'application/json ; x=1 ; charset=utf-8',
    'application/json; charset=utf-8; ',
    'application/json, text/plain',
    'application/json-patch+json',
    'application/ld+json',
    'application/xml',
    'application/atom+xml; charset=utf-8',
    'application/xmlish',
    'text/plain',
    'text/html; charset=utf-16le',
    'text/html; charset="ut\\f-8"',
    'text/html; boundary="a;b"; charset=ascii',
    'text',
    'text/',
    'image/svg+xml',
    'image/png',
    'application/octet-stream',
    '',
];

describe('decodeRecord', () => {
    it.each(CONTENT_TYPES)('parses "%s" as apify-client does', (contentType) => {
        const bytes = Buffer.from('{"héllo": [1, 2]}');

        expect(parseBody(bytes, contentType)).toEqual(maybeParseBody(bytes, contentType));
    });

    it('returns undefined without bytes', () => {
        expect(parseBody(Buffer.alloc(0), 'application/json')).toBeUndefined();
        expect(parseBody(Buffer.alloc(0), 'image/png')).toBeUndefined();
    });

    it('returns the bytes for `buffer`', () => {
        const stored = { key: 'a', bytes: Buffer.from('{"a":1}'), contentType: 'application/json' };

        expect(decodeRecord(stored, { buffer: true })).toEqual(Buffer.from('{"a":1}'));
    });

    it('rejects invalid JSON, and names the key', () => {
        const stored = { key: 'broken', bytes: Buffer.from('{"a":'), contentType: 'application/json' };

        expect(() => decodeRecord(stored, {})).toThrow(
            expect.objectContaining({ code: 'invalid-response-body', message: expect.stringContaining('`broken`') }),
        );
    });
});

describe('the value of a record', () => {
    it.each([
        { value: { a: [1] }, text: '{\n  "a": [\n    1\n  ]\n}', contentType: 'application/json; charset=utf-8' },
        { value: null, text: 'null', contentType: 'application/json; charset=utf-8' },
        { value: 0, text: '0', contentType: 'application/json; charset=utf-8' },
        { value: false, text: 'false', contentType: 'application/json; charset=utf-8' },
        { value: 'héllo', text: 'héllo', contentType: 'text/plain; charset=utf-8' },
        { value: '', text: '', contentType: 'text/plain; charset=utf-8' },
        { value: Buffer.from('ab'), text: 'ab', contentType: 'application/octet-stream' },
        { value: new Uint8Array([97, 98]).subarray(1), text: 'b', contentType: 'application/octet-stream' },
        { value: new Uint8Array([97]).buffer, text: 'a', contentType: 'application/octet-stream' },
    ])('$value is stored as $contentType', async ({ value, text, contentType }) => {
        const encoded = await encodeRecord(value);

        expect(encoded.contentType).toBe(contentType);
        expect(encoded.bytes.toString()).toBe(text);
    });

    it('is read in chunks if it is a stream', async () => {
        expect(
            Buffer.concat(await Readable.from(readStreamChunks(Readable.from(['a', Buffer.from('b')]))).toArray()),
        ).toEqual(Buffer.from('ab'));
    });

    it.each([
        { value: '<p>', contentType: 'text/html', text: '<p>' },
        { value: { a: 1 }, contentType: 'text/plain', text: '{"a":1}' },
        { value: { a: 1 }, contentType: 'application/json', text: '{\n  "a": 1\n}' },
        { value: ' {"a":1} ', contentType: 'application/json', text: '{"a":1}' },
        { value: 'no json', contentType: 'application/json', text: '"no json"' },
    ])('$value keeps an explicit content type: $contentType', async ({ value, contentType, text }) => {
        const encoded = await encodeRecord(value, contentType);

        expect(encoded.contentType).toBe(contentType);
        expect(encoded.bytes.toString()).toBe(text);
    });

    it('is copied, so that later changes do not affect it', async () => {
        const value = Buffer.from('ab');

        const encoding = encodeRecord(value);
        value.fill('x');

        expect((await encoding).bytes.toString()).toBe('ab');
    });

    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    it.each([
        { what: 'undefined', value: undefined },
        { what: 'a function', value: () => 1 },
        { what: 'a symbol', value: Symbol('s') },
        { what: 'a bigint', value: 1n },
        { what: 'a circle', value: circular },
    ])('is rejected if it is $what', async ({ value }) => {
        await expect(encodeRecord(value)).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it('is rejected if it is a stream of other values than strings and bytes', async () => {
        const chunks = readStreamChunks(Readable.from([{ a: 1 }]));

        await expect(chunks.next()).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it.each(['', 'text/plain\r\nx: y', 5])('is rejected with the content type %j', async (contentType) => {
        await expect(encodeRecord('a', contentType as string)).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it('is rejected if it cannot be encoded as the content type', async () => {
        await expect(encodeRecord(5, 'text/plain')).rejects.toMatchObject({ code: 'invalid-value' });
    });
});
