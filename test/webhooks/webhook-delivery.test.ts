import { describe, expect, it } from 'vitest';
import { ManualClock } from 'greenroom/testing';
import { makeEngine } from '../support/make-engine.js';
import { openWebhookServer, type WebhookServerOptions } from '../support/servers/webhook-server.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions, WebhookDispatch, WebhookFields } from 'greenroom';

const TEN_MEGABYTES = 10_000_000;

interface Setup {
    engine: Engine;
    /** Waits until the dispatch has this number of finished attempts. */
    attempts(count: number): Promise<WebhookDispatch>;
}

/** Creates an engine with a finished run, for which a webhook sends a dispatch. */
async function send(fields: WebhookFields, options: EngineOptions = {}): Promise<Setup> {
    const engine = await makeEngine(options);
    await engine.addActor({ name: 'under-test', run: () => 'done' });
    const webhooks = [{ eventTypes: ['ACTOR.RUN.SUCCEEDED' as const], ...fields }];
    await engine.call('under-test', {}, { webhooks });
    return { engine, attempts: (count) => attempts(engine, count) };
}

function attempts({ client }: Engine, count: number): Promise<WebhookDispatch> {
    return waitUntil(`attempt ${count} to end`, async () => {
        const [dispatch] = (await client.webhookDispatches().list()).items;
        return (dispatch?.calls.length ?? 0) >= count ? dispatch : undefined;
    });
}

async function sendTo(answer: WebhookServerOptions['answer'], fields: WebhookFields = {}, options?: EngineOptions) {
    const receiver = await openWebhookServer({ answer });
    const setup = await send({ requestUrl: receiver.url, ...fields }, options);
    return { ...setup, receiver };
}

describe('a dispatch', () => {
    it.each([200, 201, 202, 204, 299])('succeeds with the status %i', async (status) => {
        const { attempts } = await sendTo((response) => response.writeHead(status).end());

        expect(await attempts(1)).toMatchObject({
            status: 'SUCCEEDED',
            calls: [{ responseStatus: status, errorMessage: null }],
        });
    });

    it('is retried eleven times, for 34 hours, in one advance of the clock', async () => {
        const clock = new ManualClock();
        const { receiver, engine } = await sendTo(
            (response, count) => response.writeHead(count < 12 ? 500 : 200).end(),
            {},
            {
                clock,
            },
        );

        await clock.advance('34h 7m');

        const [dispatch] = (await engine.client.webhookDispatches().list()).items;
        expect(dispatch).toMatchObject({ status: 'SUCCEEDED', calls: { length: 12 } });
        expect(receiver.received).toHaveLength(12);
        const [first, last] = [dispatch!.calls[0]!, dispatch!.calls.at(-1)!];
        expect((last.startedAt.getTime() - first.startedAt.getTime()) / 60_000).toBe(2 ** 11 - 1);
    });

    it.each([400, 404, 500, 503])('is retried after the status %i', async (status) => {
        const { attempts } = await sendTo((response) => response.writeHead(status).end('sorry'));

        expect(await attempts(1)).toMatchObject({
            status: 'ACTIVE',
            calls: [
                {
                    responseStatus: status,
                    responseBody: 'sorry',
                    requestBody: expect.stringContaining('"eventType":'),
                    errorMessage: expect.stringContaining(`is ${status}, expected 200 to 299`),
                },
            ],
        });
    });

    it('does not follow redirects', async () => {
        const { attempts, receiver } = await sendTo((response) =>
            response.writeHead(307, { location: '/elsewhere' }).end(),
        );

        expect(await attempts(1)).toMatchObject({
            status: 'ACTIVE',
            calls: [{ responseStatus: 307, errorMessage: expect.stringContaining('Redirects are not followed') }],
        });
        expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
    });

    it('keeps the beginning of a long response and does not read the rest', async () => {
        const { attempts } = await sendTo((response) => response.end('0123456789'.repeat(TEN_MEGABYTES / 10)));

        const { status, calls } = await attempts(1);

        expect(status).toBe('SUCCEEDED');
        expect(calls[0]!.responseBody).toHaveLength(8192);
    });

    it('is retried if the connection breaks before or within the response', async () => {
        const { attempts } = await sendTo((response) => response.socket!.destroy());
        const cut = await sendTo((response) => {
            response.writeHead(200, { 'content-length': '100' }).write('part');
            setImmediate(() => response.socket!.destroy());
        });

        for (const dispatch of [await attempts(1), await cut.attempts(1)]) {
            expect(dispatch).toMatchObject({
                status: 'ACTIVE',
                calls: [{ responseStatus: null, errorMessage: expect.stringMatching(/hang up|aborted|ECONNRESET/) }],
            });
        }
    });

    it('is retried if the connection is refused', async () => {
        const receiver = await openWebhookServer();
        await receiver.close();
        const { attempts } = await send({ requestUrl: receiver.url });

        expect(await attempts(1)).toMatchObject({
            status: 'ACTIVE',
            calls: [{ errorMessage: expect.stringContaining('ECONNREFUSED') }],
        });
    });

    it.each<[string, WebhookServerOptions['answer']]>([
        ['no response', () => {}],
        ['no end of the response', (response) => response.writeHead(200).write('part')],
    ])('is retried if there is %s within two minutes', async (_what, answer) => {
        const clock = new ManualClock(undefined, { patienceMillis: 100 });
        const { attempts, receiver } = await sendTo(answer, {}, { clock });
        await receiver.take();
        await clock.advance('119s');
        expect((await attempts(0)).calls).toEqual([]);

        await clock.advance('1s');

        const { status, calls } = await attempts(1);
        expect(status).toBe('ACTIVE');
        expect(calls[0]!.errorMessage).toBe('No complete response: the timeout of 120 s was exceeded');
        expect(calls[0]!.finishedAt.getTime() - calls[0]!.startedAt.getTime()).toBe(120_000);
    });

    it('is retried eleven times with doubling delays, and then fails', async () => {
        const clock = new ManualClock();
        const { engine, attempts, receiver } = await sendTo((response) => response.writeHead(500).end(), {}, { clock });
        await attempts(1);

        for (let retry = 1; retry <= 11; retry += 1) {
            await clock.advance(60_000 * 2 ** (retry - 1) - 1);
            expect(receiver.received).toHaveLength(retry);
            await clock.advance(1);
            await attempts(retry + 1);
        }
        await clock.advance('100d');

        const { status, calls } = await attempts(12);
        expect(status).toBe('FAILED');
        const [first, last] = [calls[0]!, calls.at(-1)!];
        expect((last.startedAt.getTime() - first.finishedAt.getTime()) / 60_000).toBe(2047);
        expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
        expect(receiver.received).toHaveLength(12);
        expect((await engine.client.webhooks().list()).items).toMatchObject([
            { lastDispatch: { status: 'FAILED', finishedAt: last.finishedAt } },
        ]);
    });

    it('ends with the first success and has the same payload each time', async () => {
        const clock = new ManualClock();
        const answer = (response: Parameters<NonNullable<WebhookServerOptions['answer']>>[0], count: number) =>
            response.writeHead(count < 3 ? 500 : 200).end();
        const { attempts, receiver } = await sendTo(answer, {}, { clock });
        await attempts(1);
        await clock.advance('1m');
        await attempts(2);
        await clock.advance('2m');

        expect(await attempts(3)).toMatchObject({ status: 'SUCCEEDED' });
        expect(receiver.received[2]!.body).toEqual(receiver.received[0]!.body);
    });

    it('fails at once with `doNotRetry`', async () => {
        const { attempts } = await sendTo((response) => response.writeHead(500).end(), { doNotRetry: true });

        expect(await attempts(1)).toMatchObject({ status: 'FAILED' });
    });

    it('uses the current URL of the webhook', async () => {
        const clock = new ManualClock();
        const { engine, attempts } = await sendTo((response) => response.writeHead(500).end(), {}, { clock });
        const better = await openWebhookServer();
        const { webhookId } = await attempts(1);
        await engine.client.webhook(webhookId).update({ requestUrl: `${better.url}better` });

        await clock.advance('1m');

        expect(await attempts(2)).toMatchObject({ status: 'SUCCEEDED' });
        expect(better.received).toMatchObject([{ path: '/better' }]);
    });

    it('is removed with its webhook', async () => {
        const clock = new ManualClock();
        const { engine, receiver, attempts } = await sendTo((response) => response.writeHead(500).end(), {}, { clock });
        const { webhookId, id } = await attempts(1);

        await engine.client.webhook(webhookId).delete();
        await clock.advance('3d');

        expect(receiver.received).toHaveLength(1);
        expect(await engine.client.webhookDispatch(id).get()).toBeUndefined();
        expect(clock.pendingTimers).toBe(0);
    });
});

describe('an untrusted certificate', () => {
    it('is rejected', async () => {
        const receiver = await openWebhookServer({ isSecure: true });
        const { attempts } = await send({ requestUrl: receiver.url });

        expect((await attempts(1)).calls[0]!.errorMessage).toMatch(/certificate/);
        expect(receiver.received).toEqual([]);
    });

    it('is accepted with `ignoreSslErrors`', async () => {
        const receiver = await openWebhookServer({ isSecure: true });
        const { attempts } = await send({ requestUrl: receiver.url, ignoreSslErrors: true });

        expect(await attempts(1)).toMatchObject({ status: 'SUCCEEDED', calls: [{ responseBody: 'taken' }] });
    });
});

describe('the request', () => {
    it('has the payload and headers of the templates', async () => {
        const { attempts, receiver } = await sendTo(undefined, {
            payloadTemplate:
                '{"text":"Run {{resource.id}} is {{resource.status}}","code":"{{resource.exitCode}}","at":"{{globals.dateUnix}}"}',
            headersTemplate:
                '{"Authorization":"Bearer {{eventData.actorRunId}}","Host":"elsewhere","X-Code":"{{resource.exitCode}}"}',
            shouldInterpolateStrings: true,
        });

        const { body, headers } = await receiver.take();

        const { eventData, createdAt } = await attempts(1);
        const id = eventData!.actorRunId;
        const at = Math.floor(createdAt.getTime() / 1000);
        expect(body).toEqual({ text: `Run ${id} is SUCCEEDED`, code: 0, at });
        expect(headers).toMatchObject({
            authorization: `Bearer ${id}`,
            host: new URL(receiver.url).host,
            'x-code': '0',
        });
    });

    it('may have any JSON payload', async () => {
        const { receiver } = await sendTo(undefined, { payloadTemplate: '"{{nothing}} of it: ž"' });

        expect(await receiver.take()).toMatchObject({ body: '{{nothing}} of it: ž' });
    });

    it.each([
        ['{"X-Options":{{resource.options}}}', /X-Options.*an object/],
        ['{"X-Message":{{resource.statusMessage}}}', /X-Message.*characters that a header may contain/],
    ])('fails if its headers are invalid: %s', async (headersTemplate, message) => {
        const receiver = await openWebhookServer();
        const engine = await makeEngine();
        await engine.addActor({ name: 'under-test', run: ({ Actor }) => Actor.exit('done ✓') });
        const webhooks = [{ eventTypes: ['ACTOR.RUN.SUCCEEDED' as const], requestUrl: receiver.url, headersTemplate }];

        await engine.call('under-test', {}, { webhooks });

        expect(await attempts(engine, 1)).toMatchObject({
            status: 'FAILED',
            calls: [{ responseStatus: null, errorMessage: expect.stringMatching(message) }],
        });
        expect(receiver.received).toEqual([]);
    });
});

describe('the network of the engine', () => {
    it('applies to webhooks', async () => {
        const { attempts } = await sendTo(undefined, {}, { network: 'block' });

        expect(await attempts(1)).toMatchObject({
            status: 'FAILED',
            calls: [{ responseStatus: null, errorMessage: expect.stringContaining("network: 'block'") }],
        });
    });

    it('may be only this machine', async () => {
        const near = await sendTo(undefined, {}, { network: 'loopback' });
        const far = await send({ requestUrl: 'http://example.com/' }, { network: 'loopback' });

        expect(await near.attempts(1)).toMatchObject({ status: 'SUCCEEDED' });
        expect(await far.attempts(1)).toMatchObject({
            status: 'FAILED',
            calls: [{ errorMessage: expect.stringContaining("network: 'loopback'") }],
        });
    });

    it.each(['https://api.apify.com', 'http://greenroom.invalid'])(
        'has the API of the engine at %s',
        async (origin) => {
            const engine = await makeEngine({ network: 'block' });
            await engine.addActor({ name: 'next', run: ({ input }) => input });
            await engine.addActor({ name: 'first', run: () => 'done' });
            const requestUrl = `${origin}/v2/acts/local~next/runs?token=secret&timeout=77`;
            const webhooks = [{ eventTypes: ['ACTOR.RUN.SUCCEEDED' as const], requestUrl }];

            const first = await engine.call('first', {}, { webhooks });
            const dispatch = await attempts(engine, 1);
            const next = engine.client.actor('next').lastRun({ origin: 'WEBHOOK' });
            await next.waitForFinish();

            expect(dispatch).toMatchObject({ status: 'SUCCEEDED', calls: [{ responseStatus: 201 }] });
            expect(await next.get()).toMatchObject({ options: { timeoutSecs: 77 }, meta: { origin: 'WEBHOOK' } });
            expect((await next.keyValueStore().getRecord('OUTPUT'))?.value).toMatchObject({
                eventType: 'ACTOR.RUN.SUCCEEDED',
                resource: { id: first.id },
            });
        },
    );

    it('has an API that may respond with an error', async () => {
        const { attempts } = await send({ requestUrl: 'https://api.apify.com/v2/acts/nobody/runs' });

        expect(await attempts(1)).toMatchObject({
            status: 'ACTIVE',
            calls: [{ responseStatus: 404, responseBody: expect.stringContaining('record-not-found') }],
        });
    });
});
