import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/errors/engine-error.js';
import { createRemoteClient } from '../../../src/worker/channel/remote-client.js';
import { FakeHost } from '../fake-host.js';
import type { HostConnection } from '../../../src/worker/channel/host-connection.js';

describe('the input that comes with an assignment', () => {
    const input = { storeId: 'STORE', key: 'INPUT', contentType: 'application/json', bytes: Buffer.from('{"a":1}') };
    const answer = (): unknown => ({ value: 'asked for' });
    const read = ({ link }: FakeHost, key = 'INPUT', storeId = 'STORE'): Promise<unknown> =>
        createRemoteClient(link).keyValueStore(storeId).getRecord(key);

    it('is read once without a call, and the host hears of it', async () => {
        const host = new FakeHost(answer, input);

        await expect(read(host)).resolves.toMatchObject({ key: 'INPUT', value: { a: 1 } });
        await expect(read(host)).resolves.toEqual({ value: 'asked for' });

        expect(host.messages.map(({ type }) => type)).toEqual(['input-read', 'call']);
    });

    it('is read after a call that changes nothing', async () => {
        const host = new FakeHost(answer, input);

        await host.link.call([['keyValueStore', 'STORE'], ['get']]);

        await expect(read(host)).resolves.toMatchObject({ value: { a: 1 } });
    });

    it.each([
        [
            'after another call',
            (link: HostConnection) =>
                link.call([
                    ['keyValueStore', 'STORE'],
                    ['setRecord', {}],
                ]),
        ],
        [
            'after a request',
            (link: HostConnection) => {
                const { signal } = new AbortController();
                return link.fetch({ method: 'PUT', url: 'http://api/', headers: [] }, { signal }, true);
            },
        ],
        ['after an item was to be pushed', (link: HostConnection) => link.requestWriteGrant('DATASET', 10)],
    ])('is asked for %s: it may have changed', async (_when, before) => {
        const host = new FakeHost(answer, input);

        void before(host.link);

        await expect(read(host)).resolves.toEqual({ value: 'asked for' });
    });

    it.each([
        ['another record', 'OTHER', 'STORE'],
        ['a record of another store', 'INPUT', 'OTHER'],
    ])('is not handed out as %s', async (_what, key, storeId) => {
        await expect(read(new FakeHost(answer, input), key, storeId)).resolves.toEqual({ value: 'asked for' });
    });

    it.each([
        ['is not valid JSON', { ...input, bytes: Buffer.from('{') }],
        ['has another type', { ...input, contentType: 'text/plain' }],
    ])('is asked for where it %s', async (_what, other) => {
        const host = new FakeHost(answer, other);

        await expect(read(host)).resolves.toEqual({ value: 'asked for' });
        expect(host.messages.map(({ type }) => type)).toEqual(['call']);
    });
});

describe('a call on the link', () => {
    it('resolves with what the host answers', async () => {
        const { link, calls } = new FakeHost(() => ({ items: [1], at: new Date(5) }));

        await expect(link.call([['dataset', 'D'], ['listItems']])).resolves.toEqual({ items: [1], at: new Date(5) });
        expect(calls).toEqual([[['dataset', 'D'], ['listItems']]]);
    });

    it('gives answers that come in another order to the calls that they belong to', async () => {
        const { link } = new FakeHost(async (steps) => {
            const [, id] = steps[0]!;
            if (id === 'slow') await setImmediate();
            return id;
        });

        await expect(
            Promise.all([link.call([['dataset', 'slow']]), link.call([['dataset', 'fast']])]),
        ).resolves.toEqual(['slow', 'fast']);
    });

    it('rejects with the error of the host, its code, and the stack of the caller', async () => {
        const { link } = new FakeHost(() => {
            throw new EngineError('record-not-found', 'No such thing.', { details: { id: 'D' } });
        });

        const error = await theActorsOwnFunction().catch((thrown: unknown) => thrown);

        expect(error).toMatchObject({ code: 'record-not-found', message: 'No such thing.', details: { id: 'D' } });
        expect((error as Error).stack).toContain('theActorsOwnFunction');

        async function theActorsOwnFunction(): Promise<unknown> {
            return await link.call([['dataset', 'D'], ['get']]);
        }
    });

    it('is refused if an argument cannot be copied, and hurts no other call', async () => {
        const { link } = new FakeHost(() => 'fine');

        await expect(link.call([['setStatusMessage', () => {}]])).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining('`setStatusMessage`'),
        });
        await expect(link.call([['user'], ['get']])).resolves.toBe('fine');
    });

    it('is rejected when the host closes the channel before it answers', async () => {
        const host = new FakeHost(() => new Promise(() => {}));

        const call = host.link.call([['user'], ['get']]);
        host.close();

        await expect(call).rejects.toMatchObject({ code: 'run-gone' });
    });
});

describe('a link that hears `aborting`', () => {
    it('aborts its signal before it tells the listeners', async () => {
        const host = new FakeHost();
        const heard = new Promise((resolve) => {
            host.link.onSystemEvent = (event) => resolve([event.name, host.link.signal.aborted]);
        });

        host.send({ name: 'aborting', reason: 'timeout' });

        await expect(heard).resolves.toEqual(['aborting', true]);
        expect(host.link.signal.reason).toMatchObject({
            name: 'AbortError',
            message: expect.stringContaining('timeout'),
        });
    });
});
