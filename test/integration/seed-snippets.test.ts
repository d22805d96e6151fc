import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { openReceiver } from '../support/receiver.js';
import type { Client, Engine } from 'greenroom';

/*
 * The snippets of "Runs | Platform | Apify Documentation", with only the import, the client's construction and the ids
 * changed. Those on schedules, Python and REST come with the API.
 */

async function seedEngine(source: string): Promise<{ engine: Engine; client: Client }> {
    const engine = await makeEngine();
    await addSource(engine, source, 'seed-actor');
    return { engine, client: engine.client };
}

const SUCCEEDS = `
const { Actor } = require('apify');
Actor.main(async () => {
    const input = await Actor.getInput();
    console.log('Received input:', input);
    const { url, maxPages = 10 } = input || {};
    await Actor.pushData({ url, maxPages });
    await Actor.setValue('OUTPUT', { ok: true });
});`;

describe('starting a run', () => {
    it('takes input and options in one object', async () => {
        const { client } = await seedEngine(SUCCEEDS);

        const run = await client.actor('seed-actor').start({
            input: { url: 'https://example.com' },
            build: 'latest',
            memory: 1024,
            timeout: 3600,
        });

        expect(run.options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 });
        const finished = await run.waitForFinish();
        expect((await client.dataset(finished.defaultDatasetId).listItems()).items).toEqual([
            { url: 'https://example.com', maxPages: 10 },
        ]);
    });

    it('takes input and options one after the other', async () => {
        const { client } = await seedEngine(SUCCEEDS);
        const runOptions = {
            build: 'latest',
            memory: 1024,
            timeout: 3600,
            maxItems: 1000,
            webhooks: [],
            metamorph: false,
        };

        const run = await client.actor('seed-actor').start({ url: 'https://example.com' }, runOptions);

        expect(run.options).toMatchObject({ maxItems: 1000, timeoutSecs: 3600 });
        await run.waitForFinish();
    });

    it('takes environment variables and webhooks', async () => {
        const receiver = await openReceiver();
        const { client } = await seedEngine(
            `export default () => ({ debug: process.env.DEBUG, level: process.env.LOG_LEVEL });`,
        );

        const run = await client.actor('seed-actor').start(
            {},
            {
                memory: 4096,
                timeout: 7200,
                env: { DEBUG: 'true', LOG_LEVEL: 'info' },
                webhooks: [{ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: receiver.url }],
            },
        );
        await run.waitForFinish();

        const output = await client.run(run.id).keyValueStore().getRecord('OUTPUT');
        expect(output?.value).toEqual({ debug: 'true', level: 'info' });
        expect((await receiver.take()).body).toMatchObject({
            eventType: 'ACTOR.RUN.SUCCEEDED',
            resource: { id: run.id },
        });
    });
});

describe('an Actor that validates its input', () => {
    const VALIDATES = `
        const { Actor } = require('apify');
        Actor.main(async () => {
            const input = await Actor.getInput();
            if (!input) throw new Error('No input provided');
            if (!input.url) throw new Error('URL parameter is required');
            if (typeof input.maxPages !== 'number') throw new Error('maxPages must be a number');
        });`;

    it.each([
        [undefined, 'No input provided'],
        [{}, 'URL parameter is required'],
        [{ url: 'https://example.com' }, 'maxPages must be a number'],
    ])('fails on %j and says why', async (input, why) => {
        const { client } = await seedEngine(VALIDATES);

        const started = await client.actor('seed-actor').start(input);
        const run = await client.actor('seed-actor').run(started.id).waitForFinish();

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain(why);
        const log = await client.actor('seed-actor').run(run.id).log().get();
        expect(log?.slice(-1000)).toContain(why);
    });
});

describe('the environment of a run', () => {
    it('names run, Actor, memory and timeout', async () => {
        const { client } = await seedEngine(`
            const runId = process.env.ACTOR_RUN_ID;
            const actorId = process.env.ACTOR_ID;
            const memoryMB = process.env.ACTOR_MEMORY_MBYTES;
            const timeoutSecs = process.env.ACTOR_TIMEOUT_AT;
            module.exports = () => ({ runId, actorId, memoryMB, timeoutSecs });`);

        const run = await client.actor('seed-actor').call({}, { memory: 512, timeout: 60 });

        const output = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
        expect(output?.value).toEqual({
            runId: run.id,
            actorId: run.actId,
            memoryMB: '512',
            timeoutSecs: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        });
    });
});

describe('an Actor that handles its timeout', () => {
    it('saves its state and ends as TIMED-OUT', async () => {
        const { client } = await seedEngine(`
            const { Actor } = require('apify');
            Actor.main(async () => {
                let isTimingOut = false;
                Actor.on('aborting', () => {
                    isTimingOut = true;
                    console.log('Run is timing out, saving state...');
                });
                while (!isTimingOut) await new Promise((resolve) => setTimeout(resolve, 5));
                if (isTimingOut) await Actor.setValue('STATE', { page: 3 });
            });`);

        const run = await client.actor('seed-actor').call({}, { timeout: 1 });

        expect(run.status).toBe('TIMED-OUT');
        const state = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('STATE');
        expect(state?.value).toEqual({ page: 3 });
        expect(await client.log(run.id).get()).toContain('Run is timing out, saving state...');
    });
});

describe('monitoring a run', () => {
    it('shows status, times and message', async () => {
        const { client } = await seedEngine(SUCCEEDS);
        const { id } = await client.actor('seed-actor').call({ url: 'x' });

        const run = await client.actor('seed-actor').run(id).get();

        expect(run).toMatchObject({ status: 'SUCCEEDED', startedAt: expect.any(Date), finishedAt: expect.any(Date) });
        expect(typeof run?.statusMessage).toBe('string');
    });

    it('gives the log as text and as a stream', async () => {
        const { client } = await seedEngine(`for (const n of [1, 2, 3]) console.log('page', n);`);
        const run = await client.actor('seed-actor').start({});

        const logStream = await client.actor('seed-actor').run(run.id).log().stream();
        const chunks: string[] = [];
        logStream!.on('data', (logLine) => chunks.push(String(logLine)));
        await new Promise((resolve) => logStream!.on('end', resolve));

        const log = await client.actor('seed-actor').run(run.id).log().get();
        expect(chunks.join('')).toBe(log);
        expect(log).toMatch(/page 1\n.*page 2\n.*page 3\n/);
    });
});

describe('the results of a run', () => {
    it('are in its dataset, its store and its figures', async () => {
        const { client } = await seedEngine(SUCCEEDS);
        const started = await client.actor('seed-actor').start({ url: 'x' });
        const finishedRun = await client.actor('seed-actor').run(started.id).waitForFinish();

        // The snippet awaits what is no promise; it must not matter.
        const dataset = await Promise.resolve(client.dataset(finishedRun.defaultDatasetId));
        const { items } = await dataset.listItems();
        const kvStore = await Promise.resolve(client.keyValueStore(finishedRun.defaultKeyValueStoreId));
        const output = await kvStore.getRecord('OUTPUT');
        const run = (await client.actor('seed-actor').run(started.id).get())!;

        expect(items).toHaveLength(1);
        expect(output?.value).toEqual({ ok: true });
        expect(run.stats.runTimeSecs).toBeGreaterThan(0);
        expect(run.stats.memoryUsageBytes).toBeGreaterThan(0);
        expect(run.stats).toMatchObject({ datasetItems: 1, requestsTotal: 0 });
    });
});

describe('retrying', () => {
    it('starts again until a run succeeds', async () => {
        const { client } = await seedEngine(`
            import { Actor } from 'apify';
            await Actor.init();
            const attempts = await Actor.openDataset('attempts');
            await attempts.pushData({ at: 1 });
            const { itemCount } = await attempts.getInfo();
            await Actor.exit({ exitCode: itemCount < 3 ? 1 : 0 });`);
        const runWithRetry = async (actorId: string, input: unknown, maxRetries = 3) => {
            for (let attempt = 1; attempt <= maxRetries; attempt++) {
                const run = await client.actor(actorId).start(input);
                const finishedRun = await run.waitForFinish();
                if (finishedRun.status === 'SUCCEEDED') return attempt;
            }
            throw new Error(`Failed after ${maxRetries} attempts`);
        };

        expect(await runWithRetry('seed-actor', {})).toBe(3);
    });
});

describe('an Actor that reports progress and recovers from errors', () => {
    it('sets status messages and keeps a summary of errors', async () => {
        const { engine, client } = await seedEngine(`
            const { Actor } = require('apify');
            Actor.main(async () => {
                const input = await Actor.getInput();
                const errors = [];
                for (const [i, url] of input.urls.entries()) {
                    try {
                        if (url.includes('bad')) throw new Error('cannot load');
                        await Actor.pushData({ url });
                    } catch (error) {
                        errors.push({ url, error: error.message });
                        console.warn('Failed to process ' + url + ':', error.message);
                    }
                    const progress = Math.round((i + 1) / input.urls.length * 100);
                    await Actor.setStatusMessage('Processing page ' + (i + 1) + '/' + input.urls.length + ' (' + progress + '%)');
                }
                if (errors.length > 0) await Actor.setValue('errors', errors);
            });`);
        const messages: string[] = [];
        engine.on('run.status-message', ({ statusMessage }) => messages.push(statusMessage));

        const run = await client.actor('seed-actor').call({ urls: ['good', 'bad'] });

        expect(messages).toEqual(['Processing page 1/2 (50%)', 'Processing page 2/2 (100%)']);
        const errors = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('errors');
        expect(errors?.value).toEqual([{ url: 'bad', error: 'cannot load' }]);
    });
});
