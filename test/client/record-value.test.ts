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
// Not exported by the package, hence by its path.
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

describe('the bytes of a record', () => {
    it.each(CONTENT_TYPES)('are parsed as apify-client does, stored as "%s"', (contentType) => {
        const bytes = Buffer.from('{"héllo": [1, 2]}');

        expect(parseBody(bytes, contentType)).toEqual(maybeParseBody(bytes, contentType));
    });

    it('are undefined when there are none', () => {
        expect(parseBody(Buffer.alloc(0), 'application/json')).toBeUndefined();
        expect(parseBody(Buffer.alloc(0), 'image/png')).toBeUndefined();
    });

    it('are handed out as they are when a buffer is asked for', () => {
        const stored = { key: 'a', bytes: Buffer.from('{"a":1}'), contentType: 'application/json' };

        expect(decodeRecord(stored, { buffer: true })).toEqual(Buffer.from('{"a":1}'));
    });

    it('are refused with their key when they are said to be JSON and are not', () => {
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

    it('comes in pieces when it is a stream', async () => {
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
    ])('$value keeps the type it is given: $contentType', async ({ value, contentType, text }) => {
        const encoded = await encodeRecord(value, contentType);

        expect(encoded.contentType).toBe(contentType);
        expect(encoded.bytes.toString()).toBe(text);
    });

    it('is copied, so that what its owner does with it later does not matter', async () => {
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
    ])('is refused when it is $what', async ({ value }) => {
        await expect(encodeRecord(value)).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it('is refused when it is a stream of anything else than text and bytes', async () => {
        const chunks = readStreamChunks(Readable.from([{ a: 1 }]));

        await expect(chunks.next()).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it.each(['', 'text/plain\r\nx: y', 5])('is refused under the content type %j', async (contentType) => {
        await expect(encodeRecord('a', contentType as string)).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it('is refused when it has no form under the type given', async () => {
        await expect(encodeRecord(5, 'text/plain')).rejects.toMatchObject({ code: 'invalid-value' });
    });
});
