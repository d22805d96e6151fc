import { once } from 'node:events';
import { readdir, readlink, stat } from 'node:fs/promises';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ApifyClient } from 'apify-client';
import { makeEngine } from '../support/make-engine.js';
import { openSocket, formatRequest } from '../support/servers/raw-http.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions } from 'greenroom';

const LARGE_ITEM = { text: 'x'.repeat(200_000) };
const COUNT = 400;

/** Creates a dataset of 80 MB, which exceeds all buffers on the way. */
async function createLargeDataset(options: EngineOptions = {}) {
    const engine = await makeEngine(options);
    const { id } = await engine.client.datasets().getOrCreate('large');
    const dataset = engine.client.dataset(id);
    for (let n = 0; n < COUNT; n += 40) await dataset.pushItems(Array.from({ length: 40 }, () => LARGE_ITEM));
    const readCount = async (): Promise<number> => (await dataset.get())!.stats.readCount;
    return { engine, dataset, id, readCount };
}

function itemsRequest(engine: Engine, id: string, query = '', init: RequestInit = {}): Request {
    return new Request(`http://engine.example/v2/datasets/${id}/items?token=${engine.token}${query}`, init);
}

describe('a large dataset', () => {
    it.each([
        ['json', 'application/json; charset=utf-8'],
        ['jsonl', 'application/jsonl; charset=utf-8'],
    ])('is streamed by `fetch` as %s, and no longer read after the body is cancelled', async (format, type) => {
        const { engine, id, readCount } = await createLargeDataset({
            storageDir: await tempDir('greenroom-streamed-'),
        });

        const answer = await engine.fetch(itemsRequest(engine, id, `&format=${format}&attachment=1&offset=10&desc=1`));
        const reader = answer.body!.getReader();
        const first = await reader.read();
        const before = await readCount();
        await reader.cancel();

        expect(Object.fromEntries(answer.headers)).toMatchObject({
            'content-type': type,
            'content-disposition': `attachment; filename="items.${format}"`,
            'x-apify-pagination-total': String(COUNT),
            'x-apify-pagination-offset': '10',
            'x-apify-pagination-limit': '999999999999',
            'x-apify-pagination-count': String(COUNT - 10),
            'x-apify-pagination-desc': 'true',
        });
        expect(first.value!.length).toBeLessThan(1_000_000);
        expect(before).toBeLessThan(20);
        expect(await readCount()).toBe(before);
    });

    it('waits for a slow client, and releases one that disconnects', async () => {
        const { engine, id, readCount } = await createLargeDataset();
        const { port } = await engine.listen();
        const socket = await openSocket(port);

        socket.pause();
        socket.write(
            formatRequest(`GET /v2/datasets/${id}/items?token=${engine.token}`, { host: `127.0.0.1:${port}` }),
        );
        await waitUntil('what is on the way is full', async () => {
            const before = await readCount();
            for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
            return before > 0 && (await readCount()) === before;
        });
        const waiting = await readCount();
        socket.destroy();
        await once(socket, 'close');
        // In the meantime, another client gets a complete response.
        const whole = await fetch(`http://127.0.0.1:${port}/v2/datasets/${id}/items?limit=50&token=${engine.token}`);

        expect(((await whole.json()) as unknown[]).length).toBe(50);
        expect(waiting).toBeLessThan(COUNT / 2);
        expect(await readCount()).toBe(waiting + 50);
    });

    it('breaks off with an error if it is deleted while being read', async () => {
        const { engine, dataset, id } = await createLargeDataset();
        const { url } = await engine.listen();

        const answer = await fetch(`${url}/v2/datasets/${id}/items?token=${engine.token}`);
        const reader = answer.body!.getReader();
        await reader.read();
        await dataset.delete();

        const readOn = async (): Promise<void> => {
            while (!(await reader.read()).done);
        };
        expect(answer.status).toBe(200);
        await expect(readOn()).rejects.toThrow('terminated');
    });

    it('is refused with a status if it cannot become a table, before anything is sent', async () => {
        const { engine, dataset, id } = await createLargeDataset();
        await dataset.pushItems(Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`c${n}`, n])));

        const answer = await engine.fetch(itemsRequest(engine, id, '&format=csv'));

        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ error: { type: 'invalid-value' } });
    });

    it('arrives completely at the real client, in each format', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const remote = new ApifyClient({ baseUrl: url, token: engine.token, maxRetries: 0 });
        const { id } = await remote.datasets().getOrCreate('data');
        const items = Array.from({ length: 9_000 }, (_, n) => ({ n, text: 'ž'.repeat(n % 200) }));
        await remote.dataset(id).pushItems(items);

        expect((await remote.dataset(id).listItems()).items).toEqual(items);
        for (const format of ['json', 'jsonl', 'csv', 'xlsx', 'xml', 'rss', 'html'] as const) {
            const here = await engine.client.dataset(id).downloadItems(format);
            const there = await remote.dataset(id).downloadItems(format as never);
            expect(Buffer.compare(here, there)).toBe(0);
        }
    });
});

/** Creates a store on disk, with functions that list the files in its directory. */
async function createStore() {
    const storageDir = await tempDir('greenroom-streamed-');
    const engine = await makeEngine({ storageDir });
    const { url, port } = await engine.listen();
    const { id } = await engine.client.keyValueStores().getOrCreate('store');
    const store = engine.client.keyValueStore(id);
    const remote = new ApifyClient({ baseUrl: url, token: engine.token, maxRetries: 0 }).keyValueStore(id);
    await store.setRecord({ key: 'k', value: 'old' });
    const uploads = async (): Promise<number[]> => {
        const names = (await readdir(join(storageDir, 'tmp'))).filter((name) => name !== 'intent');
        // A file may disappear between the two calls, when an upload ends or is aborted.
        const sizes = names.map(
            async (name) => (await stat(join(storageDir, 'tmp', name)).catch(() => undefined))?.size,
        );
        return (await Promise.all(sizes)).filter((size) => size !== undefined);
    };
    const path = `/v2/key-value-stores/${id}/records/k?token=${engine.token}`;
    const head = (length: number): string =>
        `PUT ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n`;
    return { store, remote, url: url + path, port, head, uploads };
}

const MEGABYTE = 1_000_000;

describe('a large record', () => {
    it('is written to the disk as it arrives, and appears when it is complete', async () => {
        const { store, port, head, uploads } = await createStore();
        const socket = await openSocket(port);

        socket.write(head(6 * MEGABYTE));
        socket.write(Buffer.alloc(5 * MEGABYTE, 'x'));
        await waitUntil('most of it is on the disk', async () => ((await uploads())[0] ?? 0) > 4 * MEGABYTE);
        const valueDuringUpload = (await store.getRecord('k'))?.value;
        socket.write(Buffer.alloc(MEGABYTE, 'y'));
        const [answer] = (await once(socket, 'data')) as [Buffer];
        const { value } = (await store.getRecord('k', { buffer: true }))!;

        expect(valueDuringUpload).toBe('old');
        expect(String(answer)).toContain('HTTP/1.1 201');
        expect([value.length, String(value.subarray(-1)), String(value.subarray(0, 1))]).toEqual([
            6 * MEGABYTE,
            'y',
            'x',
        ]);
        expect(await uploads()).toEqual([]);
    });

    it('keeps the old value if its sender breaks off', async () => {
        const { store, port, head, uploads } = await createStore();
        const socket = await openSocket(port);
        socket.write(head(6 * MEGABYTE));
        socket.write(Buffer.alloc(5 * MEGABYTE, 'x'));
        await waitUntil('most of it is on the disk', async () => ((await uploads())[0] ?? 0) > 4 * MEGABYTE);

        socket.destroy();
        await waitUntil('nothing is left of it', async () => (await uploads()).length === 0);

        expect((await store.getRecord('k'))?.value).toBe('old');
    });

    it('does not block other writes of its key', async () => {
        const { store, port, head, uploads } = await createStore();
        const socket = await openSocket(port);
        socket.write(head(6 * MEGABYTE));
        socket.write(Buffer.alloc(5 * MEGABYTE, 'x'));
        await waitUntil('most of it is on the disk', async () => ((await uploads())[0] ?? 0) > 4 * MEGABYTE);

        await store.setRecord({ key: 'k', value: 'of another' });

        expect((await store.getRecord('k'))?.value).toBe('of another');
    });

    it('is refused before it is sent if it is too large or its key is not valid', async () => {
        const { store, port, head } = await createStore();
        const refused = async (text: string): Promise<string> => {
            const socket = await openSocket(port);
            socket.write(text);
            const [answer] = (await once(socket, 'data')) as [Buffer];
            return String(answer).split('\r\n', 1)[0]!;
        };

        expect(await refused(head(600 * MEGABYTE))).toBe('HTTP/1.1 413 Payload Too Large');
        expect(await refused(head(6 * MEGABYTE).replace('/records/k', '/records/k%20k'))).toBe(
            'HTTP/1.1 400 Bad Request',
        );
        expect((await store.getRecord('k'))?.value).toBe('old');
    });

    it('is read in the state at the start of the read, and its file is released', async () => {
        const { store, url } = await createStore();
        const old = Buffer.alloc(40 * MEGABYTE, 'abc');
        await store.setRecord({ key: 'k', value: old });
        const files = await openFiles('k.bin');

        const answer = await fetch(url);
        const reader = answer.body!.getReader();
        const chunks = [(await reader.read()).value!];
        await store.deleteRecord('k');
        const opened = await openFiles('k.bin');
        for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);

        expect(answer.headers.get('content-length')).toBe(String(old.length));
        expect(Buffer.concat(chunks).equals(old)).toBe(true);
        expect(opened).toBe(files + (process.platform === 'linux' ? 1 : 0));
        await waitUntil('the file is closed', async () => (await openFiles('k.bin')) === files);
    });

    it.each([
        ['a client that disconnects', async ({ url }) => (await fetch(url)).body!.cancel()],
        [
            'a stream that is not read',
            async ({ store }) => {
                (await store.getRecord('k', { stream: true }))!.value.destroy();
            },
        ],
        [
            'a stream that is abandoned half-way',
            async ({ store }) => {
                for await (const _ of (await store.getRecord('k', { stream: true }))!.value) break;
            },
        ],
    ] satisfies [string, (setup: Awaited<ReturnType<typeof createStore>>) => Promise<void>][])(
        'releases its file for %s',
        async (_who, leave) => {
            const setup = await createStore();
            await setup.store.setRecord({ key: 'k', value: Buffer.alloc(40 * MEGABYTE, 'abc') });

            await leave(setup);

            await waitUntil('the file is closed', async () => (await openFiles('k.bin')) === 0);
            expect(await openFiles('k.bin')).toBe(0);
        },
    );

    it('arrives completely at and from the real client', async () => {
        const { store, remote } = await createStore();
        const text = 'žluťoučký '.repeat(300_000);
        const bytes = Buffer.alloc(5 * MEGABYTE, 'abcdefg');

        await remote.setRecord({ key: 'text', value: text });
        await remote.setRecord({ key: 'bytes', value: bytes as never, contentType: 'image/png' });
        await remote.setRecord({ key: 'stream', value: Readable.from([bytes, bytes], { objectMode: false }) as never });

        expect((await remote.getRecord('text'))?.value).toBe(text);
        expect((await store.getRecord('text'))?.value).toBe(text);
        for (const [key, whole] of [
            ['bytes', bytes],
            ['stream', Buffer.concat([bytes, bytes])],
        ] as const) {
            const there = (await remote.getRecord(key, { stream: true }))!.value;
            expect((await buffer(there)).equals(whole)).toBe(true);
            expect((await store.getRecord(key, { buffer: true }))!.value.equals(whole)).toBe(true);
        }
        expect((await remote.getRecord('bytes'))?.contentType).toBe('image/png');
    });

    it('is returned byte for byte as it was sent to a client that accepts the encoding', async () => {
        const { url } = await createStore();
        const bytes = gzipSync(Buffer.from('large '.repeat(1_000_000)), { level: 1 });
        const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain' };
        await fetch(url, { method: 'PUT', body: bytes, headers });
        const raw = async (encoding: string): Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }> => {
            const request = get(url, { headers: { 'accept-encoding': encoding } });
            const [answer] = (await once(request, 'response')) as [IncomingMessage];
            return { headers: answer.headers, bytes: await buffer(answer) };
        };

        const asSent = await raw('gzip, deflate');
        const plain = await raw('identity');

        expect(asSent.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
        expect(asSent.bytes.equals(bytes)).toBe(true);
        expect(plain.headers['content-encoding']).toBeUndefined();
        expect(String(plain.bytes)).toBe('large '.repeat(1_000_000));
        expect(await (await fetch(url)).text()).toBe('large '.repeat(1_000_000));
    });
});

/** Returns the number of open files of a name in this process; 0 if the system does not report them. */
async function openFiles(name: string): Promise<number> {
    if (process.platform !== 'linux') return 0;
    const descriptors = await readdir('/proc/self/fd');
    const paths = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return paths.filter((path) => basename(path.replace(/ \(deleted\)$/, '')) === name).length;
}
