import { describe, expect, it } from 'vitest';
import { createEngine, type Engine, type WebhookDispatch } from 'greenroom';
import { ManualClock } from 'greenroom/testing';
import { startChild } from '../support/processes/child.js';
import { makeEngine } from '../support/make-engine.js';
import { openWebhookServer } from '../support/servers/webhook-server.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';

const SOURCE = `export default () => 'done';`;
const eventTypes = ['ACTOR.RUN.SUCCEEDED'] as const;

async function dispatches({ client }: Engine): Promise<WebhookDispatch[]> {
    return (await client.webhookDispatches().list()).items;
}

function settled(engine: Engine, attempts: number): Promise<WebhookDispatch> {
    return waitUntil(`attempt ${attempts}`, async () => {
        const [dispatch] = await dispatches(engine);
        return dispatch !== undefined && dispatch.calls.length >= attempts && dispatch;
    });
}

describe('webhooks in a directory', () => {
    it('and their dispatches exist after reopening', async () => {
        const storageDir = await tempDir();
        const receiver = await openWebhookServer();
        const engine = await makeEngine({ storageDir });
        const { id } = await engine.addActor({ name: 'under-test', source: SOURCE });
        const webhook = await engine.client.webhooks().create({
            eventTypes,
            condition: { actorId: 'under-test' },
            requestUrl: receiver.url,
            idempotencyKey: 'one',
            headersTemplate: '{"A":"b"}',
            description: 'of all runs',
        });
        await engine.call('under-test');
        const sent = await settled(engine, 1);
        const before = await engine.client.webhook(webhook.id).get();
        await engine.close();

        const again = await makeEngine({ storageDir });

        expect(await again.client.webhook(webhook.id).get()).toEqual(before);
        expect(before).toMatchObject({ condition: { actorId: id }, stats: { totalDispatches: 1 } });
        expect(await dispatches(again)).toEqual([sent]);
        const same = { eventTypes, condition: { actorId: id }, requestUrl: receiver.url, idempotencyKey: 'one' };
        expect((await again.client.webhooks().create(same)).id).toBe(webhook.id);
        await again.call('under-test');
        await receiver.take(2);
    });

    it('deliver pending dispatches when they are due', async () => {
        const storageDir = await tempDir();
        const clock = new ManualClock();
        const receiver = await openWebhookServer({
            answer: (response, count) => response.writeHead(count < 3 ? 500 : 200).end(),
        });
        const engine = await makeEngine({ storageDir, clock });
        await engine.addActor({ name: 'under-test', source: SOURCE });
        await engine.call('under-test', undefined, { webhooks: [{ eventTypes, requestUrl: receiver.url }] });
        await settled(engine, 1);
        await clock.advance('1m');
        await settled(engine, 2);
        await engine.close();
        await clock.advance('1m');

        const again = await makeEngine({ storageDir, clock });
        await clock.advance('59s');
        expect(await dispatches(again)).toMatchObject([{ status: 'ACTIVE', calls: [{}, {}] }]);
        await clock.advance('1s');

        expect(await settled(again, 3)).toMatchObject({ status: 'SUCCEEDED' });
        expect(receiver.received[2]!.text).toBe(receiver.received[0]!.text);
    });

    it('deliver overdue dispatches at once', async () => {
        const storageDir = await tempDir();
        const clock = new ManualClock();
        const receiver = await openWebhookServer({
            answer: (response, count) => response.writeHead(count < 2 ? 500 : 200).end(),
        });
        const engine = await makeEngine({ storageDir, clock });
        await engine.addActor({ name: 'under-test', source: SOURCE });
        await engine.call('under-test', undefined, { webhooks: [{ eventTypes, requestUrl: receiver.url }] });
        await settled(engine, 1);
        await engine.close();
        await clock.advance('1d');

        const again = await makeEngine({ storageDir, clock });

        expect(await settled(again, 2)).toMatchObject({ status: 'SUCCEEDED' });
    });

    it('continue after the process was killed, including requests in progress', async () => {
        const storageDir = await tempDir();
        const refusing = await openWebhookServer({
            answer: (response, count) => response.writeHead(count < 2 ? 500 : 200).end(),
        });
        const hanging = await openWebhookServer({ answer: (response, count) => count > 1 && response.end('at last') });
        const host = startChild('run/webhook-host.ts', { args: [storageDir, refusing.url, hanging.url] });
        const [runId, atWorkId] = JSON.parse(String((await host.lines().next()).value)) as [string, string];
        await hanging.take();
        await host.kill();

        const clock = new ManualClock();
        const engine = await makeEngine({ storageDir, clock });
        await hanging.take(2);
        const lost = await refusing.take(2);
        await clock.advance('1m');
        await refusing.take(3);
        await waitUntil('all to be delivered', async () =>
            (await dispatches(engine)).every(({ status }) => status === 'SUCCEEDED'),
        );

        const ofRun = (await dispatches(engine)).filter(({ eventData }) => eventData?.actorRunId === runId);
        expect(ofRun.map(({ calls }) => calls.length).toSorted()).toEqual([1, 2]);
        expect(hanging.received[1]!.text).toBe(hanging.received[0]!.text);
        expect([refusing.received.length, hanging.received.length]).toEqual([3, 2]);
        // The live run was aborted when its process died.
        expect(lost.body).toMatchObject({
            eventType: 'ACTOR.RUN.ABORTED',
            eventData: { actorRunId: atWorkId },
            resource: { status: 'ABORTED', statusMessage: expect.stringContaining('ended before the run finished') },
        });
    });

    it('report runs that are resurrected after a kill, and not that they were aborted', async () => {
        const storageDir = await tempDir();
        const receiver = await openWebhookServer();
        const host = startChild('run/webhook-host.ts', { args: [storageDir, receiver.url, receiver.url] });
        const [, atWorkId] = JSON.parse(String((await host.lines().next()).value)) as [string, string];
        await host.kill();

        const engine = await makeEngine({ storageDir, recovery: 'resurrect' });
        const toldOf = () =>
            receiver.received.map(({ body }) => body).filter(({ resource }) => Object(resource).id === atWorkId);
        expect(toldOf()).toEqual([]);
        await engine.run(atWorkId)!.abort();
        await waitUntil('the webhook to be sent', () => toldOf().length > 0);

        expect(toldOf()).toMatchObject([
            { eventType: 'ACTOR.RUN.ABORTED', resource: { stats: { resurrectCount: 1 } } },
        ]);
    });
});

describe('closing the engine', () => {
    it('waits briefly for requests in progress', async () => {
        const receiver = await openWebhookServer({ answer: (response) => setTimeout(() => response.end(), 50) });
        const engine = await createEngine();
        const heard: unknown[] = [];
        engine.on('webhook.dispatched', ({ dispatch }) => heard.push(dispatch.status));
        await engine.addActor({ name: 'under-test', run: () => 'done' });

        await engine.call('under-test', {}, { webhooks: [{ eventTypes, requestUrl: receiver.url }] });
        await engine.close();

        expect(heard).toEqual(['SUCCEEDED']);
    });

    it('does not wait long, and undelivered dispatches stay ACTIVE', async () => {
        const storageDir = await tempDir();
        const receiver = await openWebhookServer({ answer: () => {} });
        const engine = await createEngine({ storageDir });
        await engine.addActor({ name: 'under-test', source: SOURCE });
        await engine.call('under-test', {}, { webhooks: [{ eventTypes, requestUrl: receiver.url }] });
        await receiver.take();
        const start = performance.now();

        await engine.close();

        expect(performance.now() - start).toBeLessThan(3000);
        const again = await makeEngine({ storageDir });
        expect(await dispatches(again)).toMatchObject([{ status: 'ACTIVE', calls: [] }]);
    });

    it('does not wait if it is forced', async () => {
        const receiver = await openWebhookServer({ answer: () => {} });
        const engine = await createEngine();
        await engine.addActor({ name: 'under-test', run: () => 'done' });
        await engine.call('under-test', {}, { webhooks: [{ eventTypes, requestUrl: receiver.url }] });
        await receiver.take();
        const start = performance.now();

        await engine.close({ force: true });

        expect(performance.now() - start).toBeLessThan(500);
        await expect(
            engine.client.webhooks().create({ eventTypes, requestUrl: receiver.url, condition: { actorTaskId: 't' } }),
        ).rejects.toMatchObject({ code: 'engine-closed' });
    });
});
