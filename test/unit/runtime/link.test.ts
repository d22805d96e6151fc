import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/errors/engine-error.js';
import { inputSteps } from '../../../src/protocol/foresight.js';
import { FakeHost } from './fake-host.js';
import type { Link } from '../../../src/runtime/link.js';

describe('a call that was foreseen', () => {
    const steps = inputSteps('STORE', 'INPUT');
    const foresight = { steps, output: { value: 'foreseen' } };

    it('is answered at once, and the host hears of it', async () => {
        const { link, messages } = new FakeHost(() => ({ value: 'asked for' }), foresight);

        await expect(link.call(inputSteps('STORE', 'INPUT'))).resolves.toEqual({ value: 'foreseen' });
        await expect(link.call(inputSteps('STORE', 'INPUT'))).resolves.toEqual({ value: 'asked for' });

        expect(messages).toEqual([
            { type: 'call', id: 1, steps, unwaited: 'knows' },
            { type: 'call', id: 2, steps },
        ]);
    });

    it.each([
        ['after another one', (link: Link) => link.call([['user'], ['get']])],
        ['after an item was to be pushed', (link: Link) => link.lease('DATASET', 10)],
    ])('is asked for as ever %s: it may have changed', async (_when, before) => {
        const { link } = new FakeHost(() => ({ value: 'asked for' }), foresight);

        void before(link);

        await expect(link.call(steps)).resolves.toEqual({ value: 'asked for' });
    });

    it('is no other one', async () => {
        const { link } = new FakeHost(() => ({ value: 'asked for' }), foresight);

        await expect(link.call(inputSteps('STORE', 'OTHER'))).resolves.toEqual({ value: 'asked for' });
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
            host.link.onSystemEvent((event) => resolve([event.name, host.link.signal.aborted]));
        });

        host.send({ name: 'aborting', reason: 'timeout' });

        await expect(heard).resolves.toEqual(['aborting', true]);
        expect(host.link.signal.reason).toMatchObject({
            name: 'AbortError',
            message: expect.stringContaining('timeout'),
        });
    });
});
