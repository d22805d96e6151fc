import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { connectClient } from '../connect-client.js';
import { errorOf, send } from '../send.js';
import type { Engine, TaskCreation } from 'greenroom';

/** Hands back what it was given, and what it was told. */
const ECHO = `import { Actor } from 'apify';
await Actor.init();
const input = await Actor.getInput();
await Actor.pushData({ input });
await Actor.setValue('OUTPUT', { input, taskId: process.env.ACTOR_TASK_ID, memory: process.env.ACTOR_MEMORY_MBYTES });
await Actor.exit('All done');`;

const INPUT = { url: 'https://example.com', depth: 1, proxy: { country: 'CZ', groups: ['A'] } };

async function withTask(fields: Partial<TaskCreation> = {}) {
    const engine = await makeEngine();
    const actId = (await engine.client.actor(await addSource(engine, ECHO, 'echo')).get())!.id;
    const remote = connectClient(engine.client);
    const task = await remote.tasks().create({ actId: 'echo', name: 'my-task', input: INPUT, ...fields } as never);
    return { engine, client: engine.client, remote, actId, task };
}

async function outputOf(engine: Engine, runId: string): Promise<unknown> {
    return engine.run(runId)!.output();
}

describe('a task over the API', () => {
    it('is created from an Actor, an input and options, and is the same to both clients', async () => {
        const options = { build: 'latest', timeoutSecs: 30, memoryMbytes: 256, restartOnError: false };
        const { client, remote, actId, task } = await withTask({ title: 'Title', description: '', options });

        expect(task).toEqual({
            id: expect.stringMatching(/^\w{17}$/),
            userId: expect.any(String),
            actId,
            name: 'my-task',
            username: 'local',
            title: 'Title',
            description: '',
            createdAt: expect.any(Date),
            modifiedAt: expect.any(Date),
            stats: { totalRuns: 0 },
            input: INPUT,
            options,
        });
        for (const reference of [task.id, 'my-task', 'local~my-task', 'local/my-task', '~my-task']) {
            expect(await remote.task(reference).get()).toEqual(task);
        }
        expect(await client.task('my-task').get()).toEqual(task);
    });

    it('is created with 201 and its location', async () => {
        const { client, actId } = await withTask();

        const body = JSON.stringify({ actId, name: 'other' });
        const answer = await send(client, '/actor-tasks', { method: 'POST', body });

        const { data } = answer.body as { data: { id: string; name: string } };
        expect(answer.status).toBe(201);
        expect(data.name).toBe('other');
        expect(answer.headers.get('location')).toBe(`http://engine.invalid/v2/actor-tasks/${data.id}`);
    });

    it('is named after its Actor by default', async () => {
        const { remote, actId } = await withTask();

        const names = [];
        for (let count = 0; count < 3; count++) names.push((await remote.tasks().create({ actId })).name);

        expect(names).toEqual(['echo-task', 'echo-task-2', 'echo-task-3']);
    });

    it('is listed with the names of its Actor, but without input and options', async () => {
        const { client, remote, actId, task } = await withTask();
        await remote.tasks().create({ actId, name: 'second' });

        const page = await remote.tasks().list({ limit: 1 });
        const reversed = await remote.tasks().list({ desc: true });
        const iterated = [];
        for await (const { name } of client.tasks().list({ chunkSize: 1 })) iterated.push(name);

        const { input: _input, options: _options, ...rest } = task;
        expect(page).toMatchObject({ total: 2, count: 1, limit: 1, offset: 0, desc: false });
        expect(page.items).toEqual([{ ...rest, actName: 'echo', actUsername: 'local' }]);
        expect(page).toEqual(await client.tasks().list({ limit: 1 }));
        expect(reversed.items.map(({ name }) => name)).toEqual(['second', 'my-task']);
        expect(iterated).toEqual(['my-task', 'second']);
    });

    it('is updated in the given fields, and null removes one', async () => {
        const { client, remote, task } = await withTask({ title: 'Title', description: 'Text' });

        const updated = await remote
            .task('my-task')
            .update({ name: 'renamed', title: null, options: { memoryMbytes: 512 } } as never);

        const { title: _, ...rest } = task;
        expect(updated).toEqual({
            ...rest,
            name: 'renamed',
            options: { memoryMbytes: 512 },
            modifiedAt: expect.any(Date),
        });
        expect(await client.task('renamed').get()).toEqual(updated);
        expect(await remote.task('my-task').get()).toBeUndefined();
        expect(await remote.task('renamed').publish()).toMatchObject({ isPublic: true });
        expect(await remote.task('renamed').unpublish()).toMatchObject({ isPublic: false });
    });

    it('keeps its input: read and changed property by property, without an envelope', async () => {
        const { client, remote } = await withTask();

        expect(await remote.task('my-task').getInput()).toEqual(INPUT);
        expect(await remote.task('my-task').updateInput({ depth: 2, proxy: { country: 'SK' } })).toEqual({
            url: 'https://example.com',
            depth: 2,
            proxy: { country: 'SK' },
        });
        const answer = await send(client, '/actor-tasks/my-task/input');
        expect(answer.body).toEqual(await client.task('my-task').getInput());
        expect(await remote.task('nothing').getInput()).toBeUndefined();
    });

    it('has an empty input by default, and an array input is replaced', async () => {
        const { client, remote } = await withTask({ input: null });

        expect(await remote.task('my-task').getInput()).toEqual({});
        expect(await remote.task('my-task').updateInput([{ a: 1 }])).toEqual([{ a: 1 }]);
        expect(await client.task('my-task').updateInput([{ b: 2 }])).toEqual([{ b: 2 }]);
    });

    it('is deleted, and its runs are kept', async () => {
        const { client, remote } = await withTask();
        const run = await remote.task('my-task').call();

        await remote.task('my-task').delete();
        await remote.task('my-task').delete();

        expect(await remote.task('my-task').get()).toBeUndefined();
        expect((await send(client, '/actor-tasks/my-task', { method: 'DELETE' })).status).toBe(404);
        expect((await remote.run(run.id).get())?.status).toBe('SUCCEEDED');
        await expect(remote.task('my-task').start()).rejects.toMatchObject({
            statusCode: 404,
            type: 'record-not-found',
        });
        await expect(remote.task('my-task').runs().list()).rejects.toMatchObject({ type: 'record-not-found' });
    });
});

describe('a run of a task', () => {
    it('has the input of the task overridden by that of the caller, and the id of the task', async () => {
        const { engine, client, remote, actId, task } = await withTask({
            options: { memoryMbytes: 256, timeoutSecs: 40 },
        });

        const run = await remote.task('my-task').call({ depth: 9, more: null });

        const input = { ...INPUT, depth: 9, more: null };
        expect(await outputOf(engine, run.id)).toEqual({ input, taskId: task.id, memory: '256' });
        expect(run).toMatchObject({
            status: 'SUCCEEDED',
            actId,
            actorTaskId: task.id,
            meta: { origin: 'API' },
            options: { memoryMbytes: 256, timeoutSecs: 40 },
        });
        expect(run).toEqual(await client.run(run.id).get());
        expect((await client.task('my-task').getInput())!).toEqual(INPUT);
    });

    it('has the options of the caller before those of the task, and those before the Actor’s', async () => {
        const { engine, client, remote } = await withTask({
            options: { memoryMbytes: 256, timeoutSecs: 40, maxItems: 7 },
        });
        await engine.client.actor('echo').update({ defaultRunOptions: { restartOnError: true } });

        const byRemote = await remote.task('my-task').call({}, { memory: 512, timeout: 50 });
        const byClient = await client.task('my-task').call({}, { memory: undefined, maxItems: 3 });

        expect(byRemote.options).toMatchObject({
            memoryMbytes: 512,
            timeoutSecs: 50,
            maxItems: 7,
            restartOnError: true,
        });
        expect(byClient.options).toMatchObject({
            memoryMbytes: 256,
            timeoutSecs: 40,
            maxItems: 3,
            restartOnError: true,
        });
    });

    it('is started with a query and a body, and has a location', async () => {
        const { engine, client } = await withTask();

        const answer = await send(client, '/actor-tasks/local~my-task/runs?memory=512&waitForFinish=10', {
            method: 'POST',
            body: '{"depth":3}',
        });

        const { data } = answer.body as { data: { id: string; status: string } };
        expect(answer.status).toBe(201);
        expect(data).toMatchObject({ status: 'SUCCEEDED', options: { memoryMbytes: 512 } });
        expect(answer.headers.get('location')).toBe(`http://engine.invalid/v2/actor-runs/${data.id}`);
        expect(await outputOf(engine, data.id)).toMatchObject({ input: { ...INPUT, depth: 3 } });
    });

    it('can be awaited after a start in process', async () => {
        const { client } = await withTask();

        const run = await client.task('my-task').start();

        expect(await run.waitForFinish()).toMatchObject({ status: 'SUCCEEDED' });
        expect(Object.keys(run)).not.toContain('waitForFinish');
    });

    it('is counted, listed and found as the last run of the task', async () => {
        const { engine, client, remote, task } = await withTask();
        await engine.call('echo', {});
        const first = await remote.task('my-task').call();
        const second = await remote.task('my-task').call();
        await engine.call('echo', {});

        const { items } = await remote.task(task.id).runs().list();

        expect(items.map(({ id, actorTaskId }) => [id, actorTaskId])).toEqual([
            [first.id, task.id],
            [second.id, task.id],
        ]);
        expect((await client.task('my-task').runs().list({ status: 'FAILED' })).total).toBe(0);
        expect(
            (
                await client
                    .task('my-task')
                    .runs()
                    .list({ status: ['FAILED', 'SUCCEEDED'], desc: true, limit: 1 })
            ).items[0]!.id,
        ).toBe(second.id);
        expect((await client.actor('echo').runs().list()).total).toBe(4);
        expect((await remote.task('my-task').get())?.stats).toEqual({ totalRuns: 2 });
        expect((await remote.task('my-task').lastRun({ status: 'SUCCEEDED', origin: 'API' }).get())?.id).toBe(
            second.id,
        );
        expect(await remote.task('my-task').lastRun({ status: 'FAILED' }).get()).toBeUndefined();
    });

    it('has its log and storages as the last run', async () => {
        const { remote } = await withTask();
        await remote.task('my-task').call();
        const last = remote.task('my-task').lastRun();

        expect((await last.dataset().listItems()).items).toEqual([{ input: INPUT }]);
        expect((await last.keyValueStore().getRecord('INPUT'))?.value).toEqual(INPUT);
        expect((await last.requestQueue().get())?.id).toBe((await last.get())?.defaultRequestQueueId);
        expect(await last.log().get()).toContain('');
        expect(await last.abort()).toMatchObject({ status: 'SUCCEEDED' });
    });

    it('has no input if neither has one', async () => {
        const { engine, remote } = await withTask({ input: null });

        const run = await remote.task('my-task').call();

        expect(await outputOf(engine, run.id)).toMatchObject({ input: null });
    });

    it('treats prototype keys as data', async () => {
        const { engine, client } = await withTask({ input: null });
        await send(client, '/actor-tasks/my-task/input', { method: 'PUT', body: '{"__proto__":{"kept":true}}' });

        const answer = await send(client, '/actor-tasks/my-task/runs?waitForFinish=10', {
            method: 'POST',
            body: '{"constructor":{"prototype":{"given":true}}}',
        });

        const store = engine.client.run((answer.body as { data: { id: string } }).data.id).keyValueStore();
        const bytes = (await store.getRecord('INPUT', { buffer: true }))!.value;
        expect(bytes.toString()).toBe('{"__proto__":{"kept":true},"constructor":{"prototype":{"given":true}}}');
        expect(({} as { kept?: true; given?: true }).kept ?? ({} as { given?: true }).given).toBeUndefined();
    });
});

/** An Actor that works with a task, by all the ways that an SDK has. */
const CALLER = `import { Actor } from 'apify';
await Actor.init();
const run = await Actor.callTask('my-task', { depth: 5 }, { memory: 512 });
const client = Actor.apifyClient;
const started = await client.task('local/my-task').start({ depth: 6 });
await client.run(started.id).waitForFinish();
const created = await client.tasks().create({ actId: 'echo', name: 'made-inside', input: { a: 1 } });
await client.task(created.id).updateInput({ b: 2 });
await client.task(created.id).update({ title: 'Inside' });
await Actor.setValue('OUTPUT', {
    run: run.status, task: run.actorTaskId, memory: run.options.memoryMbytes, origin: run.meta.origin,
    started: (await client.task('my-task').lastRun().get()).id === started.id,
    runs: (await client.task('my-task').runs().list()).total,
    names: (await client.tasks().list()).items.map(({ name }) => name),
    input: await client.task('made-inside').getInput(), title: (await client.task('made-inside').get()).title,
    missing: (await client.task('nothing').get()) ?? null,
    error: await Actor.callTask('my-tusk').catch(({ type, code, message }) => [type ?? code, message.includes('my-task')]),
});
await client.task('made-inside').delete();
await Actor.exit();`;

describe.each([
    ['the built-in SDK', addSource],
    ['the real SDK', addSdkActor],
] as [string, (engine: Engine, source: string) => Promise<string>][])('a task, to an Actor on %s', (_sdk, add) => {
    it('is called, created, updated and listed', async () => {
        const { engine, client, task } = await withTask();

        const run = await engine.call(await add(engine, CALLER));

        expect(await run.output(), await run.log.text()).toEqual({
            run: 'SUCCEEDED',
            task: task.id,
            memory: 512,
            origin: 'ACTOR',
            started: true,
            runs: 2,
            names: ['my-task', 'made-inside'],
            input: { a: 1, b: 2 },
            title: 'Inside',
            missing: null,
            error: ['record-not-found', true],
        });
        const output = await client.task('my-task').lastRun().keyValueStore().getRecord('OUTPUT');
        expect(output?.value).toMatchObject({ input: { ...INPUT, depth: 6 }, taskId: task.id });
        expect(await client.task('made-inside').get()).toBeUndefined();
    });
});

describe('bad input to tasks', () => {
    const CREATIONS: [what: string, fields: object, code: string, message: string][] = [
        ['no Actor', { actId: undefined }, 'invalid-value', '`task.actId` is undefined'],
        ['an unknown Actor', { actId: 'ecko' }, 'actor-not-found', 'Did you mean `echo`?'],
        ['a name that another has', { name: 'my-task' }, 'actor-task-name-not-unique', 'Choose another name'],
        ['a short name', { name: 'ab' }, 'invalid-value', '3 to 63 letters, digits and dashes'],
        ['a name with a slash', { name: '../etc' }, 'invalid-value', "`task.name` is '../etc'"],
        ['an input of text', { input: 'text' }, 'invalid-value', "`task.input` is 'text', but must be an object"],
        ['an odd memory', { options: { memoryMbytes: 300 } }, 'invalid-value', 'task.options.memoryMbytes'],
        ['options of text', { options: '' }, 'invalid-value', "`task.options` is '', but must be an object of options"],
        ['a mistyped option', { options: { memoryMbyte: 256 } }, 'unknown-option', 'Did you mean `memoryMbytes`?'],
        ['a mistyped field', { titel: 'x' }, 'unknown-option', 'Did you mean `title`?'],
        ['a title of another type', { title: 5 }, 'invalid-value', '`task.title` is 5'],
    ];

    it.each(CREATIONS)('%s creates no task', async (_what, fields, code, message) => {
        const { client } = await withTask();

        const creation = client.tasks().create({ actId: 'echo', ...fields });

        await expect(creation).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
        expect((await client.tasks().list()).total).toBe(1);
    });

    it("is reported over the API with the platform's status", async () => {
        const { remote } = await withTask();
        const tasks = remote.tasks();

        await expect(tasks.create({ actId: 'echo', name: 'my-task' })).rejects.toMatchObject({
            statusCode: 409,
            type: 'actor-task-name-not-unique',
        });
        await expect(tasks.create({ actId: 'nobody' })).rejects.toMatchObject({ statusCode: 404 });
        await expect(remote.task('nothing').update({ title: 'x' })).rejects.toMatchObject({ statusCode: 404 });
        await expect(remote.task('nothing').updateInput({})).rejects.toMatchObject({ statusCode: 404 });
    });

    it('changes nothing of a task', async () => {
        const { client, task } = await withTask();
        await client.tasks().create({ actId: 'echo', name: 'taken' });

        await expect(client.task('my-task').update({ name: 'taken', title: 'x' })).rejects.toMatchObject({
            code: 'actor-task-name-not-unique',
        });
        await expect(client.task('my-task').update({ title: 'x', input: 5 as never })).rejects.toMatchObject({
            code: 'invalid-value',
        });
        await expect(client.task('my-task').updateInput('{}' as never)).rejects.toMatchObject({
            code: 'invalid-value',
        });
        for (const field of ['name', 'isPublic']) {
            await expect(client.task('my-task').update({ title: 'x', [field]: null })).rejects.toMatchObject({
                code: 'invalid-value',
                message: expect.stringContaining(`\`fields.${field}\` is null`),
            });
        }

        expect(await client.task('my-task').get()).toEqual(task);
    });

    it.each([
        ['text', '"text"', 'Provided input must be object, got "string" instead.'],
        ['an array', '[1]', 'Provided input must be object, got "array" instead.'],
    ])('starts no run: %s', async (_what, body, message) => {
        const { client } = await withTask();

        const answer = await send(client, '/actor-tasks/my-task/runs', { method: 'POST', body });

        expect(answer.status).toBe(400);
        expect(errorOf(answer)).toMatchObject({ type: 'invalid-input', message: expect.stringContaining(message) });
        expect((await client.runs().list()).total).toBe(0);
    });

    it('starts no run of a deleted Actor, and reports it', async () => {
        const { client, remote } = await withTask();
        await client.actor('echo').delete();

        await expect(client.task('my-task').start()).rejects.toMatchObject({
            code: 'actor-not-found',
            message: expect.stringContaining('of task `local/my-task` does not exist any more'),
        });
        expect((await remote.tasks().list()).items[0]).not.toHaveProperty('actName');
        expect((await remote.task('my-task').get())?.name).toBe('my-task');
    });

    it('is an option of Actors in a start of a task', async () => {
        const { client } = await withTask();

        await expect(client.task('my-task').start({}, { contentType: 'text/plain' } as never)).rejects.toMatchObject({
            code: 'unknown-option',
        });
        await expect(client.task('my-task').start({}, { memory: 300 })).rejects.toMatchObject({
            code: 'invalid-value',
        });
        await expect(client.task('my-task').call({}, { waitSecs: -1 })).rejects.toMatchObject({
            code: 'invalid-value',
        });
    });
});
