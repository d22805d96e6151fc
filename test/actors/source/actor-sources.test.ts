import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { connectClient } from '../../api/connect-client.js';
import type { Engine } from 'greenroom';

/*
 * Operations on Actors, versions, environment variables and builds by each kind of client: the engine's own client, the
 * platform's over the API, as in Actors on the real SDK, and an Actor on the built-in one. All must get the same results.
 */

/** One call on the client, as steps: `[['actor', id], ['get']]`. */
type Steps = [method: string, ...args: unknown[]][];
/** Makes a call, and returns the result as JSON, or the type and the code of the error. */
type Caller = (...steps: Steps) => Promise<Record<string, unknown>>;

type Anything = Record<string, (...args: unknown[]) => unknown>;

/** An Actor that makes the call in its input. */
const CALLER = `import { Actor } from 'apify';
    await Actor.init();
    const { steps } = await Actor.getInput();
    const client = Actor.newClient();
    let value = client;
    try {
        for (const [method, ...args] of steps) {
            value = value[method](...args);
            if (method === 'defaultBuild') value = await value;
        }
        value = (await value) ?? null;
    } catch (error) {
        value = { error: error.code };
    }
    await Actor.setValue('OUTPUT', { value });
    await Actor.exit();`;

function callIn(client: unknown): Caller {
    return async (...steps) => {
        let target = client;
        try {
            for (const [method, ...args] of steps) {
                target = (target as Anything)[method]!(...args);
                if (method === 'defaultBuild') target = await target;
            }
            return asJson(await target);
        } catch (error) {
            const { type, code } = error as { type?: string; code?: string };
            return { error: type ?? code };
        }
    };
}

function callByActor(engine: Engine, name: string): Caller {
    return async (...steps) => {
        const run = await engine.call(name, { steps });
        const output = await run.output<{ value: Record<string, unknown> }>();
        if (output === undefined) throw new Error(await run.log.text());
        return output.value;
    };
}

function asJson(value: unknown): Record<string, unknown> {
    return JSON.parse(JSON.stringify(value ?? null)) as Record<string, unknown>;
}

const CALLERS: Record<string, (engine: Engine) => Promise<Caller>> = {
    "the engine's client": async (engine) => callIn(engine.client),
    'apify-client over the API': async (engine) => callIn(connectClient(engine.client)),
    'an Actor on the built-in SDK': async (engine) =>
        callByActor(engine, await addSource(engine, CALLER, 'the-caller')),
};

const VERSION = {
    versionNumber: '0.1',
    sourceType: 'SOURCE_FILES',
    buildTag: 'latest',
    sourceFiles: [{ name: 'main.js', format: 'TEXT', content: 'module.exports = () => process.env.GREETING;' }],
};

describe.each(Object.keys(CALLERS))('by %s', (name) => {
    async function prepare(): Promise<{ engine: Engine; call: Caller }> {
        const engine = await makeEngine();
        return { engine, call: await CALLERS[name]!(engine) };
    }

    it('an Actor is created, changed and deleted', async () => {
        const { call } = await prepare();

        const actor = await call(['actors'], ['create', { name: 'new-actor', title: 'New', versions: [VERSION] }]);
        const id = actor['id'] as string;

        expect(actor).toMatchObject({ name: 'new-actor', title: 'New', isPublic: false, taggedBuilds: {} });
        expect(actor['versions']).toEqual([{ ...VERSION, envVars: [] }]);
        expect(await call(['actors'], ['create', { name: 'new-actor' }])).toEqual({ error: 'actor-name-not-unique' });

        const changes = {
            name: 'renamed',
            description: 'Does things',
            seoTitle: 'SEO',
            categories: ['AI'],
            isDeprecated: true,
            defaultRunOptions: { build: 'beta', memoryMbytes: 256 },
            actorStandby: { isEnabled: true, idleTimeoutSecs: 5 },
            actorPermissionLevel: 'LIMITED_PERMISSIONS',
        };
        expect(await call(['actor', id], ['update', changes])).toMatchObject({
            ...changes,
            title: 'New',
            defaultRunOptions: { build: 'beta', memoryMbytes: 256, timeoutSecs: 0 },
        });
        expect(await call(['actor', 'local/renamed'], ['get'])).toMatchObject({ id });
        expect(await call(['actor', id], ['update', { description: null }])).not.toHaveProperty('description');
        await call(['actor', id], ['delete']);
        expect(await call(['actor', id], ['get'])).toBeNull();
    });

    it('versions are listed, created, changed and deleted', async () => {
        const { call } = await prepare();
        await call(['actors'], ['create', { name: 'new-actor' }]);
        const actor: Steps[number] = ['actor', 'local/new-actor'];

        expect(await call(actor, ['versions'], ['create', VERSION])).toEqual({ ...VERSION, envVars: [] });
        expect(await call(actor, ['versions'], ['create', VERSION])).toEqual({ error: 'version-already-exists' });
        const git = {
            versionNumber: '0.2',
            sourceType: 'GIT_REPO',
            gitRepoUrl: 'https://git.invalid/a',
            buildTag: 'beta',
        };
        expect(await call(actor, ['versions'], ['create', git])).toMatchObject(git);
        expect(await call(actor, ['versions'], ['list'])).toMatchObject({ total: 2, items: [VERSION, git] });
        expect(await call(actor, ['version', '0.1'], ['update', { buildTag: 'stable' }])).toMatchObject({
            buildTag: 'stable',
            sourceFiles: VERSION.sourceFiles,
        });
        await call(actor, ['version', '0.2'], ['delete']);
        expect(await call(actor, ['version', '0.2'], ['get'])).toBeNull();
        expect(await call(actor, ['version', '0.2'], ['update', {}])).toEqual({ error: 'record-not-found' });
    });

    it('environment variables are listed, created, changed and deleted, without showing secrets', async () => {
        const { call } = await prepare();
        await call(['actors'], ['create', { name: 'new-actor', versions: [VERSION] }]);
        const version: Steps = [
            ['actor', 'local/new-actor'],
            ['version', '0.1'],
        ];
        const [plain, secret] = [
            { name: 'PLAIN', value: 'one', isSecret: false },
            { name: 'SECRET', isSecret: true },
        ];

        expect(await call(...version, ['envVars'], ['create', plain])).toEqual(plain);
        expect(await call(...version, ['envVars'], ['create', { ...secret, value: 'hidden' }])).toEqual(secret);
        expect(await call(...version, ['envVars'], ['create', plain])).toEqual({ error: 'env-var-already-exists' });
        expect(await call(...version, ['envVars'], ['list'])).toMatchObject({ total: 2, items: [plain, secret] });
        expect(await call(...version, ['envVar', 'PLAIN'], ['update', { value: 'two' }])).toEqual({
            ...plain,
            value: 'two',
        });
        expect(await call(...version, ['envVar', 'PLAIN'], ['update', { name: 'OTHER' }])).toEqual({
            error: 'cannot-rename-env-var',
        });
        expect(await call(...version, ['envVar', 'SECRET'], ['get'])).toEqual(secret);
        expect(await call(...version, ['envVar', 'SECRET'], ['update', { isSecret: false }])).toEqual({
            error: 'invalid-value',
        });
        await call(...version, ['envVar', 'PLAIN'], ['delete']);
        expect(await call(...version, ['get'])).toMatchObject({ envVars: [secret] });
        expect(await call(...version, ['envVar', 'PLAIN'], ['get'])).toBeNull();
    });

    it('versions are built, and their builds are run, listed and deleted', async () => {
        const { engine, call } = await prepare();
        await call(['actors'], ['create', { name: 'new-actor', versions: [VERSION] }]);
        const actor: Steps[number] = ['actor', 'local/new-actor'];
        expect(await call(actor, ['defaultBuild'], ['get'])).toEqual({ error: 'record-not-found' });

        const first = await call(actor, ['build', '0.1', { waitForFinish: 60 }]);
        const second = await call(actor, ['build', '0.1', { tag: 'beta' }]);
        const [firstId, secondId] = [first['id'] as string, second['id'] as string];

        expect(first).toMatchObject({ buildNumber: '0.1.1', buildNumberInt: 100_001, status: 'SUCCEEDED' });
        expect(first['actVersion']).toMatchObject({ versionNumber: '0.1', sourceFiles: VERSION.sourceFiles });
        expect(await call(['build', secondId], ['waitForFinish'])).toMatchObject({ status: 'SUCCEEDED' });
        expect(await call(['build', secondId], ['get'])).toMatchObject({ buildNumber: '0.1.2' });
        expect(await call(actor, ['defaultBuild'], ['get'])).toMatchObject({ id: firstId });
        expect(await call(actor, ['get'])).toMatchObject({
            taggedBuilds: { latest: { buildId: firstId }, beta: { buildId: secondId, buildNumber: '0.1.2' } },
        });
        const { total, items } = await call(actor, ['builds'], ['list', { desc: true }]);
        expect([total, (items as { id: string }[]).map(({ id }) => id)]).toEqual([2, [secondId, firstId]]);
        expect(await call(['builds'], ['list', { limit: 1 }])).toMatchObject({ limit: 1, count: 1 });
        expect(await call(['build', firstId], ['abort'])).toMatchObject({ status: 'SUCCEEDED' });
        expect(String(await call(['build', firstId], ['log'], ['get']))).toContain('Build 0.1.1 succeeded');
        expect(await call(['build', firstId], ['getOpenApiDefinition'])).toMatchObject({
            info: { title: 'new-actor', version: '0.1', 'x-build-id': firstId },
        });
        const run = await engine.call('new-actor', {}, { build: 'beta' });
        expect((await run.info()).buildNumber).toBe('0.1.2');

        expect(await call(['build', firstId], ['delete'])).toEqual({ error: 'deleting-default-build' });
        await call(['build', secondId], ['delete']);
        expect(await call(['build', secondId], ['get'])).toBeNull();
        expect(((await call(actor, ['get']))['taggedBuilds'] as object | undefined) ?? {}).not.toHaveProperty('beta');
        expect(await call(actor, ['build', '0.1', { waitForFinish: 60 }])).toMatchObject({ buildNumber: '0.1.3' });
    });

    it('what does not exist cannot be built', async () => {
        const { call } = await prepare();
        await call(['actors'], ['create', { name: 'new-actor' }]);

        expect(await call(['actor', 'local/new-actor'], ['build', '0.1'])).toEqual({ error: 'record-not-found' });
        expect(await call(['build', 'nothing'], ['get'])).toBeNull();
        expect(await call(['build', 'nothing'], ['abort'])).toEqual({ error: 'record-not-found' });
    });
});
