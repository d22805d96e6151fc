import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { handleTrustedRequest } from '../../../src/api/api.js';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { connectClient } from '../connect-client.js';
import { errorOf, send } from '../send.js';

const ALL_BYTES = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 256));

async function makeStore() {
    const { client } = await makeEngine();
    const remote = connectClient(client);
    const { id } = await remote.keyValueStores().getOrCreate('store');
    return { client, local: client.keyValueStore(id), remote: remote.keyValueStore(id), id };
}

describe('records over the API', () => {
    it.each([
        { value: { a: [1, 'ž', null] } },
        { value: null },
        { value: 5 },
        { value: 'plain text' },
        { value: '<a/>', contentType: 'application/xml' },
        { value: '"json text"', contentType: 'application/json' },
        { value: ALL_BYTES },
        { value: ALL_BYTES, contentType: 'image/png' },
        { value: Buffer.from('latin \xe9', 'latin1'), contentType: 'text/plain; charset=ISO-8859-1' },
        { value: 'x'.repeat(5000), contentType: 'text/html; charset="UTF-8"; odd=1' },
    ])('are stored as in process: $value', async (record) => {
        const { local, remote } = await makeStore();

        await local.setRecord({ key: 'here', ...record });
        await remote.setRecord({ key: 'there', ...(record as { value: string }) });

        const bytes = async (key: string) => (await local.getRecord(key, { buffer: true }))!;
        expect((await bytes('there')).value).toEqual((await bytes('here')).value);
        expect((await bytes('there')).contentType).toBe((await bytes('here')).contentType);
        expect(await remote.getRecord('here')).toEqual(await local.getRecord('here'));
        expect(await remote.getRecord('here', { buffer: true })).toEqual(
            await local.getRecord('here', { buffer: true }),
        );
    });

    it('are streamed in and out', async () => {
        const { local, remote } = await makeStore();

        await remote.setRecord({
            key: 'k',
            value: Readable.from([Buffer.from('one '), Buffer.from('two')]) as never,
            contentType: 'text/plain',
        });
        const record = await remote.getRecord('k', { stream: true });

        expect((await local.getRecord('k'))?.value).toBe('one two');
        expect(await text(record!.value)).toBe('one two');
    });

    it('may be larger than the bodies of other requests', async () => {
        const { local, remote } = await makeStore();
        const value = Buffer.alloc(12_000_000, 'abc');

        await remote.setRecord({ key: 'large', value: value as never });

        expect((await local.getRecord('large', { buffer: true }))?.value.equals(value)).toBe(true);
    });

    it.each([
        ['gzip', gzipSync],
        ['br', brotliCompressSync],
        ['deflate', deflateSync],
        ['deflate', deflateRawSync],
    ] as const)('that are sent as %s are kept so, for those who take them so', async (encoding, compress) => {
        const { client, local, remote, id } = await makeStore();
        const bytes = compress(JSON.stringify({ text: 'ž'.repeat(5000) }));
        const path = `/key-value-stores/${id}/records/k`;
        const type = 'application/json; charset=utf-8';
        const put = { method: 'PUT', body: bytes, headers: { 'content-type': type, 'content-encoding': encoding } };
        const get = async (accepted?: string) => {
            const headers: HeadersInit = accepted === undefined ? {} : { 'accept-encoding': accepted };
            const answer = await handleTrustedRequest(
                new Request(`http://engine.invalid/v2${path}`, { headers }),
                client,
            );
            const encodedAs = answer.headers.get('content-encoding');
            return {
                encodedAs,
                type: answer.headers.get('content-type'),
                bytes: Buffer.from(await answer.arrayBuffer()),
            };
        };

        const { status } = await send(client, path, put);

        expect(status).toBe(201);
        const whole = Buffer.from(JSON.stringify({ text: 'ž'.repeat(5000) }));
        for (const accepted of [encoding, `x, ${encoding.toUpperCase()};q=0.5`, '*', `${encoding},identity;q=0`]) {
            expect(await get(accepted)).toEqual({ encodedAs: encoding, type, bytes });
        }
        for (const accepted of [undefined, '', 'identity', `${encoding};q=0`, `*;q=0`, `*, ${encoding}; q=0.0`]) {
            expect(await get(accepted)).toEqual({ encodedAs: null, type, bytes: whole });
        }
        expect((await local.getRecord('k'))?.value).toEqual({ text: 'ž'.repeat(5000) });
        expect((await local.getRecord('k', { buffer: true }))?.value).toEqual(whole);
        expect(await text((await local.getRecord('k', { stream: true }))!.value)).toBe(String(whole));
        expect((await remote.getRecord('k'))?.value).toEqual({ text: 'ž'.repeat(5000) });
        expect((await local.listKeys()).items[0]?.size).toBe(bytes.length);
        await local.setRecord({ key: 'k', value: 1 });
        expect((await get(encoding)).encodedAs).toBeNull();
    });

    it('that are encoded twice or empty are stored decoded', async () => {
        const { client, local, id } = await makeStore();
        const put = (key: string, body: Uint8Array<ArrayBuffer>, encoding: string) =>
            send(client, `/key-value-stores/${id}/records/${key}`, {
                method: 'PUT',
                body,
                headers: { 'content-type': 'text/plain', 'content-encoding': encoding },
            });

        await put('twice', gzipSync(brotliCompressSync('twice')), 'br, gzip');
        await put('nothing', new Uint8Array(), 'gzip');
        const answers = await Promise.all(
            ['twice', 'nothing'].map((key) =>
                send(client, `/key-value-stores/${id}/records/${key}`, { headers: { 'accept-encoding': 'gzip, br' } }),
            ),
        );

        expect(answers.map(({ body }) => body)).toEqual(['twice', '']);
        expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual([null, null]);
        expect((await local.getRecord('twice'))?.value).toBe('twice');
    });

    it.each([
        ['is not so compressed', 'gzip', Buffer.from('plain'), 400, 'invalid-value'],
        ['ends too soon', 'gzip', gzipSync('x'.repeat(5000)).subarray(0, -9), 400, 'invalid-value'],
        ['is compressed in a way that nobody knows', 'zip', Buffer.from('x'), 415, 'unsupported-content-encoding'],
    ])('are rejected, and the old one is kept, if the new one %s', async (_what, encoding, body, status, type) => {
        const { client, local, id } = await makeStore();
        await local.setRecord({ key: 'k', value: 'old' });
        const headers = { 'content-type': 'text/plain', 'content-encoding': encoding };

        const pieces = Readable.from([body.subarray(0, 3), body.subarray(3)]);
        for (const sent of [body, Readable.toWeb(pieces) as ReadableStream]) {
            const init = { method: 'PUT', body: sent, headers, duplex: 'half' } as RequestInit;
            const answer = await send(client, `/key-value-stores/${id}/records/k`, init);

            expect([answer.status, errorOf(answer).type]).toEqual([status, type]);
            expect((await local.getRecord('k'))?.value).toBe('old');
        }
    });

    it('are validated in decompressed form', async () => {
        const { client, local, id } = await makeStore();
        const jsonSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
        await local.update({ schema: { collections: { all: { keyPrefix: 'k', jsonSchema } } } });
        const put = async (value: unknown) => {
            const body = gzipSync(JSON.stringify(value));
            const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
            return (await send(client, `/key-value-stores/${id}/records/k`, { method: 'PUT', body, headers })).status;
        };

        expect([await put({ n: 1 }), await put({ n: 'x' })]).toEqual([201, 400]);
        expect((await local.getRecord('k'))?.value).toEqual({ n: 1 });
    });

    it('are distinguished from missing ones', async () => {
        const { client, remote, id } = await makeStore();
        await remote.setRecord({ key: 'there', value: 1 });

        expect(await remote.recordExists('there')).toBe(true);
        expect(await remote.recordExists('missing')).toBe(false);
        expect(await remote.getRecord('missing')).toBeUndefined();
        expect(await connectClient(client).keyValueStore('missing').getRecord('k')).toBeUndefined();
        expect(await send(client, `/key-value-stores/${id}/records/missing`, { method: 'HEAD' })).toMatchObject({
            status: 404,
            body: '',
        });
    });

    it('are deleted, even if already missing', async () => {
        const { local, remote } = await makeStore();
        await remote.setRecord({ key: 'k', value: 1 });

        await remote.deleteRecord('k');
        await remote.deleteRecord('k');

        expect(await local.recordExists('k')).toBe(false);
    });

    it('are put by POST and under a key that is percent-encoded', async () => {
        const { client, local, id } = await makeStore();
        const path = `/key-value-stores/${id}/records/it%27s-(1)`;

        const answer = await send(client, path, { method: 'POST', body: 'hello' });

        expect(answer).toMatchObject({ status: 201, body: {} });
        expect(await local.getRecord(`it's-(1)`)).toMatchObject({ value: 'hello' });
    });

    it.each(['a%2Fb', 'a/b', 'a%20b', '%C5%BE', 'x'.repeat(257)])('are refused under the key %s', async (key) => {
        const { client, id } = await makeStore();

        const reading = await send(client, `/key-value-stores/${id}/records/${key}`);
        expect(reading.status).toBe(404);
        expect(errorOf(reading).type).toBe('record-not-found');
        expect((await send(client, `/key-value-stores/${id}/records/${key}`, { method: 'HEAD' })).status).toBe(404);
        expect(await client.keyValueStore(id).getRecord(decodeURIComponent(key))).toBeUndefined();
        expect(await client.keyValueStore(id).recordExists(decodeURIComponent(key))).toBe(false);

        const answer = await send(client, `/key-value-stores/${id}/records/${key}`, { method: 'PUT', body: '1' });

        expect(answer.status).toBe(400);
        expect(errorOf(answer).type).toBe('invalid-record-key');
    });
});

describe('key-value stores over the API', () => {
    it('list their keys page by page', async () => {
        const { local, remote } = await makeStore();
        for (const key of ['a1', 'a2', 'a3', 'b1']) await remote.setRecord({ key, value: key });

        const keys = [];
        for await (const { key } of remote.listKeys({ prefix: 'a' })) keys.push(key);

        expect(keys).toEqual(['a1', 'a2', 'a3']);
        for (const options of [{}, { limit: 2 }, { limit: 2, exclusiveStartKey: 'a2' }, { prefix: 'b' }]) {
            expect(await remote.listKeys(options)).toEqual(await local.listKeys(options));
        }
    });

    it('are read, renamed and deleted', async () => {
        const { client, local, remote } = await makeStore();

        expect(await remote.get()).toEqual(await local.get());
        expect(await remote.update({ name: 'renamed' })).toMatchObject({ name: 'renamed' });
        await remote.delete();

        expect(await remote.get()).toBeUndefined();
        expect((await connectClient(client).keyValueStores().list({ unnamed: true })).items).toEqual([]);
    });

    it('have a unique name', async () => {
        const { client, remote } = await makeStore();
        await client.keyValueStores().getOrCreate('taken');

        await expect(remote.update({ name: 'taken' })).rejects.toMatchObject({
            statusCode: 409,
            type: 'name-not-unique',
        });
    });
});
