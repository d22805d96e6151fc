import { Actor } from 'apify-sdk';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { handleTrustedRequest } from '../../src/api/api.js';
import { BASE_URL, carryRequests } from './connect-client.js';
import type { Engine } from 'greenroom';

/** The real SDK as it would be in a thread of its own, at home in a run of the engine. */
async function makeSdk(engine: Engine, input: unknown): Promise<{ sdk: Actor; runId: string }> {
    await addSource(engine, `export default () => new Promise((resolve) => setTimeout(resolve, 60_000));`, 'host');
    const run = await engine.client.actor('host').start(input);
    const env = {
        APIFY_IS_AT_HOME: '1',
        APIFY_TOKEN: 'token',
        APIFY_API_BASE_URL: BASE_URL,
        ACTOR_ID: run.actId,
        ACTOR_RUN_ID: run.id,
        ACTOR_DEFAULT_DATASET_ID: run.defaultDatasetId,
        ACTOR_DEFAULT_KEY_VALUE_STORE_ID: run.defaultKeyValueStoreId,
        ACTOR_DEFAULT_REQUEST_QUEUE_ID: run.defaultRequestQueueId,
        ACTOR_INPUT_KEY: 'INPUT',
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
    const sdk = new Actor({ disableOutdatedWarning: true } as never);
    carryRequests(sdk.apifyClient, (request) => handleTrustedRequest(request, engine.client));
    return { sdk, runId: run.id };
}

describe('the real SDK over the API', () => {
    it('reads its input, stores results and sets the status message', async () => {
        const engine = await makeEngine();
        const { sdk, runId } = await makeSdk(engine, { url: 'https://example.com' });
        await addSource(engine, `export default ({ input }) => input.n * 2;`, 'doubler');

        await sdk.init();
        const input = await sdk.getInput();
        await sdk.pushData([{ n: 1 }, { n: 2 }]);
        await sdk.setValue('page', Buffer.from([1, 2, 255]), { contentType: 'image/png' });
        const shared = await sdk.openDataset('shared');
        await shared.pushData({ shared: true });
        const called = await sdk.call('doubler', { n: 21 }, { log: null });
        const callOutput = await sdk.apifyClient.keyValueStore(called.defaultKeyValueStoreId).getRecord('OUTPUT');
        await sdk.setStatusMessage('Half way');
        await sdk.exit({ exit: false, statusMessage: 'All done' });

        const run = engine.client.run(runId);
        expect(input).toEqual({ url: 'https://example.com' });
        expect((await run.dataset().listItems()).items).toEqual([{ n: 1 }, { n: 2 }]);
        expect(await run.keyValueStore().getRecord('page')).toMatchObject({
            value: Buffer.from([1, 2, 255]),
            contentType: 'image/png',
        });
        expect((await engine.client.dataset('shared').listItems()).items).toEqual([{ shared: true }]);
        expect(callOutput?.value).toBe(42);
        expect(await run.get()).toMatchObject({ statusMessage: 'All done', isStatusMessageTerminal: true });
    });

    it('works through a request queue', async () => {
        const engine = await makeEngine();
        const { sdk, runId } = await makeSdk(engine, {});
        await sdk.init();
        const queue = await sdk.openRequestQueue();

        await queue.addRequests([{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }]);
        await queue.addRequest({ url: 'https://example.com/0' }, { forefront: true });
        const seen: string[] = [];
        for (let request = await queue.fetchNextRequest(); request; request = await queue.fetchNextRequest()) {
            seen.push(request.url);
            if (seen.length === 1) await queue.reclaimRequest(request);
            else await queue.markRequestHandled(request);
        }
        const isFinished = await queue.isFinished();
        await sdk.exit({ exit: false });

        expect(new Set(seen)).toEqual(new Set([0, 1, 2].map((n) => `https://example.com/${n}`)));
        expect(isFinished).toBe(true);
        expect(await engine.client.run(runId).requestQueue().get()).toMatchObject({
            totalRequestCount: 3,
            handledRequestCount: 3,
        });
    });
});
