import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine, stripTimestamps } from '../../support/make-engine.js';
import { waitUntil } from '../../support/wait-until.js';
import { connectClient } from '../connect-client.js';
import { send } from '../send.js';
import type { Engine } from 'greenroom';

const ECHO = `import { Actor, log } from 'apify';
await Actor.init();
const input = await Actor.getInput();
log.info('working');
await Actor.pushData({ input });
await Actor.setValue('OUTPUT', input);
await Actor.exit('All done');`;

/** Runs until the record `stop` of its own store exists. */
const PATIENT = `import { Actor } from 'apify';
await Actor.init();
console.log('line one');
const store = await Actor.openKeyValueStore();
while ((await store.getValue('stop')) === null) await new Promise((resolve) => setTimeout(resolve, 5));
console.log('line two');
await Actor.exit();`;

async function withActor(source: string) {
    const engine = await makeEngine();
    await addSource(engine, source, 'actor');
    return { engine, client: engine.client, remote: connectClient(engine.client) };
}

async function startPatient(engine: Engine): Promise<string> {
    const run = await engine.start('actor');
    await waitUntil('the first line of the log', async () => (await run.log.text()).includes('line one'));
    return run.id;
}

describe('an Actor over the API', () => {
    it.each(['actor', 'local/actor', 'local~actor'])('is known as %s', async (id) => {
        const { client, remote } = await withActor(ECHO);

        expect(await remote.actor(id).get()).toEqual(await client.actor('actor').get());
    });

    it.each(['acts', 'actors'])('is found below /%s, percent-encoded too', async (prefix) => {
        const { client } = await withActor(ECHO);

        const answer = await send(client, `/${prefix}/local%2Factor`);

        expect(answer).toMatchObject({ status: 200, body: { data: { name: 'actor', username: 'local' } } });
    });

    it('is listed, changed and deleted', async () => {
        const { client, remote } = await withActor(ECHO);

        const { items } = await remote.actors().list({ my: true, desc: true });
        const updated = await remote
            .actor('actor')
            .update({ title: 'Title', defaultRunOptions: { memoryMbytes: 256 } as never });
        await remote.actor('actor').delete();

        expect(items).toEqual([expect.objectContaining({ name: 'actor' })]);
        expect(updated).toMatchObject({ title: 'Title', defaultRunOptions: { memoryMbytes: 256 } });
        expect(await client.actor('actor').get()).toBeUndefined();
        expect(await remote.actor('actor').get()).toBeUndefined();
        await expect(remote.actor('actor').start()).rejects.toMatchObject({
            statusCode: 404,
            type: 'record-not-found',
        });
    });

    it('is called with an input and options, and its run and results are the same to both clients', async () => {
        const { client, remote } = await withActor(ECHO);
        const input = { text: 'ž'.repeat(2000), list: [1, 2] };

        const run = await remote.actor('actor').call(input, { memory: 256, timeout: 30, build: 'latest', log: null });

        expect(run).toEqual(await client.run(run.id).get());
        expect(run).toMatchObject({
            status: 'SUCCEEDED',
            statusMessage: 'All done',
            options: { memoryMbytes: 256, timeoutSecs: 30, build: 'latest' },
        });
        expect((await remote.run(run.id).dataset().listItems()).items).toEqual([{ input }]);
        expect((await remote.run(run.id).keyValueStore().getRecord('OUTPUT'))?.value).toEqual(input);
        expect((await remote.run(run.id).requestQueue().get())?.id).toBe(run.defaultRequestQueueId);
    });

    it('gets the unchanged bytes of its input with their type', async () => {
        const { client, remote } = await withActor(`export default () => {};`);
        const input = Buffer.from([0, 255, 1, 254]);

        const run = await remote.actor('actor').start(input, { contentType: 'image/gif', waitForFinish: 60 });

        const record = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('INPUT', { buffer: true });
        expect(record).toEqual({ key: 'INPUT', value: input, contentType: 'image/gif' });
    });

    it('runs without an input', async () => {
        const { client, remote } = await withActor(`export default () => {};`);

        const run = await remote.actor('actor').start(undefined, { waitForFinish: 60 });

        expect(await client.keyValueStore(run.defaultKeyValueStoreId).recordExists('INPUT')).toBe(false);
    });

    it('has a timeout in whole seconds, rounded up', async () => {
        const { remote } = await withActor(`export default () => {};`);

        const run = await remote.actor('actor').start(undefined, { timeout: 12.3, waitForFinish: 60 });

        expect(run.options.timeoutSecs).toBe(13);
    });

    it('has a last run, whose storages and log can be reached', async () => {
        const { remote } = await withActor(ECHO);
        const first = await remote.actor('actor').call({ n: 1 }, { log: null });
        const last = await remote.actor('actor').call({ n: 2 }, { log: null });

        const lastRun = remote.actor('actor').lastRun({ status: 'SUCCEEDED', origin: 'API' });

        expect((await lastRun.get())?.id).toBe(last.id);
        expect((await lastRun.dataset().listItems()).items).toEqual([{ input: { n: 2 } }]);
        expect((await lastRun.keyValueStore().getRecord('OUTPUT'))?.value).toEqual({ n: 2 });
        expect((await lastRun.requestQueue().listHead()).items).toEqual([]);
        expect(await lastRun.log().get()).toContain('working');
        expect(await remote.actor('actor').lastRun({ status: 'FAILED' }).get()).toBeUndefined();
        expect(await remote.actor('actor').lastRun({ status: 'FAILED' }).requestQueue().get()).toBeUndefined();
        expect((await remote.actor('actor').runs().list()).items.map(({ id }) => id)).toEqual([first.id, last.id]);
    });
});

describe('runs over the API', () => {
    it('are listed, by status and by time', async () => {
        const { client, remote } = await withActor(`export default () => {};`);
        const { id } = await remote.actor('actor').call(undefined, { log: null });

        expect(await remote.runs().list()).toEqual(await client.runs().list());
        expect((await remote.runs().list({ status: ['SUCCEEDED', 'FAILED'] })).items).toMatchObject([{ id }]);
        expect((await remote.runs().list({ status: 'RUNNING' })).total).toBe(0);
        expect((await remote.runs().list({ startedAfter: new Date(Date.now() + 60_000) })).total).toBe(0);
    });

    it('can be awaited', async () => {
        const { engine, client, remote } = await withActor(PATIENT);
        const id = await startPatient(engine);

        const running = await remote.run(id).get({ waitForFinish: 0 });
        const ended = remote.run(id).waitForFinish();
        await client.run(id).keyValueStore().setRecord({ key: 'stop', value: true });

        expect(running?.status).toBe('RUNNING');
        expect((await ended).status).toBe('SUCCEEDED');
    });

    it('are aborted, and then deleted', async () => {
        const { engine, remote } = await withActor(PATIENT);
        const id = await startPatient(engine);

        await expect(remote.run(id).delete()).rejects.toMatchObject({ type: 'cannot-remove-running-run' });
        const aborted = await remote.run(id).abort({ gracefully: false });
        await remote.run(id).waitForFinish();
        await remote.run(id).delete();

        expect(aborted.status).toMatch(/^ABORT/);
        expect(await remote.run(id).get()).toBeUndefined();
        expect(await remote.run(id).log().get()).toBeUndefined();
        expect(await remote.run(id).dataset().get()).toBeUndefined();
    });

    it('have a status message that can be set, also with the id in the body', async () => {
        const { client, remote } = await withActor(`export default () => {};`);
        const { id } = await remote.actor('actor').call(undefined, { log: null });

        const run = await remote.run(id).update({ statusMessage: 'Half way', isStatusMessageTerminal: true });
        const answer = await send(client, `/actor-runs/${id}`, {
            method: 'PUT',
            body: JSON.stringify({ runId: id, statusMessage: 'Done' }),
        });

        expect(run).toMatchObject({ id, statusMessage: 'Half way', isStatusMessageTerminal: true });
        expect(answer).toMatchObject({ status: 200, body: { data: { statusMessage: 'Done' } } });
    });

    it('cannot be charged if the Actor is not paid per event, even after their end', async () => {
        const { remote } = await withActor(`export default () => {};`);
        const { id } = await remote.actor('actor').call(undefined, { log: null });

        await expect(remote.run(id).charge({ eventName: 'page' })).rejects.toMatchObject({
            statusCode: 400,
            type: 'cannot-charge-non-pay-per-event-actor',
        });
    });

    it('have a location', async () => {
        const { client } = await withActor(`export default () => {};`);

        const { status, headers, body } = await send(client, '/acts/actor/runs?waitForFinish=60', { method: 'POST' });

        const { id } = (body as { data: { id: string } }).data;
        expect(status).toBe(201);
        expect(headers.get('location')).toMatch(new RegExp(`/v2/actor-runs/${id}$`));
    });
});

describe('the log of a run over the API', () => {
    it('is text', async () => {
        const { client, remote } = await withActor(ECHO);
        const { id } = await remote.actor('actor').call({}, { log: null });

        const log = await remote.log(id).get({ raw: true });
        const answer = await send(client, `/logs/${id}?download=1`);

        expect(log).toBe(await client.log(id).get());
        expect(await remote.run(id).log().get()).toBe(log);
        expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
        expect(answer.headers.get('content-disposition')).toBe('attachment; filename="log.txt"');
    });

    it('is streamed while the run is active', async () => {
        const { engine, client, remote } = await withActor(PATIENT);
        const id = await startPatient(engine);

        const stream = (await remote.run(id).log().stream())!;
        const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
        const early = await chunks.next();
        await client.run(id).keyValueStore().setRecord({ key: 'stop', value: true });
        const rest = await text({ [Symbol.asyncIterator]: () => chunks });

        expect(String(early.value as Buffer)).toContain('line one');
        expect(stripTimestamps(String(early.value as Buffer) + rest)).toEqual(
            stripTimestamps((await client.log(id).get())!),
        );
        expect(rest).toContain('line two');
    });

    it('can be redirected line by line', async () => {
        const { engine, client, remote } = await withActor(PATIENT);
        const id = await startPatient(engine);
        const lines: string[] = [];
        const toLog = { info: (line: string) => lines.push(line) };

        const streamed = (await remote.run(id).getStreamedLog({ toLog: toLog as never }))!;
        streamed.start();
        await client.run(id).keyValueStore().setRecord({ key: 'stop', value: true });
        await client.run(id).waitForFinish();
        await streamed.stop();

        expect(lines.join('\n')).toContain('line one');
    });

    it('can be cancelled by its reader', async () => {
        const { engine, client, remote } = await withActor(PATIENT);
        const id = await startPatient(engine);

        const stream = (await remote.run(id).log().stream())!;
        for await (const _ of stream) break;
        await client.run(id).keyValueStore().setRecord({ key: 'stop', value: true });

        expect(stream.destroyed).toBe(true);
        expect((await client.run(id).waitForFinish()).status).toBe('SUCCEEDED');
    });

    it('is not found without a run', async () => {
        const { client, remote } = await withActor(ECHO);

        expect(await remote.log('missing').get()).toBeUndefined();
        expect((await send(client, '/logs/missing?stream=1')).status).toBe(404);
        expect((await send(client, '/acts/actor/runs/last/log')).status).toBe(404);
    });
});

describe('users over the API', () => {
    it('are the only one', async () => {
        const { client, remote } = await withActor(ECHO);

        const me = await remote.user().get();

        expect(me).toEqual(await client.user().get());
        expect((await remote.user('local').get()).id).toBe(me.id);
        expect(await remote.user('somebody').get()).toBeUndefined();
    });
});
