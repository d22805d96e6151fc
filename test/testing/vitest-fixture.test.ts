import { isEngineError, type Engine } from 'greenroom';
import { createNetwork, ManualClock, typedActor, withEngine } from 'greenroom/testing';
import { expect, test } from 'greenroom/vitest';
import { describe, it } from 'vitest';

const SLEEPER = { name: 'sleeper', source: 'export default () => new Promise(() => setInterval(() => {}, 1000))' };

describe('test of greenroom/vitest', () => {
    const seen: Engine[] = [];

    test('provides an engine', async ({ engine }) => {
        await engine.addActor({ name: 'echo', source: 'export default ({ input }) => input' });
        await engine.addActor(SLEEPER);
        await engine.start('sleeper');
        seen.push(engine);

        await expect(await engine.call('echo', { a: 1 })).toHaveOutput({ a: 1 });
    });

    test('provides each test with its own engine, and closes it despite active runs', async ({ engine }) => {
        const [before] = seen;

        expect(before).not.toBe(engine);
        expect((await engine.client.actors().list()).total).toBe(0);
        await expect(before!.start('echo')).rejects.toMatchObject({ code: 'engine-closed' });
    });

    test('ends a busy loop 2 s after its timeout', async ({ engine, clock }) => {
        await engine.addActor({ name: 'busy', source: `console.log('up'); for (;;);` });
        const run = await engine.start('busy', {}, { timeout: 60 });
        for await (const line of run.log) if (line.endsWith('up')) break;

        await clock.advance('62s');

        await expect(run).toHaveTimedOut();
    });

    test('stops time in a test that uses the clock', async ({ engine, clock }) => {
        await engine.addActor(SLEEPER);
        const run = await engine.start('sleeper', {}, { timeout: 3600 });
        const before = clock.now();

        await clock.advance('61m');

        expect(clock.now() - before).toBe(3_660_000);
        await expect(run).toHaveTimedOut();
    });

    test('keeps real time in other tests', async ({ engine }) => {
        await engine.addActor({ name: 'brief', source: 'export default () => {}' });
        const before = Date.now();

        const { startedAt } = await (await engine.call('brief')).info();

        expect(Number(startedAt)).toBeGreaterThanOrEqual(before);
        expect(Number(startedAt)).toBeLessThanOrEqual(Date.now());
    });

    test.extend({ engineOptions: { username: 'alice' } })('accepts engine options', async ({ engine }) => {
        const { username } = await engine.addActor(SLEEPER);

        expect(username).toBe('alice');
    });
});

describe('withEngine', () => {
    it('opens an engine for a test, and closes it even if the test fails', async () => {
        let engine: Engine | undefined;
        const failing = withEngine({ username: 'bob' }, async (context) => {
            engine = context.engine;
            await engine.addActor(SLEEPER);
            throw new Error('failed test');
        });

        await expect(failing()).rejects.toThrow('failed test');
        await expect(engine!.start('sleeper')).rejects.toMatchObject({ code: 'engine-closed' });
        expect(failing).toHaveLength(0);
    });

    it('provides the clock', async () => {
        const clocked = withEngine(async ({ engine, clock }) => {
            await engine.addActor(SLEEPER);
            const run = await engine.start('sleeper', {}, { timeout: 60 });
            await clock.advance('2m');
            expect((await run.finished()).status).toBe('TIMED-OUT');
        });

        await expect(clocked()).resolves.toBeUndefined();
    });

    it('uses the clock of the options if it is a `ManualClock`', async () => {
        const own = new ManualClock();
        const other = { now: () => 0, after: () => () => {} };

        await withEngine({ clock: own }, ({ clock }) => expect(clock).toBe(own))();
        await expect(withEngine({ clock: other }, ({ clock }) => clock)()).rejects.toThrow('is not a `ManualClock`');
    });

    it('fails a test whose network did not answer a request, with the URL', async () => {
        const asks = {
            name: 'asks',
            source: `export default () => fetch('https://shop.example/lamp').catch(() => {})`,
        };
        const network = createNetwork({ 'https://shop.example/': 'Shop' });

        const test = withEngine({ network }, async ({ engine }) => {
            await engine.addActor(asks);
            await engine.call('asks');
        });

        await expect(test()).rejects.toThrow(/did not answer[^]*- GET https:\/\/shop\.example\/lamp \(run /);
    });

    it('rejects unknown engine options', async () => {
        await expect(withEngine({ isolatoin: 'thread' } as never, () => {})()).rejects.toThrow('isolation');
    });
});

describe('typedActor', () => {
    const NAMED = {
        '~standard': {
            version: 1,
            vendor: 'test',
            validate: (value: unknown) => {
                const { name } = value as { name?: unknown };
                if (typeof name !== 'string')
                    return { issues: [{ message: 'is not a string', path: [{ key: 'name' }] }] };
                return { value: { name: name.trim() } };
            },
        },
    } as const;

    test('returns items and output as parsed by their schemas', async ({ engine }) => {
        await engine.addActor({
            name: 'namer',
            source: `export default async ({ Actor, input }) => { await Actor.pushData(input); return input; }`,
        });
        const namer = typedActor(engine, 'namer', { item: NAMED, output: NAMED });

        const run = await namer.call({ name: ' Ada ' });

        expect(await run.items()).toEqual([{ name: 'Ada' }]);
        expect(await run.output()).toEqual({ name: 'Ada' });
        await expect(run).toHavePushed(1);
    });

    test('rejects an input that does not match its schema, and starts no run', async ({ engine }) => {
        await engine.addActor({ name: 'namer', source: 'export default () => {}' });
        const namer = typedActor(engine, 'namer', { input: NAMED });

        const error: unknown = await namer.start({ name: 7 as never }).catch((reason: unknown) => reason);

        expect(isEngineError(error) && error.code).toBe('invalid-input');
        expect((error as Error).message).toBe('The input of namer does not match its schema: name: is not a string.');
        expect((await engine.client.runs().list()).total).toBe(0);
    });

    test('names the item that does not match its schema', async ({ engine }) => {
        await engine.addActor({
            name: 'namer',
            source: `export default ({ Actor }) => Actor.pushData([{ name: 'Ada' }, { nom: 'Ada' }])`,
        });

        const run = await typedActor(engine, 'namer', { item: NAMED }).call({});

        await expect(run.items()).rejects.toThrow(
            /^Item 1 of run \w+ does not match its schema: name: is not a string\.$/,
        );
    });
});
