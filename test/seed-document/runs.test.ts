import { beforeAll, describe, expect, it } from 'vitest';
import { useSeedEngine } from '../support/seed-engine.js';
import { runSnippet } from '../support/docs/snippet.js';
import type { ClientRun } from 'greenroom';

/*
 * The snippets of "Runs | Platform | Apify Documentation", unchanged except for the import, the construction of the client and the
 * ids. Functions that a snippet assumes, such as `processData()`, are defined before it. Where a snippet differs from the real
 * client, the form of the client is tested too.
 */

const seed = useSeedEngine();

/** The expression for a run in the snippets, and in the real client. */
const FORMS = ["client.actor('ACTOR_ID').run('RUN_ID')", "client.run('RUN_ID')"];

describe.each(FORMS)('%s', (form) => {
    let run: ClientRun;
    beforeAll(async () => {
        run = await seed.client.actor(seed.echo).call({ url: 'https://example.com' });
    });

    /** Runs a snippet on a run, in this form. */
    function runWith(code: string, read: string, of: ClientRun = run) {
        const text = code.replaceAll(FORMS[0]!, form).replaceAll('ACTOR_ID', of.actId).replaceAll('RUN_ID', of.id);
        return runSnippet(text, { client: seed.client }, read);
    }

    it('shows status, times and message', async () => {
        const { printed } = await runWith(
            `// Monitor run status
            const run = await client.actor('ACTOR_ID').run('RUN_ID').get();

            console.log('Run status:', {
                status: run.status,
                startedAt: run.startedAt,
                finishedAt: run.finishedAt,
                statusMessage: run.statusMessage
            });`,
            'run',
        );

        expect(printed).toEqual([
            [
                'Run status:',
                {
                    status: 'SUCCEEDED',
                    startedAt: expect.any(Date),
                    finishedAt: expect.any(Date),
                    statusMessage: 'All pages done',
                },
            ],
        ]);
    });

    it('waits for the end', async () => {
        const started = await seed.client.actor(seed.echo).start({ url: 'https://example.com' });

        const { printed } = await runWith(
            `// Wait for run to finish
            const finishedRun = await client.actor('ACTOR_ID').run('RUN_ID').waitForFinish();

            if (finishedRun.status === 'SUCCEEDED') {
                console.log('Run completed successfully');

                // Get results
                const dataset = await client.dataset(finishedRun.defaultDatasetId);
                const { items } = await dataset.listItems();

                console.log('Retrieved items:', items.length);
            } else {
                console.error('Run failed:', finishedRun.statusMessage);
            }`,
            'finishedRun',
            started,
        );

        expect(printed).toEqual([['Run completed successfully'], ['Retrieved items:', 2]]);
    });

    it('has a log as text and as a stream', async () => {
        const { printed, value } = await runWith(
            `// Get run logs
            const log = await client.actor('ACTOR_ID').run('RUN_ID').log().get();
            console.log('Run log:', log);

            // Stream logs in real-time
            const logStream = await client.actor('ACTOR_ID').run('RUN_ID').log().stream();
            logStream.on('data', (logLine) => {
                console.log('Log:', logLine);
            });
            await new Promise((resolve) => logStream.on('end', resolve));`,
            'log',
        );

        expect(value).toMatch(/Received \{"url":"https:\/\/example\.com"\}/);
        const lines = printed.filter(([label]) => label === 'Log:').map(([, line]) => String(line));
        expect(lines.join('')).toBe(value);
    });

    it('has items', async () => {
        const { printed } = await runWith(
            `// Access run results from dataset
            const run = await client.actor('ACTOR_ID').run('RUN_ID').get();
            const dataset = await client.dataset(run.defaultDatasetId).listItems();

            console.log('Results:', dataset.items);`,
            'run',
        );

        expect(printed).toEqual([['Results:', [{ page: 1 }, { page: 2 }]]]);
    });

    it('has a key-value store', async () => {
        const { printed } = await runWith(
            `const run = await client.actor('ACTOR_ID').run('RUN_ID').get();
            // Access stored files and data
            const kvStore = await client.keyValueStore(run.defaultKeyValueStoreId);
            const output = await kvStore.getRecord('OUTPUT');

            console.log('Output:', output);`,
            'run',
        );

        expect(printed).toEqual([
            ['Output:', expect.objectContaining({ key: 'OUTPUT', value: { input: { url: 'https://example.com' } } })],
        ]);
    });

    it('has statistics', async () => {
        const { printed } = await runWith(
            `// Get run statistics
            const run = await client.actor('ACTOR_ID').run('RUN_ID').get();

            console.log('Statistics:', {
                runTimeSecs: run.stats.runTimeSecs,
                memoryUsageBytes: run.stats.memoryUsageBytes,
                datasetItems: run.stats.datasetItems,
                requestsTotal: run.stats.requestsTotal
            });`,
            'run',
        );

        const [[, statistics]] = printed as [[string, Record<string, number>]];
        expect(statistics).toMatchObject({ datasetItems: 2, requestsTotal: 0 });
        expect(statistics['runTimeSecs']).toBeGreaterThan(0);
        expect(statistics['memoryUsageBytes']).toBeGreaterThan(0);
    });

    it('shows why a run has failed', async () => {
        const fails = await seed.addActor(`throw new Error('out of luck');`);
        const failed = await seed.client.actor(fails).start();

        const { printed } = await runWith(
            `// Handle run failures
            try {
                const run = await client.actor('ACTOR_ID').run('RUN_ID').waitForFinish();

                if (run.status === 'FAILED') {
                    console.error('Run failed:', run.statusMessage);

                    // Get error details from log
                    const log = await client.actor('ACTOR_ID').run('RUN_ID').log().get();
                    console.error('Error log:', log.slice(-1000)); // Last 1000 characters
                }
            } catch (error) {
                console.error('Error waiting for run:', error);
            }`,
            'undefined',
            failed,
        );

        expect(printed).toEqual([
            ['Run failed:', expect.stringContaining('out of luck')],
            ['Error log:', expect.stringContaining('out of luck')],
        ]);
    });

    // The run API reference

    it('gets a run', async () => {
        const { value } = await runWith(`const run = await client.actor('ACTOR_ID').run('RUN_ID').get();`, 'run');

        expect(value).toEqual(await seed.client.run(run.id).get());
    });

    it('waits for a finished run', async () => {
        const { value } = await runWith(
            `const run = await client.actor('ACTOR_ID').run('RUN_ID').waitForFinish();`,
            'run',
        );

        expect(value).toMatchObject({ id: run.id, status: 'SUCCEEDED' });
    });

    it('aborts a run', async () => {
        const waits = await seed.addActor('setInterval(() => {}, 1000);');
        const started = await seed.client.actor(waits).start();

        const { value } = await runWith(
            `const run = await client.actor('ACTOR_ID').run('RUN_ID').abort();`,
            'run',
            started,
        );

        expect(value).toMatchObject({ id: started.id, status: expect.stringMatching(/^ABORT(ING|ED)$/) });
        expect(await seed.client.run(started.id).waitForFinish()).toMatchObject({ status: 'ABORTED' });
    });

    it('gets the log of a run', async () => {
        const { value } = await runWith(`const log = await client.actor('ACTOR_ID').run('RUN_ID').log().get();`, 'log');

        expect(value).toBe(await seed.client.log(run.id).get());
    });
});
