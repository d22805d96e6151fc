import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { openWebhookServer } from '../support/servers/webhook-server.js';
import { ECHO, useSeedEngine } from '../support/seed-engine.js';
import { runSnippet } from '../support/docs/snippet.js';
import type { ClientRun } from 'greenroom';

/*
 * The snippets of "Runs | Platform | Apify Documentation", unchanged except for the import, the construction of the client and the
 * ids. Functions that a snippet assumes, such as `processData()`, are defined before it. Where a snippet differs from the real
 * client, the form of the client is tested too.
 */

const seed = useSeedEngine();

describe('starting a run', () => {
    const BODY = `{
    "input": {
      "url": "https://example.com",
      "maxPages": 100
    },
    "options": {
      "build": "latest",
      "memoryMbytes": 1024,
      "timeoutSecs": 3600
    }
  }`;

    it.each([
        ['input and options in the body', '', BODY],
        [
            'the input as the body',
            '?build=latest&memory=1024&timeout=3600',
            '{"url":"https://example.com","maxPages":100}',
        ],
    ])('accepts %s of a request', async (_, query, body) => {
        const { url, close } = await seed.engine.listen();

        // curl -X POST "…/v2/acts/ACTOR_ID/runs" -H … -d …
        const response = await fetch(`${url}/v2/acts/${seed.echo}/runs${query}`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${seed.engine.token}`, 'Content-Type': 'application/json' },
            body,
        });

        expect(response.status).toBe(201);
        const { data } = (await response.json()) as { data: ClientRun };
        await close();
        expect(data.options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 });
        const run = await seed.client.run(data.id).waitForFinish();
        expect(run.status).toBe('SUCCEEDED');
        expect(await seed.outputOf(run)).toEqual({ input: { url: 'https://example.com', maxPages: 100 } });
    });

    it.each([
        [
            'in one object',
            `const run = await client.actor('ACTOR_ID').start({
                input: { url: 'https://example.com' },
                build: 'latest',
                memory: 1024,
                timeout: 3600
            });`,
        ],
        [
            'one after the other',
            `const run = await client.actor('ACTOR_ID').start(
                { url: 'https://example.com' },
                { build: 'latest', memory: 1024, timeout: 3600 },
            );`,
        ],
    ])('accepts input and options %s', async (_, code) => {
        const { value } = await runSnippet(code.replace('ACTOR_ID', seed.echo), { client: seed.client }, 'run');

        const run = value as ClientRun;
        expect(run.options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 });
        await seed.client.run(run.id).waitForFinish();
        expect(await seed.outputOf(run)).toEqual({ input: { url: 'https://example.com' } });
    });

    /*
     * The requests of the Python client. It compresses bodies (some versions only long ones), writes dictionaries with spaces, and
     * sends arguments as query parameters.
     */
    it.each([
        // client.actor('ACTOR_ID').start({ 'input': …, 'build': …, 'memory': …, 'timeout': … })
        [
            'all of it in one dictionary',
            { input: { url: 'https://example.com' }, build: 'latest', memory: 1024, timeout: 3600 },
            '',
        ],
        // client.actor('ACTOR_ID').start(run_input=…, build=…, memory_mbytes=…, timeout_secs=…)
        ['arguments', { url: 'https://example.com' }, '?build=latest&memory=1024&timeout=3600'],
    ])('accepts %s from the Python client', async (_, dictionary, query) => {
        const { url, close } = await seed.engine.listen();
        const body = JSON.stringify(dictionary, null, 2);
        const headers = {
            Accept: 'application/json, */*',
            Authorization: `Bearer ${seed.engine.token}`,
            'content-type': 'application/json; charset=utf-8',
            'User-Agent': 'ApifyClient/2.1.0 (linux; Python/3.12.3); isAtHome/False',
        };

        for (const sent of [
            { headers, body },
            { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(body) },
        ]) {
            const response = await fetch(`${url}/v2/acts/${seed.echo}/runs${query}`, { method: 'POST', ...sent });

            expect(response.status).toBe(201);
            const { data } = (await response.json()) as { data: ClientRun };
            expect(data.options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 });
            await seed.client.run(data.id).waitForFinish();
            expect(await seed.outputOf(data)).toEqual({ input: { url: 'https://example.com' } });
        }
        await close();
    });

    it('accepts a timeout next to the input', async () => {
        const { value } = await runSnippet(
            `// Configure timeout in run options
            const run = await client.actor('${seed.echo}').start({
                input: { url: 'https://example.com' },
                timeout: 3600 // 1 hour in seconds
            });`,
            { client: seed.client },
            'run',
        );

        expect((value as ClientRun).options.timeoutSecs).toBe(3600);
        await seed.client.run((value as ClientRun).id).waitForFinish();
        expect(await seed.outputOf(value as ClientRun)).toEqual({ input: { url: 'https://example.com' } });
    });

    it('accepts little memory', async () => {
        const { value } = await runSnippet(
            `// Start with minimal resources and scale up
            const run = await client.actor('${seed.echo}').start({
                input: { url: 'https://example.com' },
                memory: 512,  // Start small
                timeout: 1800 // 30 minutes
            });`,
            { client: seed.client },
            'run',
        );

        expect((value as ClientRun).options).toMatchObject({ memoryMbytes: 512, timeoutSecs: 1800 });
        await seed.client.run((value as ClientRun).id).waitForFinish();
        expect(await seed.outputOf(value as ClientRun)).toEqual({ input: { url: 'https://example.com' } });
    });

    it('accepts basic run options', async () => {
        const { value } = await runSnippet(
            `const runOptions = {
                build: 'latest',           // Build version to use
                memory: 1024,              // Memory in MB
                timeout: 3600,             // Timeout in seconds
                maxItems: 1000,            // Limit output items
                webhooks: [],              // Webhook notifications
                metamorph: false           // Allow metamorphosis
            };
            const run = await client.actor('${seed.echo}').start({ url: 'https://example.com' }, runOptions);`,
            { client: seed.client },
            'run',
        );

        const { id, options } = value as ClientRun;
        expect(options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600, maxItems: 1000 });
        await seed.client.run(id).waitForFinish();
        expect(await seed.outputOf({ id })).toEqual({ input: { url: 'https://example.com' } });
    });

    it('rejects a metamorph if the start forbids it', async () => {
        const waits = await seed.addActor(
            'export default ({ signal }) => new Promise((done) => (signal.onabort = done));',
        );
        const { value } = await runSnippet(
            `const run = await client.actor('${waits}').start({}, { metamorph: false });`,
            { client: seed.client },
            'run',
        );

        const { id } = value as ClientRun;
        await expect(seed.client.run(id).metamorph(seed.echo)).rejects.toMatchObject({ type: 'metamorph-forbidden' });
        await seed.client.run(id).abort();
    });

    it('accepts environment variables and webhooks', async () => {
        const receiver = await openWebhookServer();
        // It has its own tags, since no other Actor has a build `beta`.
        const own = await makeEngine();
        const actor = await own.addActor({
            name: 'tagged',
            sourceFiles: [
                { name: 'main.mjs', format: 'TEXT', content: ECHO },
                {
                    name: '.actor/actor.json',
                    format: 'TEXT',
                    content: '{"actorSpecification":1,"name":"tagged","version":"0.1","buildTag":"beta"}',
                },
            ],
        });
        const { value } = await runSnippet(
            `const advancedOptions = {
                build: 'beta',
                memory: 4096,
                timeout: 7200,
                env: {
                    DEBUG: 'true',
                    LOG_LEVEL: 'info'
                },
                webhooks: [{
                    eventTypes: ['ACTOR.RUN.SUCCEEDED'],
                    requestUrl: '${receiver.url}'
                }]
            };
            const run = await client.actor('${actor.id}').start({}, advancedOptions);
            const finishedRun = await run.waitForFinish();`,
            { client: own.client },
            'finishedRun',
        );

        const run = value as ClientRun;
        expect(run.options).toMatchObject({ build: 'beta', memoryMbytes: 4096, timeoutSecs: 7200 });
        const output = await own.client.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
        expect(output?.value).toEqual({ input: {}, debug: 'true', level: 'info' });
        expect((await receiver.take()).body).toMatchObject({
            eventType: 'ACTOR.RUN.SUCCEEDED',
            resource: { id: run.id },
        });
    });
});

describe('a started run', () => {
    it('is started with input and options', async () => {
        const { value } = await runSnippet(
            `const run = await client.actor('${seed.echo}').start(input, options);`,
            { client: seed.client, input: { url: 'https://example.com' }, options: { memory: 256 } },
            'run',
        );

        const run = value as ClientRun;
        expect(run.options.memoryMbytes).toBe(256);
        await seed.client.run(run.id).waitForFinish();
        expect(await seed.outputOf(run)).toEqual({ input: { url: 'https://example.com' } });
    });

    it('is retried until it succeeds', async () => {
        const actor = await seed.addActor(`
            import { Actor } from 'apify';
            await Actor.init();
            const { failures } = await Actor.getInput();
            const attempts = await Actor.openDataset('attempts-' + failures);
            await attempts.pushData({ at: 1 });
            const { itemCount } = await attempts.getInfo();
            await Actor.exit({ exitCode: itemCount > failures ? 0 : 1 });`);
        const waits: number[] = [];
        const runWithRetry = async (failures: number) =>
            runSnippet(
                `// Implement retry logic
                async function runWithRetry(actorId, input, maxRetries = 3) {
                    for (let attempt = 1; attempt <= maxRetries; attempt++) {
                        try {
                            const run = await client.actor(actorId).start(input);
                            const finishedRun = await run.waitForFinish();

                            if (finishedRun.status === 'SUCCEEDED') {
                                return finishedRun;
                            }

                            console.log(\`Attempt \${attempt} failed:\`, finishedRun.statusMessage);
                        } catch (error) {
                            console.error(\`Attempt \${attempt} error:\`, error);
                        }

                        if (attempt < maxRetries) {
                            console.log(\`Retrying in \${attempt * 5} seconds...\`);
                            await new Promise(resolve => setTimeout(resolve, attempt * 5000));
                        }
                    }

                    throw new Error(\`Failed after \${maxRetries} attempts\`);
                }`,
                {
                    client: seed.client,
                    setTimeout: (resolve: () => void, millis: number) => {
                        waits.push(millis);
                        resolve();
                    },
                },
                `await runWithRetry('${actor}', { failures: ${failures} })`,
            );

        const { printed, value } = await runWithRetry(2);

        expect(value).toMatchObject({ status: 'SUCCEEDED' });
        expect(printed.map(([text]) => text)).toEqual([
            'Attempt 1 failed:',
            'Retrying in 5 seconds...',
            'Attempt 2 failed:',
            'Retrying in 10 seconds...',
        ]);
        expect(waits).toEqual([5000, 10_000]);
        await expect(runWithRetry(9)).rejects.toThrow('Failed after 3 attempts');
    });

    it('can be waited for', async () => {
        const run = await seed.client.actor(seed.echo).start();

        expect(Object.keys(run)).not.toContain('waitForFinish');
        expect(structuredClone({ ...run })).toEqual(run);
        expect(await run.waitForFinish()).toMatchObject({ id: run.id, status: 'SUCCEEDED' });
    });
});
