import { createFaults, ManualClock, until } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { forEachLabelled } from '../../support/for-each-labelled.js';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import type { Engine, RunHandle } from 'greenroom';

const SDKS = ['built-in', 'real'] as const;

/** Locks two requests, performs an operation on the first one, and outputs the result. */
function locks(work: string): string {
    return `import { Actor } from 'apify';
        await Actor.init();
        const queue = Actor.apifyClient.requestQueue(process.env.ACTOR_DEFAULT_REQUEST_QUEUE_ID, { clientKey: 'mine' });
        for (const n of [1, 2]) await queue.addRequest({ url: 'http://a.invalid/' + n, uniqueKey: 'k' + n });
        const { items: [one, two] } = await queue.listAndLockHead({ lockSecs: 60, limit: 2 });
        const outcome = (promise) => promise.then(() => 'done', ({ type, statusCode }) => type + ' ' + statusCode);
        const seen = ${work};
        const left = (await queue.listHead()).items.map(({ uniqueKey }) => uniqueKey);
        await Actor.setValue('SEEN', { seen, left });
        await Actor.exit();`;
}

async function seenBy(
    engine: Engine,
    sdk: (typeof SDKS)[number],
    work: string,
    loss: true | 'taken',
): Promise<unknown> {
    const source = locks(work);
    const actor = sdk === 'real' ? await addSdkActor(engine, source) : await addSource(engine, source);
    const faults = createFaults().on('requestQueue.*', { nth: 1 }, { lostLock: loss });
    const run = await engine.call(actor, {}, { faults });
    expect(run.statusMessage).toBe('Actor finished with exit code 0');
    expect(faults.happened).toHaveLength(1);
    return (await run.keyValueStore.getRecord('SEEN'))?.value;
}

describe('a lost lock', () => {
    it.each([
        ['cannot be prolonged', true, 'prolongRequestLock(one.id, { lockSecs: 60 })', 'invalid-request 400', ['k1']],
        ['cannot be prolonged', 'taken', 'prolongRequestLock(one.id, { lockSecs: 60 })', 'request-locked 409', []],
        ['can be deleted', true, 'deleteRequestLock(one.id)', 'done', ['k1']],
        ['cannot be deleted', 'taken', 'deleteRequestLock(one.id)', 'request-locked 409', []],
        ['does not prevent updating its request', true, 'updateRequest(one)', 'done', ['k1']],
        [
            'does not prevent handling its request',
            'taken',
            'updateRequest({ ...one, handledAt: new Date() })',
            'done',
            [],
        ],
    ] as const)('%s (%s): %s', async (_, loss, work, seen, left) => {
        const engine = await makeEngine();
        await forEachLabelled(SDKS, async (sdk) => {
            expect(await seenBy(engine, sdk, `await outcome(queue.${work})`, loss)).toEqual({ seen, left });
        });
    });

    it('is lost only once, and by no other client', async () => {
        const engine = await makeEngine();
        await forEachLabelled(SDKS, async (sdk) => {
            const prolong = (request: string): string =>
                `await outcome(queue.prolongRequestLock(${request}.id, { lockSecs: 60 }))`;
            const work = `[${prolong('two')}, ${prolong('one')}]`;

            expect(await seenBy(engine, sdk, work, true)).toEqual({
                seen: ['invalid-request 400', 'done'],
                left: ['k2'],
            });
        });
    });

    it('that another client has taken expires at the original time', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const actor = await addSource(
            engine,
            locks(`await outcome(queue.prolongRequestLock(one.id, { lockSecs: 60 }))`),
        );
        const faults = createFaults().on('requestQueue.prolongRequestLock', {}, { lostLock: 'taken' });
        const run = await engine.call(actor, {}, { faults });
        const waiting = async (): Promise<number> => (await run.requestQueue.listHead()).items.length;

        expect(await waiting()).toBe(1);
        await clock.advance('60s');
        expect(await waiting()).toBe(2);
    });
});

/** Timeout for loading Crawlee on a busy machine. */
const SLOW_MILLIS = 60_000;

/** A crawler without pages: it handles each request by logging it. */
const CRAWLER = `import { Actor } from 'apify';
    import { BasicCrawler } from '@crawlee/basic';
    await Actor.init();
    const crawler = new BasicCrawler({
        maxConcurrency: 2,
        requestHandler: async ({ request }) => {
            await Actor.pushData({ key: request.uniqueKey });
            // Long enough for the interruption to hit active requests.
            await new Promise((resolve) => setTimeout(resolve, 10));
        },
    });
    const requests = Array.from({ length: 20 }, (_, n) => ({ url: 'http://a.invalid/' + n, uniqueKey: String(n) }));
    await crawler.run(requests, { waitForAllRequestsToBeAdded: true });
    await Actor.exit();`;

async function handledKeys(run: RunHandle): Promise<string[]> {
    const items = await run.items<{ key: string }>();
    return items.map(({ key }) => key).toSorted((a, b) => Number(a) - Number(b));
}

const ALL_KEYS = Array.from({ length: 20 }, (_, n) => String(n));

describe('a crawler', () => {
    it('loses no request when it loses locks', { timeout: SLOW_MILLIS }, async () => {
        const engine = await makeEngine();
        const actor = await addSdkActor(engine, CRAWLER, { packages: ['apify', '@crawlee/basic'] });
        const faults = createFaults().on('requestQueue.prolongRequestLock', { every: 4, times: 3 }, { lostLock: true });

        const run = await engine.call(actor, {}, { faults, memory: 1024 });

        expect(run.status).toBe('SUCCEEDED');
        expect([...new Set(await handledKeys(run))]).toEqual(ALL_KEYS);
        expect((await run.requestQueue.get())?.handledRequestCount).toBe(20);
        expect(faults.happened).toHaveLength(3);
    });

    it(
        'loses no request in a migration during the crawl, with occasional API failures',
        { timeout: SLOW_MILLIS },
        async () => {
            const engine = await makeEngine();
            const actor = await addSdkActor(engine, CRAWLER, { packages: ['apify', '@crawlee/basic'] });
            const faults = createFaults({ minDelayBetweenRetriesMillis: 1 })
                .on('*', { every: 7 }, { status: 503 })
                .on('*', { every: 11 }, { status: 429 });
            const run = await engine.start(actor, {}, { faults, memory: 1024 });

            await until(run, { items: 5 });
            await run.migrate();
            const end = await run.finished();

            expect(end).toMatchObject({ status: 'SUCCEEDED', stats: { migrationCount: 1 } });
            expect([...new Set(await handledKeys(run))]).toEqual(ALL_KEYS);
            expect((await run.requestQueue.get())?.handledRequestCount).toBe(20);
            expect(faults.happened.length).toBeGreaterThan(10);
        },
    );
});
