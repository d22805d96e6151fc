import { describe, expect, it } from 'vitest';
import { createEngine, isEngineError, type StartOptions } from 'greenroom';
import { addSource, makeEngine } from '../../support/make-engine.js';

const NOTHING = 'export default () => {};';

describe('a start with bad arguments', () => {
    it.each<[string, unknown, object, string, RegExp]>([
        ['under-tests', {}, {}, 'actor-not-found', /Did you mean `.*under-test`\?/],
        ['under-test', {}, { build: 'lates' }, 'unknown-build-tag', /Did you mean `latest`\?/],
        ['under-test', {}, { build: '9.9.9' }, 'unknown-build-tag', /0\.0\.1/],
        ['under-test', {}, { memmory: 512 }, 'unknown-option', /Did you mean `memory`\?/],
        ['under-test', {}, { memory: 1000 }, 'invalid-value', /power of two.*1024 is the nearest/],
        ['under-test', {}, { memory: 64 }, 'invalid-value', /128/],
        ['under-test', {}, { memory: '512' }, 'invalid-value', /'512'/],
        ['under-test', {}, { timeout: -1 }, 'invalid-value', /is -1, but must be a number, 0 or more/],
        ['under-test', {}, { timeout: Number.NaN }, 'invalid-value', /NaN/],
        ['under-test', {}, { maxItems: 0 }, 'max-items-must-be-greater-than-zero', /`options.maxItems` is 0/],
        ['under-test', {}, { maxItems: 1.5 }, 'invalid-value', /maxItems.*a whole number/],
        ['under-test', {}, { maxItems: '3' }, 'invalid-value', /maxItems/],
        ['under-test', {}, { maxTotalChargeUsd: 0 }, 'max-total-charge-usd-must-be-greater-than-zero', /is 0, but/],
        ['under-test', {}, { maxTotalChargeUsd: -1 }, 'max-total-charge-usd-must-be-greater-than-zero', /is -1, but/],
        ['under-test', {}, { maxTotalChargeUsd: Infinity }, 'invalid-value', /maxTotalChargeUsd/],
        ['under-test', {}, { maxTotalChargeUsd: '1' }, 'invalid-value', /maxTotalChargeUsd/],
        ['under-test', {}, { env: { A: 1 } }, 'invalid-value', /options\.env\.A/],
        ['under-test', {}, { env: { '1A': 'x' } }, 'invalid-value', /^A name in `options\.env` is '1A'/],
        [undefined as never, {}, {}, 'invalid-value', /^`actor` is undefined/],
        ['under-test', {}, { webhooks: [{}] }, 'invalid-value', /webhooks\[0\]\.eventTypes/],
        ['under-test', {}, { webhooks: {} }, 'invalid-value', /webhooks.*an array/],
        ['under-test', { big: 10n }, {}, 'invalid-input', /`input\.big` is a bigint/],
        ['./under-test', {}, {}, 'actor-not-found', /is a path.*Add it first with `engine\.addActor\(\)`/],
        ['test/run', {}, {}, 'actor-not-found', /which is a path\. Add it first with `engine\.addActor\(\)`/],
        ['other', {}, {}, 'actor-not-found', /add the stand-in `\{ name, run \}`/],
        ['under-test', () => {}, {}, 'invalid-input', /function/],
        ['under-test', '{ not json', { contentType: 'application/json' }, 'invalid-input', /JSON/],
    ])('%s, %o, %o: %s', async (actor, input, options, code, message) => {
        const engine = await makeEngine();
        await addSource(engine, NOTHING);

        const error: unknown = await engine
            .start(actor, input, options as StartOptions)
            .catch((thrown: unknown) => thrown);

        expect(isEngineError(error) && error.code).toBe(code);
        expect((error as Error).message).toMatch(message);
        expect((await engine.client.runs().list()).total).toBe(0);
        expect((await engine.client.datasets().list({ unnamed: true })).total).toBe(0);
        expect((await engine.client.keyValueStores().list({ unnamed: true })).total).toBe(0);
    });

    it('tells only the embedder which names are paths', async () => {
        const { client } = await makeEngine();

        await expect(client.actor('test/run').start()).rejects.toThrow(
            'No Actor has the id or name `test/run`. No Actor',
        );
    });

    it('may have an undefined network handler and undefined setup files', async () => {
        const engine = await makeEngine();
        await addSource(engine, NOTHING);

        const run = await engine.call('under-test', {}, { network: undefined, setupFiles: undefined });

        expect(run.status).toBe('SUCCEEDED');
    });

    it('refuses circular input', async () => {
        const engine = await makeEngine();
        await addSource(engine, NOTHING);
        const circular: Record<string, unknown> = {};
        circular['self'] = circular;

        await expect(engine.start('under-test', circular)).rejects.toMatchObject({ code: 'invalid-input' });
    });
});

describe('an engine with bad options', () => {
    it.each<[object, string, RegExp]>([
        [{ storagedir: 'x' }, 'unknown-option', /Did you mean `storageDir`\?/],
        [{ isolation: 'tread' }, 'invalid-value', /Did you mean `thread`\?/],
        [{ maxConcurrentRuns: 0 }, 'invalid-value', /maxConcurrentRuns/],
        [{ abortGraceSecs: -1 }, 'invalid-value', /abortGraceSecs/],
        [{ username: 'A B' }, 'invalid-value', /username/],
        [{ network: 'blok' }, 'invalid-value', /Did you mean `block`\?/],
        [{ network: {} as never }, 'invalid-value', /network/],
        [{ setupFiles: './setup.js' as never }, 'invalid-value', /setupFiles.*an array/],
        [{ setupFiles: ['./no-such-setup.js'] }, 'invalid-value', /setupFiles\[0\].*no-such-setup\.js does not exist/],
        [{ setupFiles: ['https://example.com/setup.js'] }, 'invalid-value', /setupFiles\[0\].*path or `file:` URL/],
        [{ importModule: './main.js' }, 'invalid-value', /importModule.*a function/],
        [{ setupFiles: [], isolation: 'inline' }, 'invalid-value', /setupFiles.*inline/],
        [{ proxy: 'proxy.example:8000' }, 'invalid-value', /proxy/],
        [{ users: [] }, 'invalid-value', /`options\.users` is an empty array/],
        [{ clock: { now: Date.now } }, 'invalid-value', /clock.*a clock/],
        [{ logger: { info() {} } }, 'invalid-value', /logger.*methods debug, info, warn and error/],
        [{ workerUrl: 'worker.js' }, 'invalid-value', /workerUrl.*a URL/],
        [{ coverage: {} }, 'invalid-value', /`options\.coverage\.dir` is undefined/],
    ])('is not created: %o', async (options, code, message) => {
        const error: unknown = await createEngine(options).catch((thrown: unknown) => thrown);

        expect(isEngineError(error) && error.code).toBe(code);
        expect((error as Error).message).toMatch(message);
    });
});

describe('an Actor that cannot run', () => {
    it.each<[string, unknown, RegExp]>([
        ['a path that does not exist', './no/such/actor', /no\/such\/actor/],
        ['a folder without an entry', 'test/fixtures/actors/no-entry', /no-entry/],
        ['nothing', {}, /source/],
        ['a number', 42, /is 42, but must be a path/],
        ['null', null, /is null, but must be a path/],
        ['a path out of its folder', { name: 'abc', sourceFiles: [{ name: '../x.js', content: '' }] }, /\.\.\/x\.js/],
        ['a bad name', { name: '../up', source: NOTHING }, /\.\.\/up/],
    ])('is refused: %s', async (_title, source, message) => {
        const engine = await makeEngine();

        const error: unknown = await engine.addActor(source as string).catch((thrown: unknown) => thrown);

        expect(isEngineError(error)).toBe(true);
        expect((error as Error).message).toMatch(message);
        expect((await engine.client.actors().list()).total).toBe(0);
    });
});

describe('code that cannot be loaded', () => {
    it.each<[string, string, RegExp]>([
        ['a syntax error', 'export default () => {\n  const = 1;\n};', /main\.\w+:2.*SyntaxError/],
        ['a missing dependency', `import 'left-pad-of-dreams';`, /main\.mjs: .*npm install left-pad-of-dreams/],
        ['a missing file', `import './helper.js';`, /helper\.js.*Check the path/],
        ['a missing CommonJS dependency', `require('left-pad-of-dreams');`, /npm install left-pad-of-dreams/],
        ['an export that does not exist', `import { nothing } from 'node:fs';`, /nothing/],
    ])('fails the run with the location: %s', async (_title, source, message) => {
        const engine = await makeEngine();
        await addSource(engine, source);

        const run = await engine.call('under-test');

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toMatch(message);
        expect(await run.log.text()).toMatch(/Error/);
    });
});

describe('storages that receive invalid values from the host', () => {
    it.each<[string, (engine: Awaited<ReturnType<typeof makeEngine>>) => Promise<unknown>, string]>([
        [
            'a key with a slash',
            (e) => e.client.keyValueStore('s').setRecord({ key: 'a/b', value: 1 }),
            'invalid-record-key',
        ],
        [
            'a key that climbs',
            (e) => e.client.keyValueStore('s').setRecord({ key: '../a', value: 1 }),
            'invalid-record-key',
        ],
        ['a name of 64 characters', (e) => e.client.datasets().getOrCreate('n'.repeat(64)), 'invalid-value'],
        [
            'an item of 10 MB',
            (e) => e.client.dataset('d').pushItems({ big: 'x'.repeat(10_000_000) }),
            'request-too-large',
        ],
        ['an item that is not an object', (e) => e.client.dataset('d').pushItems(1 as never), 'invalid-value'],
    ])('refuse %s', async (_title, act, code) => {
        const engine = await makeEngine();
        await engine.client.keyValueStores().getOrCreate('s');
        await engine.client.datasets().getOrCreate('d');

        await expect(act(engine)).rejects.toMatchObject({ code });

        expect((await engine.client.dataset('d').listItems()).items).toEqual([]);
        expect((await engine.client.keyValueStore('s').listKeys()).items).toEqual([]);
    });
});

describe('storages that receive invalid values from an Actor', () => {
    it.each<[string, string, string]>([
        ['a key with a slash', `Actor.setValue('a/b', 1)`, 'invalid-record-key'],
        ['a circular item', `(() => { const a = {}; a.a = a; return Actor.pushData(a); })()`, 'invalid-value'],
        ['an item of 10 MB', `Actor.pushData({ big: 'x'.repeat(10_000_000) })`, 'request-too-large'],
    ])('refuse %s, and the Actor can catch it', async (_title, call, code) => {
        const engine = await makeEngine();
        await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const error = await ${call}.catch((thrown) => thrown);
            await Actor.setValue('OUTPUT', { code: error.code, isError: error instanceof Error });
            await Actor.exit();`,
        );

        const run = await engine.call('under-test');

        expect(await run.output()).toEqual({ code, isError: true });
        expect(await run.items()).toEqual([]);
    });
});
