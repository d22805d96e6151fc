import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { makeEngine } from '../../support/make-engine.js';
import { waitUntil } from '../../support/wait-until.js';
import { errorOf, send } from '../send.js';
import type { ActorFunctionContext, Client, Engine, EngineOptions } from 'greenroom';

async function withActor(options?: EngineOptions): Promise<Engine> {
    const engine = await makeEngine(options);
    await engine.addActor({ name: 'actor', run: work });
    return engine;
}

interface Input {
    fails?: boolean;
    stays?: boolean;
}

async function work({ input, Actor, signal }: ActorFunctionContext): Promise<void> {
    const { fails, stays } = (input ?? {}) as Input;
    await Actor.pushData([{ n: 1, input }, { n: 2 }, {}]);
    await Actor.setValue('picture', Buffer.from([1, 2, 3]), { contentType: 'image/png' });
    if (stays) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (fails) throw new Error('It went wrong.');
    await Actor.setValue('OUTPUT', { input });
}

async function isRunning(client: Client, id: string): Promise<boolean> {
    return (await client.run(id).get())?.status === 'RUNNING';
}

const post = (body: unknown): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
});

describe('run-sync', () => {
    it('responds with the output of the Actor', async () => {
        const { client } = await withActor();

        const answer = await send(client, '/actors/actor/run-sync', post({ url: 'https://example.com' }));

        expect(answer).toMatchObject({ status: 201, body: { input: { url: 'https://example.com' } } });
    });

    it('starts without an input by GET', async () => {
        const { client } = await withActor();

        const answer = await send(client, '/acts/local~actor/run-sync');

        expect(answer).toMatchObject({ status: 201, body: { input: null } });
    });

    it('responds with another record if requested', async () => {
        const { client } = await withActor();

        const { status, headers, body } = await send(client, '/actors/actor/run-sync?outputRecordKey=picture');

        expect({ status, type: headers.get('content-type'), body }).toEqual({
            status: 201,
            type: 'image/png',
            body: '\u0001\u0002\u0003',
        });
    });

    it('responds without a body if the record does not exist', async () => {
        const { client } = await withActor();

        expect(await send(client, '/actors/actor/run-sync?outputRecordKey=none')).toMatchObject({
            status: 201,
            body: '',
        });
    });

    it('accepts the options of a start', async () => {
        const { client } = await withActor();

        await send(client, '/actors/actor/run-sync?memory=256&timeout=12.3', { method: 'POST' });
        const refused = await send(client, '/actors/actor/run-sync?memory=100', { method: 'POST' });

        const run = await client.actor('actor').lastRun().get();
        expect(run?.options).toMatchObject({ memoryMbytes: 256, timeoutSecs: 13 });
        expect(refused.status).toBe(400);
        expect((await client.runs().list()).total).toBe(1);
    });

    it.each(['run-sync', 'run-sync-get-dataset-items'])('says that the run has failed: %s', async (path) => {
        const { client } = await withActor();

        const answer = await send(client, `/actors/actor/${path}`, post({ fails: true }));

        const run = await client.actor('actor').lastRun().get();
        expect(answer.status).toBe(400);
        expect(errorOf(answer)).toEqual({
            type: 'run-failed',
            message: `Actor run did not succeed (run ID: ${run?.id}, status: FAILED).`,
        });
    });

    it.each(['run-sync', 'run-sync-get-dataset-items'])(
        'waits 300 seconds of the engine’s clock, and lets the run go on: %s',
        async (path) => {
            const clock = new ManualClock();
            const { client } = await withActor({ clock });
            const other = await client.actor('actor').start({ stays: true });
            await waitUntil('another run goes on', async () => isRunning(client, other.id));
            const timersOfRun = clock.pendingTimers;
            let isAnswered = false;

            const asked = send(client, `/actors/actor/${path}`, post({ stays: true })).finally(() => {
                isAnswered = true;
            });
            await waitUntil('the request waits', async () => clock.pendingTimers > 2 * timersOfRun);
            await clock.advance('299s');
            expect(isAnswered).toBe(false);
            await clock.advance('1s');
            const answer = await asked;

            expect(answer.status).toBe(408);
            expect(errorOf(answer)).toEqual({
                type: 'run-timeout-exceeded',
                message: 'Actor run exceeded the timeout of 300 seconds for this API endpoint',
            });
            expect((await client.actor('actor').lastRun().get())?.status).toBe('RUNNING');
        },
    );

    it('rejects an unknown Actor', async () => {
        const { client } = await withActor();

        const answer = await send(client, '/actors/nobody/run-sync');

        expect(answer).toMatchObject({ status: 404, body: { error: { type: 'record-not-found' } } });
    });
});

describe('run-sync-get-dataset-items', () => {
    it('responds with the items and their number', async () => {
        const { client } = await withActor();

        const answer = await send(client, '/actors/actor/run-sync-get-dataset-items?limit=1', post({ a: 1 }));

        expect(answer).toMatchObject({ status: 201, body: [{ n: 1, input: { a: 1 } }] });
        expect(answer.headers.get('x-apify-pagination-total')).toBe('3');
    });

    it('formats the items as the query specifies', async () => {
        const { client } = await withActor();

        const path = '/actors/actor/run-sync-get-dataset-items?format=csv&fields=n&skipEmpty=1&desc=1&bom=0';
        const { status, headers, body } = await send(client, path);

        expect({ status, type: headers.get('content-type'), body }).toEqual({
            status: 201,
            type: 'text/csv; charset=utf-8',
            body: expect.stringMatching(/^n\r?\n2\r?\n1\r?\n?$/) as string,
        });
        expect(headers.get('x-apify-pagination-count')).toBe('2');
    });
});
