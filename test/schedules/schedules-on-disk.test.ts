import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from 'greenroom/testing';
import { replaceInDocuments } from '../support/files/documents.js';
import { startChild } from '../support/processes/child.js';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine } from 'greenroom';

const START = '2027-03-01T00:00:00.000Z';
const INPUT = JSON.parse('{"since":"1","updatedAt":"2027-01-01T00:00:00.000Z","__proto__":{"a":1}}') as Record<
    string,
    unknown
>;

/** Opens an engine with a manual clock. */
async function open(storageDir: string, start = START) {
    const clock = new ManualClock(new Date(start));
    const engine = await makeEngine({ storageDir, clock });
    await engine.addActor({ name: 'quick', run: () => 'done' });
    return { clock, engine, client: engine.client };
}

async function startTimes(engine: Engine): Promise<string[]> {
    const { items } = await engine.client.actor('quick').runs().list();
    return items.map(({ startedAt }) => startedAt.toISOString().slice(5, 16));
}

async function close(engine: Engine): Promise<void> {
    await engine.close({ force: true });
}

describe('a schedule on disk', () => {
    it('is unchanged after reopening, with its log', async () => {
        const storageDir = await tempDir();
        const { clock, engine, client } = await open(storageDir);
        await client.tasks().create({ actId: 'quick', name: 'my-task' });
        const { id } = await client.schedules().create({
            name: 'hourly',
            title: 'Title',
            description: 'Text',
            cronExpression: '@hourly',
            timezone: 'Europe/Prague',
            isEnabled: true,
            isExclusive: false,
            notifications: { email: true },
            actions: [
                { type: 'RUN_ACTOR', actorId: 'quick', runInput: { body: '{}' }, runOptions: { memoryMbytes: 256 } },
                { type: 'RUN_ACTOR_TASK', actorTaskId: 'my-task', input: INPUT },
            ],
        });
        await client.schedules().create({ name: 'asleep' });
        await clock.advance('1h');
        const schedule = await client.schedule(id).get();
        const log = await client.schedule(id).getLog();
        await close(engine);

        const { client: again } = await open(storageDir, '2027-03-01T01:30:00.000Z');

        const found = await again.schedule('hourly').get();
        expect(found).toEqual(schedule);
        expect(JSON.stringify(found!.actions)).toBe(JSON.stringify(schedule!.actions));
        expect(await again.schedule(id).getLog()).toEqual(log);
        expect((await again.schedules().list()).items.map(({ name }) => name)).toEqual(['hourly', 'asleep']);
    });

    it('starts due runs before the clock continues, also on a slow disk', async () => {
        const { clock, engine, client } = await open(await tempDir());
        await client.schedules().create({
            cronExpression: '@daily',
            isEnabled: true,
            isExclusive: false,
            actions: [{ type: 'RUN_ACTOR', actorId: 'quick', runInput: { body: '{"n":1}' } }],
        });

        await clock.advance('7d');

        const days = ['03-02', '03-03', '03-04', '03-05', '03-06', '03-07', '03-08'];
        expect(await startTimes(engine)).toEqual(days.map((day) => `${day}T00:00`));
    });

    it('continues after reopening and skips missed times', async () => {
        const storageDir = await tempDir();
        const first = await open(storageDir);
        const actions = [{ type: 'RUN_ACTOR', actorId: 'quick' }] as const;
        await first.client
            .schedules()
            .create({ name: 'hourly', cronExpression: '@hourly', isEnabled: true, isExclusive: false, actions });
        await first.clock.advance('1h');
        await close(first.engine);

        const { clock, engine, client } = await open(storageDir, '2027-03-01T04:30:00.000Z');
        const found = await client.schedule('hourly').get();
        await clock.advance('1h');

        expect(found).toMatchObject({
            lastRunAt: new Date('2027-03-01T01:00:00.000Z'),
            nextRunAt: new Date('2027-03-01T05:00:00.000Z'),
        });
        expect(await startTimes(engine)).toEqual(['03-01T01:00', '03-01T05:00']);
        expect((await client.schedule('hourly').getLog())!.map(({ level, message }) => `${level} ${message}`)).toEqual([
            'INFO Schedule invoked',
            'WARN Schedule was not invoked at 2027-03-01T02:00:00.000Z: no engine was running.',
            'INFO Schedule invoked',
        ]);
    });

    it('does not fire twice for the same time if the clock was set back', async () => {
        const storageDir = await tempDir();
        const first = await open(storageDir);
        const actions = [{ type: 'RUN_ACTOR', actorId: 'quick' }] as const;
        await first.client
            .schedules()
            .create({ cronExpression: '@hourly', isEnabled: true, isExclusive: false, actions });
        await first.clock.advance('1h');
        await close(first.engine);

        const { clock, engine } = await open(storageDir, '2027-03-01T00:30:00.000Z');
        await clock.advance('2h');

        expect(await startTimes(engine)).toEqual(['03-01T01:00', '03-01T02:00']);
    });

    it.each([
        ['saved', 0],
        ['started', 1],
    ] as const)('starts nothing twice if the process is killed after a firing was %s', async (moment, runs) => {
        const storageDir = await tempDir();
        const host = startChild('schedules/killed-host.ts', { args: [storageDir, START, moment] });
        const [, signal] = (await once(host.process, 'exit')) as [number | null, string | null];

        const { clock, engine, client } = await open(storageDir, '2027-03-01T01:00:00.000Z');
        const found = await client.schedule('hourly').get();
        const before = await startTimes(engine);
        await clock.advance('1h');

        expect(signal).toBe('SIGKILL');
        expect(found).toMatchObject({
            lastRunAt: new Date('2027-03-01T01:00:00.000Z'),
            nextRunAt: new Date('2027-03-01T02:00:00.000Z'),
        });
        expect(before).toHaveLength(runs);
        expect(await startTimes(engine)).toEqual([...before, '03-01T02:00']);
    });

    it('is reported if it cannot be read, and does not prevent the engine from opening', async () => {
        const storageDir = await tempDir();
        const first = await open(storageDir);
        await first.client.schedules().create({ name: 'broken', cronExpression: '@hourly', isEnabled: true });
        await close(first.engine);
        replaceInDocuments(storageDir, 'schedules', '@hourly', 'each hour');
        const warnings: string[] = [];
        const logger = {
            warn: (message: string) => warnings.push(message),
            info: () => {},
            error: () => {},
            debug: () => {},
        };

        const engine = await makeEngine({ storageDir, logger });
        const updated = await engine.client.schedule('broken').update({ cronExpression: '@daily' });

        expect(warnings).toEqual(['Schedule `broken` could not be started.']);
        expect(updated.nextRunAt).toBeInstanceOf(Date);
    });
});
