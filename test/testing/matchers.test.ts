import { expect, test as base } from 'greenroom/vitest';
import { describe } from 'vitest';
import type { Engine } from 'greenroom';

/** Performs the operations that its input lists. */
const SOURCE = `
    export default async ({ input, Actor, log }) => {
        for (const line of input.log ?? []) log.info(line);
        if (input.push) await Actor.pushData(input.push);
        for (const [key, value] of Object.entries(input.values ?? {})) await Actor.setValue(key, value);
        for (const event of input.charge ?? []) await Actor.charge({ eventName: event });
        for (const { actor, input: childInput } of input.call ?? []) await Actor.call(actor, childInput);
        if (input.fail) throw new Error(input.fail);
        if (input.exit) await Actor.exit({ exitCode: input.exit });
        if (input.hang) await new Promise(() => setInterval(() => {}, 1000));
        return input.output;
    };
`;
const PRICING = {
    pricingPerEvent: {
        actorChargeEvents: {
            page: { eventTitle: 'Page', eventDescription: 'One page', eventPriceUsd: 0.01 },
            image: { eventTitle: 'Image', eventDescription: 'One image', eventPriceUsd: 0.02 },
        },
    },
};

const test = base.extend<{ actors: Engine }>({
    actors: async ({ engine }, use) => {
        await engine.addActor({ name: 'obedient', source: SOURCE }, { pricing: PRICING });
        await use(engine);
    },
});

/** Returns the message of a failed expectation. */
async function failureOf(expectation: Promise<void>): Promise<string> {
    const error = await expectation.then(
        () => undefined,
        (reason: Error) => reason,
    );
    return error?.message ?? 'it did not fail';
}

describe('matchers of the final status', () => {
    test('wait for the end, and report the run on failure', async ({ actors }) => {
        const items = Array.from({ length: 7 }, (_, index) => ({ index, name: `item ${index}`, nested: { a: [1] } }));
        const run = await actors.start('obedient', {
            log: ['about to fail'],
            push: items,
            charge: ['page'],
            fail: 'no luck',
        });

        const message = await failureOf(expect(run).toHaveSucceeded());

        expect(message).toMatch(
            /^Expected the run of local\/obedient to have succeeded, but it FAILED with exit code 91: /,
        );
        expect(message).toContain('status   FAILED, exit code 91, after 0.');
        expect(message).toContain('no luck');
        expect(message).toContain('charged  1 × page');
        expect(message).toContain(run.id);
        expect(message).toMatch(/log {6}(all \d+ lines|last 10 of \d+ lines):\n[^]*about to fail/);
        expect(message).toContain('first 5 of 7');
        expect(message).toMatch(/│ 4 +│ 4 +│ 'item 4' +│ '\{"a":\[1\]\}' +│/);
        expect(message).not.toContain('item 5');
    });

    test('distinguish the final statuses', async ({ actors, clock }) => {
        const succeeded = await actors.start('obedient', {});
        const failed = await actors.start('obedient', { exit: 5 });
        const aborted = await actors.start('obedient', { hang: true });
        const timedOut = await actors.start('obedient', { hang: true }, { timeout: 3600 });
        await succeeded.finished();
        await failed.finished();
        await aborted.abort();
        await clock.advance('2h');

        await expect(succeeded).toHaveSucceeded();
        await expect(failed).toHaveFailed();
        await expect(failed).toHaveFailed({ exitCode: 5 });
        await expect(aborted).toBeAborted();
        await expect(timedOut).toHaveTimedOut();
        await expect(failed).not.toHaveSucceeded();
        await expect(failed).not.toHaveFailed({ exitCode: 4 });
        expect(await failureOf(expect(timedOut).toBeAborted())).toContain('to have been aborted, but it is TIMED-OUT.');
        expect(await failureOf(expect(succeeded).not.toHaveSucceeded())).toContain(
            'Expected the run of local/obedient not to have succeeded, but it did.',
        );
    });

    test('check the reason of a failure', async ({ actors }) => {
        const run = await actors.call('obedient', { fail: 'no luck' });

        await expect(run).toHaveFailed('no luck');
        await expect(run).toHaveFailed(/NO LUCK/i);
        await expect(run).toHaveFailed({ exitCode: 91, statusMessage: 'no luck' });
        await expect(run).not.toHaveFailed('bad luck');
        expect(await failureOf(expect(run).toHaveFailed({ exitCode: 1, statusMessage: 'bad' }))).toContain(
            'to have failed with exit code 1 and with the status message "bad", but it FAILED with exit code 91: ',
        );
        expect(await failureOf(expect(run).toHaveFailed({ exitCod: 1 } as never))).toMatch(/exitCod.*exitCode/);
    });

    test('reject values that are not runs, with a remedy', async ({ actors }) => {
        const { id } = await actors.client.actor('obedient').call({});

        await expect(actors.run(id)).toHaveSucceeded();
        expect(await failureOf(expect(await actors.client.run(id).get()).toHaveSucceeded())).toContain(
            'engine.run(id)',
        );
        expect(await failureOf(expect(actors.call('obedient', {})).toHaveSucceeded())).toContain('await that first');
        expect(await failureOf(expect(null).not.toHaveSucceeded())).toContain('requires a run');
    });
});

describe('toHavePushed', () => {
    const LAMPS = [
        { title: 'Lamp', price: 3, tags: ['new', 'red'] },
        { title: 'Old lamp', price: 1, tags: [] },
    ];

    test('accepts a count, exact items, fields of one item, or no argument', async ({ actors }) => {
        const run = await actors.call('obedient', { push: LAMPS });
        const empty = await actors.call('obedient', {});

        await expect(run).toHavePushed();
        await expect(run).toHavePushed(2);
        await expect(run).toHavePushed(LAMPS);
        await expect(run).toHavePushed([expect.objectContaining({ price: 3 }), expect.anything()]);
        await expect(run).toHavePushed({ title: 'Old lamp' });
        await expect(run).toHavePushed({ title: expect.stringMatching(/^L/) });
        await expect(run).toHavePushed(expect.arrayContaining([LAMPS[1]]));
        await expect(run).toHavePushed(expect.objectContaining({ price: 1 }));
        await expect(run).not.toHavePushed(3);
        await expect(run).not.toHavePushed([LAMPS[1], LAMPS[0]]);
        await expect(run).not.toHavePushed({ title: 'Lamp', price: 1 });
        await expect(empty).not.toHavePushed();
        await expect(empty).toHavePushed(0);
        await expect(empty).toHavePushed([]);
    });

    test('reports the actual items', async ({ actors }) => {
        const run = await actors.call('obedient', { push: LAMPS });

        expect(await failureOf(expect(run).toHavePushed(1))).toContain('to have pushed 1 item, but it pushed 2 items.');
        expect(await failureOf(expect(run).toHavePushed([LAMPS[0], { ...LAMPS[1], price: 2 }]))).toMatch(
            /but they differ\.[^]*"price": 2[^]*"price": 1/,
        );
        expect(await failureOf(expect(run).toHavePushed({ title: 'Chair' }))).toContain('none of its 2 items matches');
        expect(await failureOf(expect(run).toHavePushed('Lamp' as never))).toContain(
            'must be a number, an array of items',
        );
    });

    test('accepts a schema that all items must match, and fails without items', async ({ actors }) => {
        const priced = schemaOf((item) =>
            typeof item['price'] === 'number' ? [] : [{ message: 'no number', path: ['price'] }],
        );
        const good = await actors.call('obedient', { push: LAMPS });
        const bad = await actors.call('obedient', { push: [...LAMPS, { title: 'Free' }] });
        const empty = await actors.call('obedient', {});

        await expect(good).toHavePushed(priced);
        expect(await failureOf(expect(bad).toHavePushed(priced))).toMatch(
            /1 of its 3 items does not match\.\n\n {2}item 2: price: no number/,
        );
        expect(await failureOf(expect(empty).toHavePushed(priced))).toContain('it pushed none');
    });
});

describe('matchers of records', () => {
    test('check the output', async ({ actors }) => {
        const run = await actors.call('obedient', { output: { count: 3 } });
        const silent = await actors.call('obedient', { values: { STATE: 1 } });

        await expect(run).toHaveOutput();
        await expect(run).toHaveOutput({ count: 3 });
        await expect(run).toHaveOutput({ count: expect.any(Number) });
        await expect(run).not.toHaveOutput({});
        await expect(silent).not.toHaveOutput();
        expect(await failureOf(expect(run).toHaveOutput({ count: 4 }))).toMatch(
            /it is Object \{ "count": 3 \}\.\n[^]*"count": 4/,
        );
        expect(await failureOf(expect(silent).toHaveOutput(1))).toContain('the store has only INPUT, STATE');
    });

    test('check a record of any type', async ({ actors }) => {
        const run = await actors.call('obedient', { values: { STATE: { page: 2 }, note: 'text', none: false } });

        await expect(run).toHaveValue('STATE', { page: 2 });
        await expect(run).toHaveValue('note', 'text');
        await expect(run).toHaveValue('none', false);
        await expect(run).toHaveValue('INPUT');
        await expect(run).not.toHaveValue('state');
        await expect(run).not.toHaveValue('STATE', undefined);
        expect(await failureOf(expect(run).toHaveValue(7 as never))).toContain('must be the key of a record');
    });
});

describe('matchers of logs, charges and calls', () => {
    test('check the log', async ({ actors }) => {
        const run = await actors.call('obedient', { log: ['page 1', 'page 2'] });

        await expect(run).toHaveLogged('page 2');
        await expect(run).toHaveLogged(/page [1-2]$/gm);
        await expect(run).toHaveLogged(/page [1-2]$/gm);
        await expect(run).not.toHaveLogged('page 3');
        expect(await failureOf(expect(run).toHaveLogged('page 3'))).toMatch(/to have logged "page 3"[^]*page 2/);
        expect(await failureOf(expect(run).toHaveLogged(undefined as never))).toContain('must be a string');
    });

    test('check the charges', async ({ actors }) => {
        const run = await actors.call('obedient', { charge: ['page', 'page'] });

        await expect(run).toHaveCharged('page');
        await expect(run).toHaveCharged('page', 2);
        await expect(run).toHaveCharged({ page: 2, image: 0 });
        await expect(run).not.toHaveCharged('image');
        await expect(run).not.toHaveCharged({ page: 2, image: 1 });
        expect(await failureOf(expect(run).toHaveCharged('page', 1))).toContain(
            'to have been charged for page once, but it was charged 2 times.',
        );
        expect(await failureOf(expect(run).toHaveCharged('pages'))).toContain('has no such event, only page');
        expect(await failureOf(expect(run).not.toHaveCharged('page'))).toContain('for page, but it was.');
        expect(await failureOf(expect(run).toHaveCharged('page', -1))).toContain('must be a whole number');
    });

    test('check the Actors that a run has called', async ({ actors }) => {
        await actors.addActor({ name: 'helper', source: 'export default ({ input }) => input' });
        const run = await actors.call('obedient', {
            call: [
                { actor: 'helper', input: { n: 1 } },
                { actor: 'helper', input: { n: 2 } },
            ],
        });
        await actors.call('helper', { n: 3 });

        await expect(run).toHaveCalledActor('helper');
        await expect(run).toHaveCalledActor('local/helper', { n: 2 });
        await expect(run).not.toHaveCalledActor('obedient');
        await expect(run).not.toHaveCalledActor('helper', { n: 3 });
        expect(await failureOf(expect(run).toHaveCalledActor('helper', { n: 3 }))).toContain(
            'it was called with Object { "n": 1 }, Object { "n": 2 }.',
        );
        expect(await failureOf(expect(run).toHaveCalledActor('other'))).toContain('it called only local/helper');
        const started = await run.startedRuns();
        expect(await Promise.all(started.map((one) => one.output()))).toEqual([{ n: 1 }, { n: 2 }]);
        expect(await started[0]!.actor()).toMatchObject({ name: 'helper' });
    });

    test('report a deleted run as far as possible', async ({ actors }) => {
        const run = await actors.call('obedient', { push: [{}] });
        await actors.client.run(run.id).delete();

        expect(await failureOf(expect(run).toHavePushed(1))).toContain(run.id);
    });
});

/** Creates a schema as a schema library does. */
function schemaOf(check: (item: Record<string, unknown>) => { message: string; path: string[] }[]): object {
    const validate = (value: unknown): object => {
        const issues = check(value as Record<string, unknown>);
        return issues.length === 0 ? { value } : { issues };
    };
    return { '~standard': { version: 1, vendor: 'test', validate } };
}
