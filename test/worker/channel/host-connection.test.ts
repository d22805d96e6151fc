import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/errors/engine-error.js';
import { createRemoteClient } from '../../../src/worker/channel/remote-client.js';
import { FakeHost } from '../fake-host.js';
import type { HostConnection } from '../../../src/worker/channel/host-connection.js';

describe('the input of an assignment', () => {
    const input = { storeId: 'STORE', key: 'INPUT', contentType: 'application/json', bytes: Buffer.from('{"a":1}') };
    const answer = (): unknown => ({ value: 'asked for' });
    const read = ({ connection }: FakeHost, key = 'INPUT', storeId = 'STORE'): Promise<unknown> =>
        createRemoteClient(connection).keyValueStore(storeId).getRecord(key);

    it('is read once without a call, and the host is notified', async () => {
        const host = new FakeHost(answer, input);

        await expect(read(host)).resolves.toMatchObject({ key: 'INPUT', value: { a: 1 } });
        await expect(read(host)).resolves.toEqual({ value: 'asked for' });

        expect(host.messages.map(({ type }) => type)).toEqual(['input-read', 'call']);
    });

    it('is read after a call that changes nothing', async () => {
        const host = new FakeHost(answer, input);

        await host.connection.call([['keyValueStore', 'STORE'], ['get']]);

        await expect(read(host)).resolves.toMatchObject({ value: { a: 1 } });
    });

    it.each([
        [
            'after another call',
            (connection: HostConnection) =>
                connection.call([
                    ['keyValueStore', 'STORE'],
                    ['setRecord', {}],
                ]),
        ],
        [
            'after a request',
            (connection: HostConnection) => {
                const { signal } = new AbortController();
                return connection.fetch({ method: 'PUT', url: 'http://api/', headers: [] }, { signal }, true);
            },
        ],
        ['after a push', (connection: HostConnection) => connection.requestWriteGrant('DATASET', 10)],
    ])('is requested %s: it may have changed', async (_when, before) => {
        const host = new FakeHost(answer, input);

        void before(host.connection);

        await expect(read(host)).resolves.toEqual({ value: 'asked for' });
    });

    it.each([
        ['another record', 'OTHER', 'STORE'],
        ['a record of another store', 'INPUT', 'OTHER'],
    ])('is not returned as %s', async (_what, key, storeId) => {
        await expect(read(new FakeHost(answer, input), key, storeId)).resolves.toEqual({ value: 'asked for' });
    });

    it.each([
        ['is not valid JSON', { ...input, bytes: Buffer.from('{') }],
        ['has another type', { ...input, contentType: 'text/plain' }],
    ])('is requested if it %s', async (_what, other) => {
        const host = new FakeHost(answer, other);

        await expect(read(host)).resolves.toEqual({ value: 'asked for' });
        expect(host.messages.map(({ type }) => type)).toEqual(['call']);
    });
});

describe('a call on the connection', () => {
    it('resolves with the response of the host', async () => {
        const { connection, calls } = new FakeHost(() => ({ items: [1], at: new Date(5) }));

        await expect(connection.call([['dataset', 'D'], ['listItems']])).resolves.toEqual({
            items: [1],
            at: new Date(5),
        });
        expect(calls).toEqual([[['dataset', 'D'], ['listItems']]]);
    });

    it('matches responses in another order to their calls', async () => {
        const { connection } = new FakeHost(async (segments) => {
            const [, id] = segments[0]!;
            if (id === 'slow') await setImmediate();
            return id;
        });

        await expect(
            Promise.all([connection.call([['dataset', 'slow']]), connection.call([['dataset', 'fast']])]),
        ).resolves.toEqual(['slow', 'fast']);
    });

    it('rejects with the error of the host, its code, and the stack of the caller', async () => {
        const { connection } = new FakeHost(() => {
            throw new EngineError('record-not-found', 'No such thing.', { details: { id: 'D' } });
        });

        const error = await theActorsOwnFunction().catch((thrown: unknown) => thrown);

        expect(error).toMatchObject({ code: 'record-not-found', message: 'No such thing.', details: { id: 'D' } });
        expect((error as Error).stack).toContain('theActorsOwnFunction');

        async function theActorsOwnFunction(): Promise<unknown> {
            return await connection.call([['dataset', 'D'], ['get']]);
        }
    });

    it('is rejected if an argument cannot be cloned, and affects no other call', async () => {
        const { connection } = new FakeHost(() => 'fine');

        await expect(connection.call([['setStatusMessage', () => {}]])).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining('`setStatusMessage`'),
        });
        await expect(connection.call([['user'], ['get']])).resolves.toBe('fine');
    });

    it('is rejected when the host closes the channel before it responds', async () => {
        const host = new FakeHost(() => new Promise(() => {}));

        const call = host.connection.call([['user'], ['get']]);
        host.close();

        await expect(call).rejects.toMatchObject({ code: 'run-gone' });
    });
});

describe('a connection that receives `aborting`', () => {
    it('aborts its signal before it calls the listeners', async () => {
        const host = new FakeHost();
        const heard = new Promise((resolve) => {
            host.connection.onSystemEvent = (event) => resolve([event.name, host.connection.signal.aborted]);
        });

        host.send({ name: 'aborting', reason: 'timeout' });

        await expect(heard).resolves.toEqual(['aborting', true]);
        expect(host.connection.signal.reason).toMatchObject({
            name: 'AbortError',
            message: expect.stringContaining('timeout'),
        });
    });
});
