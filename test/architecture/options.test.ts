import { createEngine, isEngineError, type Engine, type RunHandle } from 'greenroom';
import { createFaults, until, withEngine } from 'greenroom/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveListenOptions } from '../../src/engine/options/listen-options.js';
import { resolveEngineOptions } from '../../src/engine/options/options.js';
import { ERROR_CATALOGUE } from '../../src/errors/catalogue.js';
import { ROOT } from '../support/docs/source-files.js';

/*
 * The names and defaults of all options, and the error codes. After an intended change, update the snapshots with `vitest -u` and
 * describe the difference in the changelog.
 */

const UNKNOWN = { 'no-such-option': true } as never;
const SOURCE = 'export default () => ({ ok: true });';

let engine: Engine;
let run: RunHandle;
beforeAll(async () => {
    engine = await createEngine({ prewarm: 0, isolation: 'inline' });
    await engine.addActor({ name: 'some-actor', source: SOURCE });
    run = await engine.call('some-actor');
});
afterAll(() => engine.close({ force: true }));

/** Returns the options of a call, from the error that it throws for an unknown one. */
async function findOptionNames(call: () => unknown): Promise<string[]> {
    try {
        await call();
    } catch (error) {
        if (!isEngineError(error) || error.code !== 'unknown-option') throw error;
        return /Known options: (.*)\.$/.exec(error.message)![1]!.split(', ').toSorted();
    }
    throw new Error(`Accepts unknown options: ${String(call)}`);
}

/** Calls with an unknown option, by their name in the documentation. */
const CALLS: Record<string, () => unknown> = {
    'createEngine(options)': () => createEngine(UNKNOWN),
    'createEngine({ users: [user] })': () => createEngine({ users: [{ username: 'alice', ...Object(UNKNOWN) }] }),
    'createEngine({ coverage })': () => createEngine({ coverage: { dir: 'coverage', ...Object(UNKNOWN) } }),
    'createEngine({ debug })': () => createEngine({ debug: UNKNOWN }),
    'engine.addActor(source, options)': () => engine.addActor({ name: 'other', source: SOURCE }, UNKNOWN),
    'engine.start(actor, input, options)': () => engine.start('some-actor', {}, UNKNOWN),
    'engine.call(actor, input, options)': () => engine.call('some-actor', {}, UNKNOWN),
    'engine.listen(options)': () => engine.listen(UNKNOWN),
    'engine.close(options)': () => engine.close(UNKNOWN),
    'engine.storages.seed(seed)': () => engine.storages.seed(UNKNOWN),
    'engine.storages.exportTo(directory, options)': () => engine.storages.exportTo('directory', UNKNOWN),
    'engine.storages.importFrom(directory, options)': () => engine.storages.importFrom('directory', UNKNOWN),
    'handle.metamorph(actor, input, options)': () => run.metamorph('some-actor', {}, UNKNOWN),
    'handle.resurrect(options)': () => run.resurrect(UNKNOWN),
    'handle.abort(options)': () => run.abort(UNKNOWN),
    'createFaults(options)': () => createFaults(UNKNOWN),
    'faults.on(operation, choice, fault)': () => createFaults().on('*', UNKNOWN, { status: 500 }),
    'until(run, milestone, options)': () => until(run, { status: 'SUCCEEDED' }, UNKNOWN),
    'withEngine(options, test)': () => withEngine(UNKNOWN, () => {})(),

    'client.actors().list(options)': () => engine.client.actors().list(UNKNOWN),
    'client.actor(id).start(input, options)': () => engine.client.actor('some-actor').start({}, UNKNOWN),
    'client.actor(id).call(input, options)': () => engine.client.actor('some-actor').call({}, UNKNOWN),
    'client.actor(id).build(version, options)': () => engine.client.actor('some-actor').build('0.0', UNKNOWN),
    'client.actor(id).validateInput(input, options)': () =>
        engine.client.actor('some-actor').validateInput({}, UNKNOWN),
    'client.runs().list(options)': () => engine.client.runs().list(UNKNOWN),
    'client.run(id).get(options)': () => engine.client.run(run.id).get(UNKNOWN),
    'client.run(id).abort(options)': () => engine.client.run(run.id).abort(UNKNOWN),
    'client.run(id).metamorph(actor, input, options)': () =>
        engine.client.run(run.id).metamorph('some-actor', {}, UNKNOWN),
    'client.run(id).resurrect(options)': () => engine.client.run(run.id).resurrect(UNKNOWN),
    'client.run(id).charge(options)': () => engine.client.run(run.id).charge(UNKNOWN),
    'client.run(id).waitForFinish(options)': () => engine.client.run(run.id).waitForFinish(UNKNOWN),
    'client.log(id).get(options)': () => engine.client.log(run.id).get(UNKNOWN),
    'client.builds().list(options)': () => engine.client.builds().list(UNKNOWN),
    'client.datasets().list(options)': () => engine.client.datasets().list(UNKNOWN),
    'client.datasets().getOrCreate(name, options)': () => engine.client.datasets().getOrCreate('some', UNKNOWN),
    'client.dataset(id).listItems(options)': () => run.dataset.listItems(UNKNOWN),
    'client.dataset(id).downloadItems(format, options)': () => run.dataset.downloadItems('json', UNKNOWN),
    'client.keyValueStore(id).listKeys(options)': () => run.keyValueStore.listKeys(UNKNOWN),
    'client.keyValueStore(id).getRecord(key, options)': () => run.keyValueStore.getRecord('OUTPUT', UNKNOWN),
    'client.keyValueStore(id).setRecord(record, options)': () =>
        run.keyValueStore.setRecord({ key: 'KEY', value: 1 }, UNKNOWN),
    'client.requestQueue(id, options)': () => engine.client.requestQueue('some-queue', UNKNOWN),
    'client.requestQueue(id).addRequest(request, options)': () =>
        run.requestQueue.addRequest({ url: 'https://example.com' }, UNKNOWN),
    'client.requestQueue(id).batchAddRequests(requests, options)': () => run.requestQueue.batchAddRequests([], UNKNOWN),
    'client.requestQueue(id).listHead(options)': () => run.requestQueue.listHead(UNKNOWN),
    'client.requestQueue(id).listAndLockHead(options)': () => run.requestQueue.listAndLockHead(UNKNOWN),
    'client.requestQueue(id).listRequests(options)': () => run.requestQueue.listRequests(UNKNOWN),
    'client.schedules().list(options)': () => engine.client.schedules().list(UNKNOWN),
    'client.schedules().create(schedule)': () => engine.client.schedules().create(UNKNOWN),
    'client.tasks().list(options)': () => engine.client.tasks().list(UNKNOWN),
    'client.tasks().create(task)': () => engine.client.tasks().create(UNKNOWN),
    'client.webhooks().list(options)': () => engine.client.webhooks().list(UNKNOWN),
    'client.webhooks().create(webhook)': () => engine.client.webhooks().create(UNKNOWN),
    'client.store().list(options)': () => engine.client.store().list(UNKNOWN),
};

describe('options', () => {
    it('have the documented names', async () => {
        const names = [];
        for (const [name, call] of Object.entries(CALLS)) {
            names.push(`${name}\n    ${(await findOptionNames(call)).join('\n    ')}\n`);
        }

        await expect(names.join('\n')).toMatchFileSnapshot('__snapshots__/options.txt');
    });

    it.each([
        'createEngine(options)',
        'engine.addActor(source, options)',
        'engine.start(actor, input, options)',
        'engine.listen(options)',
    ])('are listed in docs/reference/engine.md: %s', async (name) => {
        const page = readFileSync(join(ROOT, 'docs/reference/engine.md'), 'utf8');

        const names = await findOptionNames(CALLS[name]!);

        expect(names.filter((option) => !page.includes(`\`${option}\``))).toEqual([]);
    });

    it('have the documented defaults', async () => {
        const {
            workerUrl: _w,
            processUrl: _p,
            apifyShimUrl: _s,
            users,
            clock,
            ...engineDefaults
        } = resolveEngineOptions();
        const { client } = engine;
        const actor = (await client.actor('some-actor').get())!;
        const started = await client.actor('some-actor').start();
        const resurrected = await client.run(run.id).resurrect();
        const schedule = await client.schedules().create({ cronExpression: '@daily' });
        const task = await client.tasks().create({ actId: actor.id, name: 'some-task' });
        const webhook = await client.webhooks().create({
            eventTypes: ['ACTOR.RUN.SUCCEEDED'],
            condition: { actorId: actor.id },
            requestUrl: 'https://example.com',
        });

        const defaults = {
            'createEngine()': {
                ...engineDefaults,
                username: users[0].username,
                hasClock: typeof clock.now() === 'number',
            },
            'engine.listen()': resolveListenOptions(),
            'engine.addActor(source)': actor,
            'client.actor(id).start()': started,
            'client.run(id).resurrect()': resurrected,
            'client.tasks().create({ actId, name })': task,
            'client.schedules().create({ cronExpression })': schedule,
            'client.webhooks().create({ eventTypes, condition, requestUrl })': webhook,
        };
        await expect(formatDefaults(defaults)).toMatchFileSnapshot('__snapshots__/defaults.txt');
    });
});

describe('error codes', () => {
    it('have the documented HTTP status', async () => {
        const codes = Object.entries(ERROR_CATALOGUE).map(([code, { status }]) => `${code} ${status}`);

        await expect(`${codes.toSorted().join('\n')}\n`).toMatchFileSnapshot('__snapshots__/error-codes.txt');
    });
});

const VARIABLE_KEY = /^(id|status|stats|usage\w*|deploymentKey)$|(Id|At|Url)$/;
const ID = /^[A-Za-z0-9]{17}$/;

/** Formats as JSON; values that differ between runs are masked. */
function formatDefaults(defaults: object): string {
    const text = JSON.stringify(defaults, maskVariable, 4);
    return `${text}\n`;
}

function maskVariable(key: string, value: unknown): unknown {
    if (value === Number.POSITIVE_INFINITY) return 'Infinity';
    const isVariable = VARIABLE_KEY.test(key) || (typeof value === 'string' && ID.test(value));
    return isVariable ? `<${typeof value}>` : value;
}
