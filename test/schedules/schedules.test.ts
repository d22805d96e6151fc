import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from 'greenroom/testing';
import { startChild } from '../support/processes/child.js';
import { makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type {
    ClientRunListItem,
    Engine,
    EngineOptions,
    Run,
    Schedule,
    ScheduleActionInput,
    ScheduleFields,
} from 'greenroom';

const START = '2027-03-01T00:00:00.000Z';

/** Creates an engine with a manual clock, an Actor that exits at once and one that never does. */
async function withClock(start = START, options: EngineOptions = {}) {
    // Do not wait for runs that never end.
    const clock = new ManualClock(new Date(start), { patienceMillis: 500 });
    const engine = await makeEngine({ clock, logger: undefined, ...options });
    await engine.addActor({ name: 'quick', run: () => 'done' });
    await engine.addActor({
        name: 'endless',
        run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    });
    return { clock, engine, client: engine.client };
}

const QUICK: ScheduleActionInput = { type: 'RUN_ACTOR', actorId: 'quick' };

function schedule(engine: Engine, fields: ScheduleFields): Promise<Schedule> {
    return engine.client.schedules().create({ isEnabled: true, isExclusive: true, actions: [QUICK], ...fields });
}

/** Returns the start times of runs, to the minute. */
async function starts(engine: Engine, actor = 'quick'): Promise<string[]> {
    const found: string[] = [];
    for await (const { startedAt } of engine.client.actor(actor).runs().list())
        found.push(startedAt.toISOString().slice(5, 19));
    return found;
}

async function messages(engine: Engine, id: string): Promise<string[]> {
    return (await engine.client.schedule(id).getLog())!.map(({ level, message }) => `${level} ${message}`);
}

describe('a schedule', () => {
    it(
        'starts runs in threads for a week, each after the previous one has finished',
        { timeout: 120_000 },
        async () => {
            const clock = new ManualClock(new Date(START));
            const engine = await makeEngine({ clock, isolation: 'pooled' });
            const source =
                'export default async ({ Actor }) => { await new Promise((r) => setTimeout(r, 5)); await Actor.pushData({}); };';
            await engine.addActor({ name: 'threaded', source });
            const { id } = await schedule(engine, {
                cronExpression: '@hourly',
                actions: [{ type: 'RUN_ACTOR', actorId: 'threaded' }],
            });

            await clock.advance('1w');

            const runs: ClientRunListItem[] = [];
            for await (const run of engine.client.runs().list()) runs.push(run);
            expect(runs).toHaveLength(168);
            expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']));
            expect(runs.every(({ startedAt, finishedAt }) => Number(startedAt) === Number(finishedAt))).toBe(true);
            expect((await messages(engine, id)).filter((message) => message !== 'INFO Schedule invoked')).toEqual([]);
        },
    );

    it('does not block the clock with a run that ends only by its timeout', async () => {
        const { clock, engine, client } = await withClock();
        await schedule(engine, {
            cronExpression: '30 0 * * *',
            actions: [{ type: 'RUN_ACTOR', actorId: 'endless', runOptions: { timeoutSecs: 3600 } }],
        });

        await clock.advance('3h');

        const run = await client.actor('endless').lastRun().waitForFinish();
        expect(run.status).toBe('TIMED-OUT');
        expect(run.startedAt.toISOString()).toBe('2027-03-01T00:30:00.000Z');
    });

    it('starts a week of runs, in order and each at its time, when the clock is advanced by a week', async () => {
        const { clock, engine } = await withClock();
        await schedule(engine, { name: 'eight-hours', cronExpression: '0 */8 * * *' });
        await schedule(engine, { name: 'noon', cronExpression: '0 12 * * *' });
        const times: number[] = [];
        engine.on('run.created', ({ run }) => times.push(run.startedAt.getTime() - clock.now()));

        await clock.advance('7d');

        const all = await starts(engine);
        expect(all).toHaveLength(28);
        expect(all).toEqual(all.toSorted());
        expect(all.slice(0, 5)).toEqual([
            '03-01T08:00:00',
            '03-01T12:00:00',
            '03-01T16:00:00',
            '03-02T00:00:00',
            '03-02T08:00:00',
        ]);
        // Each run was started when the clock was at its scheduled time.
        expect(new Set(times)).toEqual(new Set([0]));
    });

    it('has its next and last times and a log', async () => {
        const { clock, engine, client } = await withClock();
        const { id, nextRunAt } = await schedule(engine, { cronExpression: '@hourly' });
        const events: { scheduledAt: Date; runIds: string[] }[] = [];
        engine.on('schedule.fired', ({ schedule: { name }, scheduledAt, runIds }) => {
            expect(name).toBe('my-schedule');
            events.push({ scheduledAt, runIds });
        });

        await clock.advance('1h');

        const run = (await client.actor('quick').lastRun().get())!;
        const scheduledAt = new Date('2027-03-01T01:00:00.000Z');
        expect(nextRunAt).toEqual(scheduledAt);
        expect(await client.schedule(id).get()).toMatchObject({
            lastRunAt: scheduledAt,
            nextRunAt: new Date('2027-03-01T02:00:00.000Z'),
        });
        expect(run.meta).toEqual({ origin: 'SCHEDULER', userAgent: 'greenroom', scheduleId: id, scheduledAt });
        expect(await client.schedule(id).getLog()).toEqual([
            { message: 'Schedule invoked', level: 'INFO', createdAt: scheduledAt },
        ]);
        expect(events).toEqual([{ scheduledAt, runIds: [run.id] }]);
        expect(await client.actor('quick').lastRun({ origin: 'SCHEDULER' }).get()).toEqual(run);
    });

    it('fires in the local time of its zone, also when clocks change', async () => {
        const { clock, engine } = await withClock('2027-03-27T12:00:00.000Z');
        await schedule(engine, { cronExpression: '30 2 * * *', timezone: 'Europe/Prague' });

        await clock.advance('2d');

        expect(await starts(engine)).toEqual(['03-28T01:30:00', '03-29T00:30:00']);
    });

    it('fires to the second, but at least ten seconds after the last time', async () => {
        const { clock, engine } = await withClock();
        await schedule(engine, { cronExpression: '*/4 * * * * *' });

        await clock.advance('1m');

        expect((await starts(engine)).map((time) => time.slice(-2))).toEqual(['04', '16', '28', '40', '52']);
    });

    it('waits longer than the maximum of a Node timer', async () => {
        const { clock, engine, client } = await withClock();
        const { id } = await schedule(engine, { cronExpression: '0 0 29 2 *' });

        await clock.advance('364d');
        expect(await starts(engine)).toEqual([]);
        await clock.advance('1d');

        expect(await starts(engine)).toEqual(['02-29T00:00:00']);
        expect((await client.schedule(id).get())?.nextRunAt).toEqual(new Date('2032-02-29T00:00:00.000Z'));
    });

    it('does not fire while it is disabled, and continues when it is enabled', async () => {
        const { clock, engine, client } = await withClock();
        const { id } = await schedule(engine, { cronExpression: '@hourly', isEnabled: false });
        expect(clock.pendingTimers).toBe(0);

        await clock.advance('2h 30m');
        const enabled = await client.schedule(id).update({ isEnabled: true });
        await clock.advance('1h');
        const disabled = await client.schedule(id).update({ isEnabled: false });
        await clock.advance('5h');

        expect(enabled.nextRunAt).toEqual(new Date('2027-03-01T03:00:00.000Z'));
        expect(await starts(engine)).toEqual(['03-01T03:00:00']);
        expect(disabled).not.toHaveProperty('nextRunAt');
        expect(disabled.lastRunAt).toEqual(new Date('2027-03-01T03:00:00.000Z'));
        expect(clock.pendingTimers).toBe(0);
    });

    it('follows a changed expression and not the old one', async () => {
        const { clock, engine, client } = await withClock();
        const { id } = await schedule(engine, { cronExpression: '@hourly' });

        await client.schedule(id).update({ cronExpression: '30 * * * *' });
        await client.schedule(id).update({ title: 'Half past' });
        await clock.advance('2h');

        expect(await starts(engine)).toEqual(['03-01T00:30:00', '03-01T01:30:00']);
        expect(clock.pendingTimers).toBe(1);
    });

    it('accepts concurrent changes', async () => {
        const { engine, client } = await withClock();
        const { id } = await schedule(engine, { cronExpression: '@hourly' });

        await Promise.all([
            client.schedule(id).update({ cronExpression: '0 12 * * *' }),
            client.schedule(id).update({ timezone: 'Asia/Tokyo' }),
        ]);

        expect(await client.schedule(id).get()).toMatchObject({
            cronExpression: '0 12 * * *',
            timezone: 'Asia/Tokyo',
            nextRunAt: new Date('2027-03-01T03:00:00.000Z'),
        });
    });

    it('does not fire after it was deleted, and its runs stay', async () => {
        const { clock, engine, client } = await withClock();
        const { id } = await schedule(engine, { cronExpression: '@hourly' });
        await clock.advance('1h');

        await client.schedule(id).delete();
        await clock.advance('5h');

        expect(await starts(engine)).toEqual(['03-01T01:00:00']);
        expect(await client.schedule(id).getLog()).toBeUndefined();
        expect(clock.pendingTimers).toBe(0);
    });

    it('does not fire after its engine was closed', async () => {
        const { clock, engine } = await withClock();
        await schedule(engine, { cronExpression: '@hourly' });
        const created: Run[] = [];
        engine.on('run.created', ({ run }) => created.push(run));

        await engine.close();
        await clock.advance('5h');

        expect(created).toEqual([]);
        expect(clock.pendingTimers).toBe(0);
    });
});

describe('the actions of a schedule', () => {
    it('start Actors with their input and options, and tasks with overrides', async () => {
        const { clock, engine, client } = await withClock();
        await client
            .tasks()
            .create({ actId: 'quick', name: 'my-task', input: { a: 1, b: 1 }, options: { memoryMbytes: 256 } });
        const runInput = { body: '{"n": 1}', contentType: 'application/json; charset=utf-8' };
        const runOptions = { build: null, memoryMbytes: 512, timeoutSecs: 60, maxItems: 5, restartOnError: false };
        const { id } = await schedule(engine, {
            cronExpression: '@hourly',
            actions: [
                { type: 'RUN_ACTOR', actorId: 'quick', runInput, runOptions },
                { type: 'RUN_ACTOR_TASK', actorTaskId: 'my-task', input: { b: 2 } },
                { type: 'RUN_ACTOR_TASK', actorTaskId: 'my-task', input: '{"b": 3}' },
                { type: 'RUN_ACTOR', actorId: 'quick', runInput: { body: 'plain', contentType: 'text/plain' } },
                { type: 'RUN_ACTOR', actorId: 'quick', runInput: { body: '', contentType: null } },
            ],
        });

        await clock.advance('1h');

        const { items } = await client.runs().list();
        const inputs = await Promise.all(items.map((run) => client.run(run.id).keyValueStore().getRecord('INPUT')));
        const runs = await Promise.all(items.map((run) => client.run(run.id).get()));
        const task = await client.task('my-task').get();
        expect(inputs.map((record) => record?.value)).toEqual([
            { n: 1 },
            { a: 1, b: 2 },
            { a: 1, b: 3 },
            'plain',
            undefined,
        ]);
        expect(runs.map((run) => run!.options.memoryMbytes)).toEqual([512, 256, 256, 1024, 1024]);
        expect(runs[0]!.options).toMatchObject({
            build: 'latest',
            timeoutSecs: 60,
            maxItems: 5,
            restartOnError: false,
        });
        expect(runs.map((run) => run!.actorTaskId)).toEqual([undefined, task!.id, task!.id, undefined, undefined]);
        expect(runs.map((run) => run!.meta.scheduleId)).toEqual(items.map(() => id));
        expect(task!.stats.totalRuns).toBe(2);
    });

    it('are skipped individually while their previous run is live, if the schedule is exclusive', async () => {
        const { clock, engine, client } = await withClock();
        const { id } = await schedule(engine, {
            cronExpression: '@hourly',
            isExclusive: true,
            actions: [{ type: 'RUN_ACTOR', actorId: 'endless' }, QUICK],
        });

        await clock.advance('2h');
        const run = (await client.actor('endless').lastRun().get())!;
        await client.run(run.id).abort();
        await client.run(run.id).waitForFinish();
        await clock.advance('1h');

        expect(await starts(engine, 'endless')).toEqual(['03-01T01:00:00', '03-01T03:00:00']);
        expect(await starts(engine, 'quick')).toEqual(['03-01T01:00:00', '03-01T02:00:00', '03-01T03:00:00']);
        expect(await messages(engine, id)).toEqual([
            'INFO Schedule invoked',
            'INFO Schedule invoked',
            `WARN Did not start Actor "${run.actId}": its previous run "${run.id}" has not finished, and the schedule is exclusive.`,
            'INFO Schedule invoked',
        ]);
    });

    it('are not skipped otherwise', async () => {
        const { clock, engine } = await withClock();
        await schedule(engine, {
            cronExpression: '@hourly',
            isExclusive: false,
            actions: [{ type: 'RUN_ACTOR', actorId: 'endless' }],
        });

        await clock.advance('3h');

        expect(await starts(engine, 'endless')).toHaveLength(3);
    });

    it('are independent of other runs of the same Actor', async () => {
        const { clock, engine } = await withClock();
        await engine.start('endless');
        await schedule(engine, {
            cronExpression: '@hourly',
            isExclusive: true,
            actions: [{ type: 'RUN_ACTOR', actorId: 'endless' }],
        });

        await clock.advance('1h');

        expect(await starts(engine, 'endless')).toHaveLength(2);
    });

    it('are logged if they fail, and the others continue', async () => {
        const { clock, engine, client } = await withClock();
        await engine.addActor({ name: 'doomed', run: () => 'done' });
        await client.tasks().create({ actId: 'quick', name: 'doomed-task' });
        const { id, actions } = await schedule(engine, {
            cronExpression: '@hourly',
            actions: [
                { type: 'RUN_ACTOR', actorId: 'doomed' },
                { type: 'RUN_ACTOR_TASK', actorTaskId: 'doomed-task' },
                { type: 'RUN_ACTOR', actorId: 'quick', runOptions: { build: 'beta' } },
                QUICK,
            ],
        });
        await client.actor('doomed').delete();
        await client.task('doomed-task').delete();

        await clock.advance('2h');

        const [actor, task] = actions as unknown as [{ actorId: string }, { actorTaskId: string }];
        const log = await messages(engine, id);
        expect(log).toHaveLength(8);
        expect(log.slice(0, 4)).toEqual([
            'INFO Schedule invoked',
            expect.stringContaining(`ERROR Cannot start Actor "${actor.actorId}": No Actor has the id or name`),
            expect.stringContaining(`ERROR Cannot start Actor task "${task.actorTaskId}": No task has the id or name`),
            expect.stringMatching(/^ERROR Cannot start Actor ".*": .* has no build `beta`/),
        ]);
        expect(await starts(engine)).toEqual(['03-01T01:00:00', '03-01T02:00:00']);
    });

    it('keep the given ids, and get new ones otherwise', async () => {
        const { engine, client } = await withClock();
        const { id, actions } = await schedule(engine, { actions: [QUICK, QUICK] });

        const updated = await client.schedule(id).update({ actions: [QUICK, actions[1]!] });

        expect(updated.actions[1]).toEqual(actions[1]);
        expect(actions.map((action) => action.id)).not.toContain(updated.actions[0]!.id);
    });
});

describe('the log of a schedule', () => {
    it('has the latest thousand entries', async () => {
        const { clock, engine, client } = await withClock();
        await engine.addActor({ name: 'doomed', run: () => 'done' });
        const { id } = await schedule(engine, {
            cronExpression: '* * * * *',
            actions: [{ type: 'RUN_ACTOR', actorId: 'doomed' }],
        });
        await client.actor('doomed').delete();

        await clock.advance('9h');

        const log = (await client.schedule(id).getLog())!;
        expect(log).toHaveLength(1000);
        expect(log[0]!.createdAt).toEqual(new Date('2027-03-01T00:41:00.000Z'));
        expect(log.at(-1)!.createdAt).toEqual(new Date('2027-03-01T09:00:00.000Z'));
    });
});

/** A clock that can jump, as the clock of a machine that was asleep does. */
class JumpingClock extends ManualClock {
    #jumped = 0;

    override now(): number {
        return super.now() + this.#jumped;
    }

    jump(millis: number): void {
        this.#jumped += millis;
    }
}

describe('the system clock', () => {
    it('fires schedules and never early', async () => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'quick', run: () => 'done' });
        const { id } = await schedule(engine, { cronExpression: '* * * * * *' });

        const run = await waitUntil('the schedule to fire', () => engine.client.actor('quick').lastRun().get());

        expect(run.meta.scheduleId).toBe(id);
        expect(run.meta.scheduledAt!.getMilliseconds()).toBe(0);
        expect(run.startedAt.getTime()).toBeGreaterThanOrEqual(run.meta.scheduledAt!.getTime());
    });

    it('does not keep the process alive for schedules', async () => {
        const host = startChild('schedules/idle-host.ts');

        const [code] = (await once(host.process, 'exit')) as [number | null];

        expect(code).toBe(0);
    });
});

describe('a machine that was asleep', () => {
    it('skips the times that have passed and continues with the next one', async () => {
        const clock = new JumpingClock(new Date(START));
        const { engine } = await withClock(START, { clock });
        const { id } = await schedule(engine, { cronExpression: '@hourly' });

        clock.jump(2.5 * 3_600_000);
        await clock.advance('1h');

        expect(await starts(engine)).toEqual(['03-01T03:00:00']);
        expect((await messages(engine, id))[0]).toBe(
            'WARN Schedule was not invoked at 2027-03-01T01:00:00.000Z: the process was busy or asleep.',
        );
    });
});
