import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { waitUntil } from '../../support/wait-until.js';
import { connectClient } from '../../api/connect-client.js';
import type { Engine, RunHandle } from 'greenroom';

/*
 * The operations on a run, by each kind of client: the engine's own client, the platform's over the API, and Actors on the
 * built-in SDK and on the real one.
 */

/** Performs an operation on a run and returns the result, or the code of the error. */
type Doer = (engine: Engine, runId: string, verb: string, args: unknown[]) => Promise<Record<string, unknown>>;

type AnyRunClient = Record<string, (...args: unknown[]) => Promise<Record<string, unknown>>>;

/** An Actor that performs an operation on the run in its input. */
const CONTROLLER = `import { Actor } from 'apify';
    await Actor.init();
    const { runId, verb, args } = await Actor.getInput();
    const client = Actor.apifyClient ?? Actor.newClient();
    const output = await client.run(runId)[verb](...args).catch((error) => ({ code: error.type ?? error.code, message: error.message }));
    await Actor.setValue('OUTPUT', output ?? {});
    await Actor.exit();`;

async function doBy(client: unknown, runId: string, verb: string, args: unknown[]): Promise<Record<string, unknown>> {
    const run = (client as { run(id: string): AnyRunClient }).run(runId);
    try {
        return (await run[verb]!(...args)) ?? {};
    } catch (error) {
        const { type, code, message } = error as { type?: string; code?: string; message: string };
        return { code: type ?? code, message };
    }
}

async function doByActor(engine: Engine, name: string, input: object): Promise<Record<string, unknown>> {
    const run = await engine.call(name, input);
    const output = await run.output<Record<string, unknown>>();
    if (output === undefined) throw new Error(await run.log.text());
    return output;
}

const DOERS: Record<string, Doer> = {
    "the engine's client": (engine, runId, verb, args) => doBy(engine.client, runId, verb, args),
    'apify-client over the API': (engine, runId, verb, args) => doBy(connectClient(engine.client), runId, verb, args),
    'an Actor on the built-in SDK': async (engine, runId, verb, args) =>
        doByActor(engine, await addSource(engine, CONTROLLER, 'controller'), { runId, verb, args }),
    'an Actor on the real SDK': async (engine, runId, verb, args) =>
        doByActor(engine, await addSdkActor(engine, CONTROLLER), { runId, verb, args }),
};

/** Counts its starts; runs until it is killed, or ends at the start given in its input. */
const COUNTS = `import { Actor } from 'apify';
    await Actor.init();
    const starts = ((await Actor.getValue('STARTS')) ?? 0) + 1;
    await Actor.setValue('STARTS', starts);
    const { endAt = Infinity, fails = false } = (await Actor.getInput()) ?? {};
    await Actor.pushData({ starts, memory: process.env.ACTOR_MEMORY_MBYTES, input: process.env.ACTOR_INPUT_KEY });
    console.log('ready ' + starts);
    if (starts >= endAt) await Actor.exit('done after ' + starts);
    else if (fails) process.exit(5);
    else setInterval(() => {}, 1000);`;

async function startCounting(engine: Engine, input: object = {}): Promise<RunHandle> {
    const run = await engine.start(await addSource(engine, COUNTS), input);
    await waitUntil('the Actor to be there', async () => (await run.log.text()).includes('ready 1'));
    return run;
}

async function callCounting(engine: Engine): Promise<RunHandle> {
    return engine.call(await addSource(engine, COUNTS), { endAt: 1 });
}

function starts(run: RunHandle, count: number): Promise<boolean> {
    return waitUntil(`start ${count}`, async () => (await run.log.text()).includes(`ready ${count}`));
}

describe.each(Object.keys(DOERS))('a run can be controlled by %s:', (name) => {
    const doer = DOERS[name]!;

    it('aborted', async () => {
        const engine = await makeEngine();
        const run = await startCounting(engine);

        const { status } = await doer(engine, run.id, 'abort', []);

        expect(status).toMatch(/^ABORT(?:ING|ED)$/);
        expect((await run.finished()).status).toBe('ABORTED');
        expect(await doer(engine, run.id, 'abort', [{ gracefully: true }])).toMatchObject({ status: 'ABORTED' });
    });

    it('rebooted while it is running', async () => {
        const engine = await makeEngine();
        const run = await startCounting(engine, { endAt: 2 });

        const answer = await doer(engine, run.id, 'reboot', []);

        expect(answer).toMatchObject({ id: run.id, stats: { rebootCount: 1 } });
        expect(await run.finished()).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done after 2' });
    });

    it('metamorphed while it is running', async () => {
        const engine = await makeEngine();
        const run = await startCounting(engine);
        await addSource(engine, COUNTS, 'other-actor');

        const answer = await doer(engine, run.id, 'metamorph', ['local/other-actor', { endAt: 2 }]);

        expect(answer).toMatchObject({ id: run.id, stats: { metamorph: 1 } });
        expect(await run.finished()).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done after 2' });
        expect((await run.items()).map(({ input }) => input)).toEqual(['INPUT', 'INPUT-METAMORPH-1']);
    });

    it('neither rebooted nor metamorphed after its end', async () => {
        const engine = await makeEngine();
        const run = await callCounting(engine);

        for (const [verb, args] of [
            ['reboot', []],
            ['metamorph', ['under-test', {}]],
        ] as const) {
            const refusal = await doer(engine, run.id, verb, [...args]);

            expect(refusal).toMatchObject({
                code: 'job-finished',
                message: expect.stringContaining('already finished'),
            });
        }
    });

    it('resurrected after its end, with other options', async () => {
        const engine = await makeEngine();
        const run = await callCounting(engine);

        const answer = await doer(engine, run.id, 'resurrect', [{ memory: 256, timeout: 90 }]);

        expect(answer).toMatchObject({ id: run.id, options: { memoryMbytes: 256, timeoutSecs: 90 } });
        expect(await run.finished()).toMatchObject({ status: 'SUCCEEDED', stats: { resurrectCount: 1 } });
        expect((await run.items()).map(({ memory }) => memory)).toEqual(['1024', '256']);
    });

    it('not resurrected before its end', async () => {
        const engine = await makeEngine();
        const run = await startCounting(engine);

        expect(await doer(engine, run.id, 'resurrect', [])).toMatchObject({ code: 'run-not-finished' });
    });

    it('deleted after its end, and not before', async () => {
        const engine = await makeEngine();
        const run = await startCounting(engine);

        expect(await doer(engine, run.id, 'delete', [])).toMatchObject({ code: 'cannot-remove-running-run' });
        await run.abort();
        await run.finished();
        await doer(engine, run.id, 'delete', []);

        expect(engine.run(run.id)).toBeUndefined();
    });

    it('given a terminal status message', async () => {
        const engine = await makeEngine();
        const run = await startCounting(engine);

        await doer(engine, run.id, 'update', [{ statusMessage: 'enough', isStatusMessageTerminal: true }]);
        await run.abort();

        expect(await run.finished()).toMatchObject({ status: 'ABORTED', statusMessage: 'enough' });
    });
});

/** Starts an Actor with options, and returns the id of the run. */
const STARTER = `import { Actor } from 'apify';
    await Actor.init();
    const { name, input, options } = await Actor.getInput();
    const run = await Actor.start(name, input, options);
    await Actor.setValue('OUTPUT', { id: run.id });
    await Actor.exit();`;

type Starter = (engine: Engine, name: string, input: object, options: object) => Promise<string>;

const STARTERS: Record<string, Starter> = {
    "the engine's client": async (engine, ...[name, input, options]) =>
        (await engine.client.actor(name).start(input, options)).id,
    'apify-client over the API': async (engine, ...[name, input, options]) =>
        (await connectClient(engine.client).actor(`local/${name}`).start(input, options)).id,
    'an Actor on the built-in SDK': async (engine, name, input, options) =>
        String((await doByActor(engine, await addSource(engine, STARTER, 'starter'), { name, input, options }))['id']),
    'an Actor on the real SDK': async (engine, name, input, options) =>
        String((await doByActor(engine, await addSdkActor(engine, STARTER), { name, input, options }))['id']),
};

describe.each(Object.keys(STARTERS))('a run that restarts on error, started by %s,', (name) => {
    it('restarts until it succeeds', async () => {
        const engine = await makeEngine();
        await addSource(engine, COUNTS);

        const id = await STARTERS[name]!(engine, 'under-test', { fails: true, endAt: 3 }, { restartOnError: true });
        const run = engine.run(id)!;

        expect(await run.finished()).toMatchObject({ status: 'SUCCEEDED', stats: { restartCount: 2 } });
        expect(await starts(run, 3)).toBe(true);
    });

    it('fails after the third restart in a minute', async () => {
        const engine = await makeEngine();
        await addSource(engine, COUNTS);

        const id = await STARTERS[name]!(engine, 'under-test', { fails: true }, { restartOnError: true });
        const end = await engine.run(id)!.finished();

        expect(end).toMatchObject({ status: 'FAILED', exitCode: 5, stats: { restartCount: 3 } });
    });
});
