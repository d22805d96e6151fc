import { describe, expect, it } from 'vitest';
import { useSeedEngine } from '../support/seed-engine.js';

/*
 * The snippets of "Runs | Platform | Apify Documentation", unchanged except for the import, the construction of the client and the
 * ids. Functions that a snippet assumes, such as `processData()`, are defined before it. Where a snippet differs from the real
 * client, the form of the client is tested too.
 */

const seed = useSeedEngine();

describe('an Actor', () => {
    it('receives its input', async () => {
        const actor = await seed.addActor(`
            const pages = [];
            // In your Actor code
            const { Actor } = require('apify');

            Actor.main(async () => {
                const input = await Actor.getInput();
                console.log('Received input:', input);

                // Process input parameters
                const { url, maxPages = 10 } = input || {};

                // Your Actor logic here
                await Actor.pushData({ url, maxPages });
            });`);

        const run = await seed.client.actor(actor).call({ url: 'https://example.com' });

        expect(run.status).toBe('SUCCEEDED');
        expect(await seed.itemsOf(run)).toEqual([{ url: 'https://example.com', maxPages: 10 }]);
        expect(await seed.client.log(run.id).get()).toContain("Received input: { url: 'https://example.com' }");
    });

    it('validates its input', async () => {
        const actor = await seed.addActor(`
            const { Actor } = require('apify');
            const processData = (input) => Actor.pushData(input);
            // Validate input parameters
            Actor.main(async () => {
                const input = await Actor.getInput();

                if (!input) {
                    throw new Error('No input provided');
                }

                if (!input.url) {
                    throw new Error('URL parameter is required');
                }

                if (typeof input.maxPages !== 'number') {
                    throw new Error('maxPages must be a number');
                }

                // Continue with validated input
                await processData(input);
            });`);

        for (const [input, why] of [
            [undefined, 'No input provided'],
            [{}, 'URL parameter is required'],
            [{ url: 'https://example.com' }, 'maxPages must be a number'],
        ] as const) {
            const run = await seed.client.actor(actor).call(input);

            expect(run).toMatchObject({ status: 'FAILED', statusMessage: expect.stringContaining(why) });
        }
        const run = await seed.client.actor(actor).call({ url: 'https://example.com', maxPages: 3 });
        expect(await seed.itemsOf(run)).toEqual([{ url: 'https://example.com', maxPages: 3 }]);
    });

    it('validates its input with its own schema', async () => {
        const actor = await seed.addActor(`
            const { Actor } = require('apify');
            const processData = (input) => Actor.pushData(input);
            const validateInput = (input, schema) => {
                const validated = {};
                for (const [name, rule] of Object.entries(schema)) {
                    validated[name] = input[name] ?? rule.default;
                    if (rule.required && validated[name] === undefined) throw new Error(name + ' is required');
                }
                return validated;
            };
            // Always validate input
            Actor.main(async () => {
                const input = await Actor.getInput();

                const schema = {
                    url: { type: 'string', required: true },
                    maxPages: { type: 'number', default: 10, min: 1, max: 1000 }
                };

                const validatedInput = validateInput(input, schema);
                await processData(validatedInput);
            });`);

        const failed = await seed.client.actor(actor).call({});
        const run = await seed.client.actor(actor).call({ url: 'https://example.com' });

        expect(failed).toMatchObject({ status: 'FAILED', statusMessage: expect.stringContaining('url is required') });
        expect(await seed.itemsOf(run)).toEqual([{ url: 'https://example.com', maxPages: 10 }]);
    });

    it('has the run, Actor, memory and timeout in its environment', async () => {
        const actor = await seed.addActor(`
            // Access environment variables
            const runId = process.env.ACTOR_RUN_ID;
            const actorId = process.env.ACTOR_ID;
            const memoryMB = process.env.ACTOR_MEMORY_MBYTES;
            const timeoutSecs = process.env.ACTOR_TIMEOUT_AT;

            console.log('Run environment:', {
                runId,
                actorId,
                memoryMB,
                timeoutSecs
            });
            module.exports = () => ({ runId, actorId, memoryMB, timeoutSecs });`);

        const run = await seed.client.actor(actor).call({}, { memory: 512, timeout: 60 });

        expect(await seed.outputOf(run)).toEqual({
            runId: run.id,
            actorId: run.actId,
            memoryMB: '512',
            timeoutSecs: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        });
        expect(await seed.client.log(run.id).get()).toContain('Run environment: {');
    });

    it('saves its state when it times out', async () => {
        const actor = await seed.addActor(`
            const { Actor } = require('apify');
            let page = 0;
            const hasMoreWork = () => true;
            const processNextItem = async () => {
                page += 1;
                await new Promise((resolve) => setTimeout(resolve, 5));
            };
            const saveCurrentState = () => Actor.setValue('STATE', { hasPages: page > 0 });
            // Handle timeout gracefully
            Actor.main(async () => {
                let isTimingOut = false;

                Actor.on('aborting', () => {
                    isTimingOut = true;
                    console.log('Run is timing out, saving state...');
                });

                while (hasMoreWork() && !isTimingOut) {
                    await processNextItem();
                }

                if (isTimingOut) {
                    await saveCurrentState();
                }
            });`);

        const run = await seed.client.actor(actor).call({}, { timeout: 1 });

        expect(run.status).toBe('TIMED-OUT');
        expect(await seed.outputOf(run, 'STATE')).toEqual({ hasPages: true });
        expect(await seed.client.log(run.id).get()).toContain('Run is timing out, saving state...');
    });

    it('reports its progress', async () => {
        const actor = await seed.addActor(`
            const { Actor } = require('apify');
            const processPage = (page) => Actor.pushData({ page });
            // Report progress for long-running tasks
            Actor.main(async () => {
                const input = await Actor.getInput();
                const totalPages = input.maxPages || 10;

                for (let i = 0; i < totalPages; i++) {
                    await processPage(i);

                    const progress = Math.round((i + 1) / totalPages * 100);
                    await Actor.setStatusMessage(\`Processing page \${i + 1}/\${totalPages} (\${progress}%)\`);
                }
            });`);
        const messages: string[] = [];
        const stop = seed.engine.on('run.status-message', ({ statusMessage }) => messages.push(statusMessage));

        const run = await seed.client.actor(actor).call({ maxPages: 2 });

        stop();
        expect(messages).toEqual(['Processing page 1/2 (50%)', 'Processing page 2/2 (100%)']);
        expect(run).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'Processing page 2/2 (100%)' });
    });

    it('recovers from errors and stores a summary', async () => {
        const actor = await seed.addActor(`
            const { Actor } = require('apify');
            const processUrl = async (url) => {
                if (url.includes('bad')) throw new Error('cannot load');
                return { url };
            };
            // Implement graceful error recovery
            Actor.main(async () => {
                const input = await Actor.getInput();
                const errors = [];

                for (const url of input.urls) {
                    try {
                        const result = await processUrl(url);
                        await Actor.pushData(result);
                    } catch (error) {
                        errors.push({ url, error: error.message });
                        console.warn(\`Failed to process \${url}:\`, error.message);
                    }
                }

                // Save error summary
                if (errors.length > 0) {
                    await Actor.setValue('errors', errors);
                }
            });`);

        const run = await seed.client.actor(actor).call({ urls: ['good', 'bad'] });

        expect(await seed.itemsOf(run)).toEqual([{ url: 'good' }]);
        expect(await seed.outputOf(run, 'errors')).toEqual([{ url: 'bad', error: 'cannot load' }]);
        expect(await seed.client.log(run.id).get()).toContain('Failed to process bad: cannot load');
    });
});
