import { describe, expect, it } from 'vitest';
import { ManualClock } from 'greenroom/testing';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { connectClient } from '../connect-client.js';
import { errorOf, send } from '../send.js';
import type { Engine, ScheduleActionInput, ScheduleFields } from 'greenroom';

const CRON = '30 7 * * 1-5';

async function withSchedule(fields: ScheduleFields = {}) {
    const clock = new ManualClock(new Date('2027-03-01T00:00:00.000Z'));
    const engine = await makeEngine({ clock });
    const { client } = engine;
    const actor = await engine.addActor({ name: 'quick', run: () => 'done' });
    const task = await client.tasks().create({ actId: 'quick', name: 'my-task' });
    const remote = connectClient(client);
    const schedule = await remote.schedules().create({
        name: 'my-schedule',
        cronExpression: CRON,
        timezone: 'Europe/Prague',
        isEnabled: true,
        isExclusive: true,
        title: 'Title',
        description: 'Text',
        notifications: { email: true },
        actions: [
            {
                type: 'RUN_ACTOR',
                actorId: 'quick',
                runInput: { body: '{"n":1}', contentType: 'application/json' },
                runOptions: { build: 'latest', timeoutSecs: 60, memoryMbytes: 256 },
            },
            { type: 'RUN_ACTOR_TASK', actorTaskId: 'local~my-task', input: { a: 1 } },
        ],
        ...fields,
    } as never);
    return { clock, engine, client, remote, actor, task, schedule };
}

describe('a schedule over the API', () => {
    it('is created as described, and is the same to both clients', async () => {
        const { client, remote, actor, task, schedule } = await withSchedule();

        const id = expect.stringMatching(/^\w{17}$/);
        expect(schedule).toEqual({
            id,
            userId: actor.userId,
            name: 'my-schedule',
            title: 'Title',
            description: 'Text',
            cronExpression: CRON,
            timezone: 'Europe/Prague',
            isEnabled: true,
            isExclusive: true,
            createdAt: new Date('2027-03-01T00:00:00.000Z'),
            modifiedAt: new Date('2027-03-01T00:00:00.000Z'),
            nextRunAt: new Date('2027-03-01T06:30:00.000Z'),
            notifications: { email: true },
            actions: [
                {
                    id,
                    type: 'RUN_ACTOR',
                    actorId: actor.id,
                    runInput: { body: '{"n":1}', contentType: 'application/json' },
                    runOptions: { build: 'latest', timeoutSecs: 60, memoryMbytes: 256 },
                },
                { id, type: 'RUN_ACTOR_TASK', actorTaskId: task.id, input: { a: 1 } },
            ],
        });
        for (const reference of [schedule.id, 'my-schedule', 'local~my-schedule']) {
            expect(await remote.schedule(reference).get()).toEqual(schedule);
        }
        expect(await client.schedule('my-schedule').get()).toEqual(schedule);
    });

    it('is created with 201 and its location, even without fields', async () => {
        const { client } = await withSchedule();

        const answer = await send(client, '/schedules', { method: 'POST', body: '{}' });

        const { data } = answer.body as { data: { id: string } };
        expect(answer.status).toBe(201);
        expect(answer.headers.get('location')).toBe(`http://engine.invalid/v2/schedules/${data.id}`);
        expect(data).toMatchObject({
            name: 'my-schedule-2',
            cronExpression: '@daily',
            timezone: 'UTC',
            isEnabled: false,
            isExclusive: true,
            actions: [],
        });
        expect(data).not.toHaveProperty('nextRunAt');
        expect((await client.schedules().create()).name).toBe('my-schedule-3');
    });

    it('is listed with the targets of its actions only', async () => {
        const { client, remote, schedule } = await withSchedule();
        await remote.schedules().create({ name: 'second' });

        const page = await remote.schedules().list({ limit: 1 });
        const iterated = [];
        for await (const { name } of remote.schedules().list({ desc: true })) iterated.push(name);

        const [actor, task] = schedule.actions as unknown as [Record<string, unknown>, Record<string, unknown>];
        const actions = [
            { id: actor.id, type: 'RUN_ACTOR', actorId: actor.actorId },
            { id: task.id, type: 'RUN_ACTOR_TASK', actorTaskId: task.actorTaskId },
        ];
        expect(page).toMatchObject({ total: 2, count: 1, limit: 1, offset: 0, desc: false });
        expect(page.items).toEqual([{ ...schedule, actions }]);
        expect(page).toEqual(await client.schedules().list({ limit: 1 }));
        expect(iterated).toEqual(['second', 'my-schedule']);
    });

    it('is updated in the given fields', async () => {
        const { client, remote, schedule } = await withSchedule();

        const updated = await remote.schedule('my-schedule').update({
            name: 'renamed',
            title: null,
            timezone: 'UTC',
            isExclusive: null,
        } as never);

        const { title: _, ...rest } = schedule;
        expect(updated).toEqual({
            ...rest,
            name: 'renamed',
            timezone: 'UTC',
            nextRunAt: new Date('2027-03-01T07:30:00.000Z'),
        });
        expect(await client.schedule('renamed').get()).toEqual(updated);
        expect(await remote.schedule('my-schedule').get()).toBeUndefined();
    });

    it('has a log, which is the same to both clients', async () => {
        const { clock, client, remote } = await withSchedule();
        expect(await remote.schedule('my-schedule').getLog()).toEqual([]);

        await clock.advance('1d');

        const log = await remote.schedule('my-schedule').getLog();
        const answer = await send(client, '/schedules/my-schedule/log');
        expect(log).toEqual([
            { message: 'Schedule invoked', level: 'INFO', createdAt: new Date('2027-03-01T06:30:00.000Z') },
        ]);
        expect(log).toEqual(await client.schedule('my-schedule').getLog());
        expect(answer.body).toEqual({
            data: [{ message: 'Schedule invoked', level: 'INFO', createdAt: '2027-03-01T06:30:00.000Z' }],
        });
        expect(await remote.schedule('nothing').getLog()).toBeUndefined();
    });

    it('starts runs with the origin', async () => {
        const { clock, client, remote, schedule } = await withSchedule();

        await clock.advance('1d');

        const run = (await remote.task('my-task').lastRun({ origin: 'SCHEDULER' }).get())!;
        const scheduledAt = new Date('2027-03-01T06:30:00.000Z');
        expect(run.meta).toEqual({ origin: 'SCHEDULER', userAgent: 'greenroom', scheduleId: schedule.id, scheduledAt });
        expect((await client.runs().list()).items.map(({ meta }) => meta)).toEqual([run.meta, run.meta]);
        expect((await remote.schedule('my-schedule').get())!.lastRunAt).toEqual(scheduledAt);
    });

    it('is deleted', async () => {
        const { client, remote } = await withSchedule();

        await remote.schedule('my-schedule').delete();
        await remote.schedule('my-schedule').delete();

        expect(await remote.schedule('my-schedule').get()).toBeUndefined();
        expect((await send(client, '/schedules/my-schedule', { method: 'DELETE' })).status).toBe(404);
        await expect(remote.schedule('my-schedule').update({})).rejects.toMatchObject({
            statusCode: 404,
            type: 'record-not-found',
        });
        expect((await remote.schedules().list()).total).toBe(0);
    });
});

/** An Actor that works with schedules. */
const CALLER = `import { Actor } from 'apify';
await Actor.init();
const client = Actor.apifyClient;
const made = await client.schedules().create({
    name: 'inside', cronExpression: '@hourly', isEnabled: true, actions: [{ type: 'RUN_ACTOR', actorId: 'quick' }],
});
const updated = await client.schedule('inside').update({ title: 'Inside' });
await Actor.setValue('OUTPUT', {
    next: made.nextRunAt, title: updated.title, log: await client.schedule('inside').getLog(),
    names: (await client.schedules().list()).items.map(({ name }) => name),
    error: await client.schedules().create({ cronExpression: '61 * * * *' }).catch(({ type, code }) => type ?? code),
});
await client.schedule('inside').delete();
await Actor.exit();`;

describe.each([
    ['the built-in SDK', addSource],
    ['the real SDK', addSdkActor],
] as [string, (engine: Engine, source: string) => Promise<string>][])('a schedule, to an Actor on %s', (_sdk, add) => {
    it('is created, updated, listed and deleted', async () => {
        const { engine, client } = await withSchedule();

        const run = await engine.call(await add(engine, CALLER));

        expect(await run.output(), await run.log.text()).toEqual({
            next: '2027-03-01T01:00:00.000Z',
            title: 'Inside',
            log: [],
            names: ['my-schedule', 'inside'],
            error: 'cron-expression-invalid',
        });
        expect(await client.schedule('inside').get()).toBeUndefined();
    });
});

const ACTOR: ScheduleActionInput = { type: 'RUN_ACTOR', actorId: 'quick' };
const TASK: ScheduleActionInput = { type: 'RUN_ACTOR_TASK', actorTaskId: 'my-task' };

const BAD: [what: string, fields: object, code: string, message: string][] = [
    ['a broken expression', { cronExpression: '61 * * * *' }, 'cron-expression-invalid', "has '61' in its minute"],
    ['an unknown alias', { cronExpression: '@weakly' }, 'cron-expression-invalid', 'Did you mean `@weekly`?'],
    ['an expression of another type', { cronExpression: 5 }, 'cron-expression-invalid', 'must be'],
    ['a day that never comes', { cronExpression: '0 0 31 2 *' }, 'next-runtime-computation-failed', 'never matches'],
    ['an unknown zone', { timezone: 'Europe/Prag' }, 'invalid-value', 'Did you mean `Europe/Prague`?'],
    [
        'a name that another has',
        { name: 'taken' },
        'schedule-name-not-unique',
        'Another schedule already has the name `taken`',
    ],
    ['a name with spaces', { name: 'every day' }, 'invalid-value', '3 to 63 letters, digits and dashes'],
    ['a mistyped field', { isEnable: true }, 'unknown-option', 'Did you mean `isEnabled`?'],
    ['a flag of text', { isEnabled: 'yes' }, 'invalid-value', "isEnabled` is 'yes', but must be true or false"],
    ['notifications of another kind', { notifications: { sms: true } }, 'unknown-option', 'Known options: email'],
    ['notifications that say nothing', { notifications: {} }, 'invalid-value', 'notifications.email` is undefined'],
    ['actions that are no list', { actions: {} }, 'invalid-value', 'an array of actions'],
    ['an action that is nothing', { actions: [null] }, 'invalid-value', 'actions[0]` is null'],
    [
        'an action without a type',
        { actions: [{ actorId: 'quick' }] },
        'invalid-value',
        "type` is undefined, but must be 'RUN_ACTOR'",
    ],
    [
        'an action of another type',
        { actions: [{ ...ACTOR, type: 'RUN_TASK' }] },
        'invalid-value',
        "one of 'RUN_ACTOR', 'RUN_ACTOR_TASK'",
    ],
    ['an action without an Actor', { actions: [{ type: 'RUN_ACTOR' }] }, 'invalid-value', 'actorId` is undefined'],
    [
        'an action without a task',
        { actions: [{ type: 'RUN_ACTOR_TASK', actorId: 'quick' }] },
        'unknown-option',
        'no option `actorId`',
    ],
    [
        'an unknown Actor',
        { actions: [ACTOR, { ...ACTOR, actorId: 'quik' }] },
        'schedule-actor-not-found',
        'actions[1].actorId` is not valid',
    ],
    [
        'an unknown task',
        { actions: [{ ...TASK, actorTaskId: 'my-tusk' }] },
        'schedule-actor-task-not-found',
        'Did you mean `my-task`?',
    ],
    [
        'eleven Actors',
        { actions: Array.from({ length: 11 }, () => ACTOR) },
        'invalid-value',
        "at most 10 of type 'RUN_ACTOR'. It has 11",
    ],
    [
        'eleven tasks',
        { actions: Array.from({ length: 11 }, () => TASK) },
        'invalid-value',
        "at most 10 of type 'RUN_ACTOR_TASK'",
    ],
    [
        'an id twice',
        {
            actions: [
                { ...ACTOR, id: 'a' },
                { ...TASK, id: 'a' },
            ],
        },
        'invalid-value',
        "'a' occurs twice",
    ],
    [
        'an id that is a path',
        { actions: [{ ...ACTOR, id: '../a' }] },
        'invalid-value',
        'a string of letters and digits',
    ],
    [
        'an input that is no JSON',
        { actions: [{ ...ACTOR, runInput: { body: '{"a"' } }] },
        'invalid-input',
        'The input is not valid JSON',
    ],
    [
        'an input of another type',
        { actions: [{ ...ACTOR, runInput: { body: { a: 1 } } }] },
        'invalid-value',
        'body` is an object',
    ],
    [
        'an odd memory',
        { actions: [{ ...ACTOR, runOptions: { memoryMbytes: 300 } }] },
        'invalid-value',
        'runOptions.memoryMbytes',
    ],
    ['options that are no options', { actions: [{ ...ACTOR, runOptions: 0 }] }, 'invalid-value', 'runOptions` is 0'],
    [
        'an input of a task that is text',
        { actions: [{ ...TASK, input: 'text' }] },
        'invalid-value',
        'an object, or the JSON of one',
    ],
];

describe('bad input to schedules', () => {
    it.each(BAD)('creates and updates none: %s', async (_what, fields, code, message) => {
        const { client, schedule } = await withSchedule();
        await client.schedules().create({ name: 'taken' });
        const error = { code, message: expect.stringContaining(message) };

        await expect(client.schedules().create(fields)).rejects.toMatchObject(error);
        await expect(client.schedule('my-schedule').update({ title: 'x', ...fields })).rejects.toMatchObject(error);

        expect((await client.schedules().list()).total).toBe(2);
        expect(await client.schedule('my-schedule').get()).toEqual(schedule);
    });

    it("is reported over the API with the platform's status", async () => {
        const { client } = await withSchedule();
        const post = (fields: object) => send(client, '/schedules', { method: 'POST', body: JSON.stringify(fields) });

        for (const [fields, status, type] of [
            [{ cronExpression: 'often' }, 400, 'cron-expression-invalid'],
            [{ name: 'my-schedule' }, 409, 'schedule-name-not-unique'],
            [{ actions: [{ type: 'RUN_ACTOR', actorId: 'nobody' }] }, 404, 'schedule-actor-not-found'],
            [{ actions: [{ type: 'RUN_ACTOR_TASK', actorTaskId: 'none' }] }, 404, 'schedule-actor-task-not-found'],
        ] as const) {
            const answer = await post(fields);
            expect([answer.status, errorOf(answer).type]).toEqual([status, type]);
        }
    });

    it('is more than ten Actors and ten tasks, or a hundred schedules', async () => {
        const { client } = await withSchedule();
        const actions = Array.from({ length: 10 }, () => [ACTOR, TASK]).flat();

        expect((await client.schedules().create({ actions })).actions).toHaveLength(20);
        for (let count = 2; count < 100; count++) await client.schedules().create();

        await expect(client.schedules().create()).rejects.toMatchObject({
            code: 'too-many-schedules',
            message: expect.stringContaining('The maximum of 100 schedules is reached'),
        });
    });

    it('treats prototype keys as data', async () => {
        const { clock, client } = await withSchedule();
        const action = '{"type":"RUN_ACTOR_TASK","actorTaskId":"my-task","input":{"__proto__":{"a":1}}}';

        const body = `{"cronExpression":"@hourly","isEnabled":true,"actions":[${action}]}`;
        const answer = await send(client, '/schedules', { method: 'POST', body });
        await clock.advance('1h');

        const store = client.task('my-task').lastRun().keyValueStore();
        expect(answer.status).toBe(201);
        expect((await store.getRecord('INPUT', { buffer: true }))!.value.toString()).toBe('{"__proto__":{"a":1}}');
    });
});
