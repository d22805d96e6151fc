import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { CLIENT_METHODS } from '../../../src/protocol/calls.js';
import { createRemoteClient } from '../../../src/worker/channel/remote-client.js';
import { FakeHost, type CallHandler } from '../fake-host.js';
import type { Client } from '../../../src/model/client/client.js';
import type { StartedRun } from '../../../src/model/client/run.js';

function connect(answer?: CallHandler): { client: Client; host: FakeHost } {
    const host = new FakeHost(answer);
    return { host, client: createRemoteClient(host.connection) };
}

describe('the client of the Actor', () => {
    it('has all methods that the host accepts', () => {
        const { client } = connect();

        const resources = {
            client,
            dataset: client.dataset('x'),
            requestQueue: client.requestQueue('x'),
            run: client.run('x'),
            task: client.task('x'),
            tasks: client.tasks(),
            schedule: client.schedule('x'),
            schedules: client.schedules(),
        };
        for (const [name, resource] of Object.entries(resources)) {
            const { resources: leading, methods, lists } = CLIENT_METHODS[name as keyof typeof resources];
            for (const method of [...Object.keys(leading), ...methods, ...lists]) {
                expect(resource, method).toHaveProperty(method, expect.any(Function));
            }
        }
    });

    it('sends the whole path to a resource with each call', async () => {
        const { client, host } = connect();

        await client.actor('me/a').lastRun({ status: 'SUCCEEDED' }).dataset().get();

        expect(host.calls).toEqual([[['actor', 'me/a'], ['lastRun', { status: 'SUCCEEDED' }], ['dataset'], ['get']]]);
    });

    it('uses the same key of a queue in each call, and another one than other clients', async () => {
        const { client, host } = connect();
        const [first, second] = [client.requestQueue('Q'), client.requestQueue('Q', { clientKey: 'mine' })];

        await first.listHead();
        await first.unlockRequests();
        await second.listHead();

        const keys = host.calls.map((segments) => (segments[0]![2] as { clientKey: string }).clientKey);
        expect(keys[0]).toMatch(/^[a-z0-9]{24}$/);
        expect(keys).toEqual([keys[0], keys[0], 'mine']);
    });

    it('sends items as JSON that was serialized once, and rejects items that it cannot serialize', async () => {
        const { client, host } = connect();

        await client.dataset('D').pushItems([{ a: new Date(0) }]);

        expect(host.lastSegments).toEqual([['pushItems', '[{"a":"1970-01-01T00:00:00.000Z"}]']]);
        await expect(client.dataset('D').pushItems({ n: 1n })).rejects.toMatchObject({
            code: 'invalid-value',
        });
        expect(host.calls).toHaveLength(1);
    });

    it('sends requests and inputs as their JSON', async () => {
        const { client, host } = connect(() => ({ id: 'R' }));

        await client.requestQueue('Q').addRequest({ url: 'http://a', userData: { at: new Date(0) } });
        await client.actor('A').start({ at: new Date(0), skipped: undefined });

        expect(host.lastSegments[0]).toEqual([
            'addRequest',
            { url: 'http://a', userData: { at: '1970-01-01T00:00:00.000Z' } },
        ]);
        expect(host.lastSegments[1]).toEqual(['start', { at: '1970-01-01T00:00:00.000Z' }, undefined]);
    });

    it.each<[string, (client: Client) => Promise<unknown>]>([
        ['input.map', (client) => client.actor('A').call({ map: new Map() })],
        ['input.map', (client) => client.task('T').start({ map: new Map() })],
        ['input.map', (client) => client.run('R').metamorph('A', { map: new Map() })],
        ['task.input.map', (client) => client.tasks().create({ actId: 'A', input: { map: new Map() } })],
        ['input.map', (client) => client.task('T').updateInput({ map: new Map() })],
    ])('refuses an input that JSON would change, with the path %s', async (path, start) => {
        const { client, host } = connect(() => ({ id: 'R' }));

        await expect(start(client)).rejects.toThrow(`\`${path}\` is an instance of Map`);

        expect(host.calls).toEqual([]);
    });

    it('lets a started run be awaited, without an enumerable member', async () => {
        const { client, host } = connect((segments) => ({ id: 'R', status: segments.at(-1)![0] }));

        const run: StartedRun = await client.actor('A').start();

        expect(Object.keys(run)).toEqual(['id', 'status']);
        await expect(run.waitForFinish({ waitSecs: 5 })).resolves.toMatchObject({ status: 'waitForFinish' });
        expect(host.calls.at(-1)).toEqual([
            ['run', 'R'],
            ['waitForFinish', { waitSecs: 5 }],
        ]);
    });

    it('stops waiting when its signal is aborted', async () => {
        const { client } = connect(() => new Promise(() => {}));

        const wait = client.run('R').waitForFinish({ signal: AbortSignal.abort(new Error('enough')) });

        await expect(wait).rejects.toThrow('enough');
    });

    it('reports that a log cannot be streamed yet', async () => {
        await expect(connect().client.log('R').stream()).rejects.toMatchObject({ code: 'not-yet-available' });
    });
});

describe('a record', () => {
    it.each([
        ['text', 'hi', 'hi', 'text/plain; charset=utf-8'],
        ['an object', { a: 1 }, '{\n  "a": 1\n}', 'application/json; charset=utf-8'],
        ['bytes', Buffer.from('hi'), Uint8Array.from([104, 105]), 'application/octet-stream'],
        ['a stream', Readable.from(['h', 'i']), Uint8Array.from([104, 105]), 'application/octet-stream'],
        ['a view of memory', new Uint16Array([1]), Uint8Array.from([1, 0]), 'application/octet-stream'],
    ])('is sent as text or bytes with a content type: %s', async (_, value, sent, contentType) => {
        const { client, host } = connect();

        await client.keyValueStore('S').setRecord({ key: 'k', value });

        expect(host.lastSegments).toEqual([['setRecord', { key: 'k', value: sent, contentType }, undefined]]);
    });

    it('does not retain more memory than it has bytes', async () => {
        const { client, host } = connect();

        await client.keyValueStore('S').setRecord({ key: 'k', value: Buffer.from('hi') });

        expect((host.lastSegments[0]![1] as { value: Uint8Array }).value.buffer.byteLength).toBe(2);
    });

    it('is returned as a Buffer or as a stream', async () => {
        const { client, host } = connect(() => ({ key: 'k', value: Buffer.from('hi'), contentType: 'image/png' }));
        const store = client.keyValueStore('S');

        const plain = await store.getRecord('k', { buffer: true });
        const streamed = await store.getRecord('k', { stream: true });

        expect(plain!.value).toEqual(Buffer.from('hi'));
        expect(await buffer(streamed!.value)).toEqual(Buffer.from('hi'));
        expect(host.lastSegments).toEqual([
            ['getRecord', 'k', { buffer: true }],
            ['getRecord', 'k', { buffer: true }],
        ]);
    });
});

describe('a list', () => {
    const numbers: CallHandler = (segments) => {
        const { offset = 0, limit = 4 } = (segments.at(-1)![1] ?? {}) as { offset?: number; limit?: number };
        const size = Math.min(limit, 4);
        const items = Array.from({ length: 10 }, (_, n) => ({ n })).slice(offset, offset + size);
        return { total: 10, offset, limit: size, count: items.length, desc: false, items };
    };
    const listed = async (list: AsyncIterable<{ n?: unknown }>): Promise<unknown[]> => {
        const all: unknown[] = [];
        for await (const { n } of list) all.push(n);
        return all;
    };

    it('is its first page if awaited, and all its items if iterated, repeatedly', async () => {
        const list = connect(numbers).client.dataset('D').listItems();

        expect((await list).count).toBe(4);
        expect(await listed(list)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(await listed(list)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('ends at its limit, over pages of the requested size', async () => {
        const { client, host } = connect(numbers);

        expect(await listed(client.dataset('D').listItems({ offset: 1, limit: 5, chunkSize: 2 }))).toEqual([
            1, 2, 3, 4, 5,
        ]);
        expect(host.lastSegments.map(([, options]) => options)).toEqual([
            { offset: 1, limit: 2 },
            { offset: 3, limit: 2 },
            { offset: 5, limit: 1 },
        ]);
    });

    it('follows the keys of a store and the cursor of a queue', async () => {
        const { client, host } = connect((segments) => {
            const [method, options] = segments.at(-1)! as [string, Record<string, unknown>];
            const isFirst = options.exclusiveStartKey === undefined && options.cursor === undefined;
            const items = [{ n: isFirst ? 1 : 2 }];
            return method === 'listKeys'
                ? { items, limit: 1, isTruncated: isFirst, nextExclusiveStartKey: isFirst ? 'k1' : null }
                : { items, limit: 1, nextCursor: isFirst ? 'c1' : undefined };
        });

        expect(await listed(client.keyValueStore('S').listKeys() as never)).toEqual([1, 2]);
        expect(await listed(client.requestQueue('Q').listRequests() as never)).toEqual([1, 2]);
        const pages = [];
        for await (const page of client.requestQueue('Q').paginateRequests({ limit: 2, maxPageLimit: 1 }))
            pages.push(page);
        expect(pages).toHaveLength(2);
        expect(host.lastSegments.at(-1)).toEqual([
            'listRequests',
            { limit: 1, cursor: 'c1', exclusiveStartId: undefined },
        ]);
    });
});
