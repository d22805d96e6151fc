import { setMaxListeners } from 'node:events';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { builtActor, createActor } from '../support/actors/built-actor.js';
import { makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine } from 'greenroom';

const REQUESTS = 50;
const BUILDS_AT_ONCE = 5;

/** An engine over HTTP with a run, a task and a build that come to no end. */
async function makeScene() {
    const clock = new ManualClock();
    const engine: Engine = await makeEngine({ clock, maxConcurrentRuns: 1 });
    const actor = await engine.addActor({ name: 'endless', run: () => new Promise(() => {}) });
    const run = await engine.start('endless', undefined, { isolation: 'inline', timeout: 0 });
    await engine.client.tasks().create({ actId: actor.id, name: 'task' });
    await createActor(engine, builtActor('setInterval(() => {}, 1000);'));
    const build = await engine.client.actor('under-test').build('0.1');
    await waitUntil('the run', async () => (await run.info()).status === 'RUNNING');
    await waitUntil(
        'the build',
        async () => ((await engine.client.build(build.id).get())?.status as string) === 'RUNNING',
    );
    const { url } = await engine.listen();
    const headers = { authorization: `Bearer ${engine.token}` };
    return {
        clock,
        run,
        build,
        send: (path: string, init: RequestInit) => fetch(`${url}/v2${path}`, { headers, ...init }),
    };
}

describe('A long-polling request', () => {
    it.each([
        ['GET', 'a run', '/actor-runs/RUN?waitForFinish=60'],
        ['GET', 'a run of an Actor', '/acts/endless/runs/last?waitForFinish=60'],
        ['GET', 'a build', '/actor-builds/BUILD?waitForFinish=60'],
        ['POST', 'a build that it starts', '/acts/under-test/builds?version=0.1&waitForFinish=60'],
        ['POST', 'a run that it starts', '/acts/endless/runs?waitForFinish=60'],
        ['POST', 'the output of a run', '/acts/endless/run-sync'],
        ['GET', 'the items of a run', '/acts/endless/run-sync-get-dataset-items'],
        ['POST', 'a run of a task', '/actor-tasks/task/runs?waitForFinish=60'],
        ['POST', 'the output of a task', '/actor-tasks/task/run-sync'],
    ])('ends with its client: %s of %s', async (method, _what, path) => {
        const { clock, run, build, send } = await makeScene();
        const before = clock.pendingTimers;
        const controller = new AbortController();
        setMaxListeners(0, controller.signal);
        const target = path.replace('RUN', run.id).replace('BUILD', build.id);

        const answers = Array.from({ length: REQUESTS }, () => send(target, { method, signal: controller.signal }));
        const left = Promise.allSettled(answers);
        await waitUntil('all requests to wait', () => clock.pendingTimers >= before + REQUESTS);
        controller.abort();
        await left;

        // A build that is under way has a timer of its own.
        await waitUntil('none of them to wait any more', () => clock.pendingTimers < before + BUILDS_AT_ONCE);
        expect((await run.info()).status).toBe('RUNNING');
    });

    it.each(['/acts/endless/runs', '/actor-tasks/task/runs', '/acts/under-test/builds?version=0.1'])(
        'that makes no sense starts nothing: POST %s',
        async (path) => {
            const { send } = await makeScene();
            const jobs = path.replace('/actor-tasks/task', '/acts/endless').replace(/\?.*/, '');
            const total = async () => ((await (await send(jobs, {})).json()) as { data: { total: number } }).data.total;
            const before = await total();

            const answer = await send(`${path}${path.includes('?') ? '&' : '?'}waitForFinish=-1`, { method: 'POST' });

            expect(answer.status).toBe(400);
            expect(await total()).toBe(before);
        },
    );
});
