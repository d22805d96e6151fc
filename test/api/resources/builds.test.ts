import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { errorOf, send, type Answer } from '../send.js';
import type { Client, Engine } from 'greenroom';

const VERSION = {
    versionNumber: '0.1',
    sourceType: 'SOURCE_FILES',
    sourceFiles: [{ name: 'main.js', format: 'TEXT' as const, content: 'module.exports = () => 1;' }],
};

function dataOf({ body }: Answer): Record<string, unknown> {
    return (body as { data: Record<string, unknown> }).data;
}

function withBody(method: string, body: unknown): RequestInit {
    return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** An engine with an Actor `new-actor` that has version 0.1 and no builds. */
async function prepare(): Promise<{ engine: Engine; client: Client }> {
    const engine = await makeEngine();
    await engine.client.actors().create({ name: 'new-actor', versions: [VERSION] });
    return { engine, client: engine.client };
}

describe.each(['/acts', '/actors'])('below %s', (root) => {
    const actor = `${root}/local~new-actor`;

    it('Actors are created', async () => {
        const { client } = await prepare();

        const answer = await send(client, root, withBody('POST', { name: 'another-one', isPublic: false }));

        expect(answer.status).toBe(201);
        expect(dataOf(answer)).toMatchObject({ name: 'another-one', username: 'local', versions: [] });
        const again = await send(client, root, withBody('POST', { name: 'another-one' }));
        expect([again.status, errorOf(again).type]).toEqual([409, 'actor-name-not-unique']);
        const [one, other] = [
            await send(client, root, { method: 'POST' }),
            await send(client, root, { method: 'POST' }),
        ];
        expect([dataOf(one)['name'], dataOf(other)['name']]).toEqual(['my-actor', 'my-actor-1']);
    });

    it('versions and environment variables have all verbs, with POST as an alias of PUT', async () => {
        const { client } = await prepare();
        const version = `${actor}/versions/0.2`;
        const git = { versionNumber: '0.2', sourceType: 'GIT_REPO', gitRepoUrl: 'https://git.invalid' };

        const answers = [
            await send(client, `${actor}/versions`, withBody('POST', git)),
            await send(client, `${actor}/versions`),
            await send(client, version),
            await send(client, version, withBody('PUT', { buildTag: 'one' })),
            await send(client, version, withBody('POST', { buildTag: 'two' })),
            await send(client, `${version}/env-vars`, withBody('POST', { name: 'A', value: '1' })),
            await send(client, `${version}/env-vars`),
            await send(client, `${version}/env-vars/A`, withBody('PUT', { value: '2' })),
            await send(client, `${version}/env-vars/A`, withBody('POST', { name: 'A', value: '3' })),
            await send(client, `${version}/env-vars/A`),
            await send(client, `${version}/env-vars/A`, { method: 'DELETE' }),
            await send(client, `${version}/env-vars/A`),
            await send(client, version, { method: 'DELETE' }),
            await send(client, version, { method: 'DELETE' }),
        ];

        expect(answers.map(({ status }) => status)).toEqual([
            201, 200, 200, 200, 200, 201, 200, 200, 200, 200, 204, 404, 204, 404,
        ]);
        const page = { offset: 0, limit: 1000, desc: false };
        expect(dataOf(answers[1]!)).toMatchObject({ ...page, total: 2, count: 2 });
        expect(dataOf(answers[4]!)).toMatchObject({ ...git, buildTag: 'two' });
        expect(dataOf(answers[6]!)).toEqual({
            ...page,
            total: 1,
            count: 1,
            items: [{ name: 'A', value: '1', isSecret: false }],
        });
        expect(dataOf(answers[9]!)).toEqual({ name: 'A', value: '3', isSecret: false });
        expect(errorOf(answers[11]!).type).toBe('record-not-found');
    });

    it('builds are started, listed and found, also by the deprecated routes', async () => {
        const { client } = await prepare();

        const started = await send(client, `${actor}/builds?version=0.1&tag=beta&useCache=1&waitForFinish=60`, {
            method: 'POST',
        });
        const id = String(dataOf(started)['id']);

        expect(started.status).toBe(201);
        expect(started.headers.get('location')).toBe(`http://engine.invalid/v2/actor-builds/${id}`);
        expect(dataOf(started)).toMatchObject({
            status: 'SUCCEEDED',
            options: { useCache: true, betaPackages: false },
        });
        const { items, ...page } = dataOf(await send(client, `${actor}/builds?desc=1`));
        expect(page).toEqual({ total: 1, offset: 0, limit: 1000, count: 1, desc: true });
        expect(items).toEqual([
            expect.objectContaining({
                id,
                status: 'SUCCEEDED',
                usageTotalUsd: 0,
                buildNumber: '0.1.1',
                buildNumberInt: 100_001,
            }),
        ]);
        expect(dataOf(await send(client, `${actor}/builds/${id}`))).toEqual(dataOf(started));
        expect(dataOf(await send(client, `${actor}/builds/${id}/abort`, { method: 'POST' }))).toEqual(dataOf(started));
        expect((await send(client, `${actor}/builds/default`)).status).toBe(404);
        await client.actor('new-actor').update({ defaultRunOptions: { build: 'beta' } });
        expect(dataOf(await send(client, `${actor}/builds/default?waitForFinish=1`))).toEqual(dataOf(started));
        const openApi = await send(client, `${actor}/builds/default/openapi.json`);
        expect(openApi.body).toMatchObject({ openapi: '3.0.1', info: { 'x-build-id': id } });
        expect(openApi.body).toEqual((await send(client, `/actor-builds/${id}/openapi.json`)).body);
    });

    it('a build needs a version of the Actor', async () => {
        const { client } = await prepare();
        await client.actors().create({ name: 'other-actor', versions: [VERSION] });
        const { id } = await client.actor('other-actor').build('0.1', { waitForFinish: 60 });

        const [without, unknown, ofOther] = [
            await send(client, `${actor}/builds`, { method: 'POST' }),
            await send(client, `${actor}/builds?version=..%2F0.1`, { method: 'POST' }),
            await send(client, `${actor}/builds/${id}`),
        ];

        expect([without.status, unknown.status, ofOther.status]).toEqual([400, 404, 404]);
        expect(errorOf(without).message).toContain('version');
    });
});

describe('below /actor-builds', () => {
    it('builds are listed, found and deleted, with their logs', async () => {
        const { client } = await prepare();
        const builder = client.actor('new-actor');
        const [one, two] = [
            await builder.build('0.1', { waitForFinish: 60 }),
            await builder.build('0.1', { waitForFinish: 60, tag: 'beta' }),
        ];

        const listed = dataOf(await send(client, '/actor-builds?limit=1&offset=1'));
        expect(listed).toMatchObject({ total: 2, count: 1, items: [{ id: two.id, actId: one.actId }] });
        const log = await send(client, `/actor-builds/${one.id}/log`);
        expect(log.body).toContain('Build 0.1.1 succeeded.');
        for (const path of [`/logs/${one.id}`, `/actor-builds/${one.id}/log?stream=1`, `/logs/${one.id}?stream=1`]) {
            expect((await send(client, path)).body).toBe(log.body);
        }
        const kept = await send(client, `/actor-builds/${one.id}`, { method: 'DELETE' });
        expect([kept.status, errorOf(kept).type]).toEqual([400, 'deleting-default-build']);
        const gone = [
            await send(client, `/actor-builds/${two.id}`, { method: 'DELETE' }),
            await send(client, `/actor-builds/${two.id}`),
            await send(client, `/actor-builds/${two.id}/log`),
            await send(client, `/actor-builds/${two.id}/abort`, { method: 'POST' }),
            await send(client, `/actor-builds/${two.id}/openapi.json`),
            await send(client, `/actor-builds/${two.id}`, { method: 'DELETE' }),
        ];
        expect(gone.map(({ status }) => status)).toEqual([204, 404, 404, 404, 404, 404]);
        expect(dataOf(await send(client, '/actors/local~new-actor'))['taggedBuilds']).toHaveProperty('latest');
    });
});

describe('the tags of an Actor', () => {
    it('are patched, and can be any text', async () => {
        const { engine, client } = await prepare();
        const actor = client.actor('local/new-actor');
        const [one, two] = [
            await actor.build('0.1', { waitForFinish: 60 }),
            await actor.build('0.1', { waitForFinish: 60, tag: '__proto__' }),
        ];
        expect(Object.keys((await actor.get())?.taggedBuilds ?? {})).toEqual(['latest', '__proto__']);
        expect((await (await engine.start('new-actor', {}, { build: '__proto__' })).finished()).buildId).toBe(two.id);

        const { taggedBuilds } = await actor.update({
            taggedBuilds: { stable: { buildId: one.id }, latest: { buildId: two.id } },
        });
        expect([taggedBuilds['stable']?.buildId, taggedBuilds['latest']?.buildId]).toEqual([one.id, two.id]);

        const { taggedBuilds: left } = await actor.update({ taggedBuilds: { stable: null } });
        expect(Object.keys(left).toSorted()).toEqual(['__proto__', 'latest']);
        await expect(
            actor.update({ name: 'other', taggedBuilds: { latest: { buildId: 'none' } } }),
        ).rejects.toMatchObject({
            type: 'record-not-found',
        });
        expect(await actor.get()).toMatchObject({ name: 'new-actor' });
    });
});

describe('an Actor that is updated', () => {
    it.each([
        [{ name: '../x' }, 'invalid-value'],
        [{ nmae: 'x' }, 'unknown-option'],
        [{ categories: 'AI' }, 'invalid-value'],
        [{ versions: {} }, 'invalid-value'],
        [{ versions: [{ versionNumber: '0.1' }, { versionNumber: '0.1' }] }, 'version-already-exists'],
        [{ title: 'Changed', versions: [{ versionNumber: 'x' }] }, 'invalid-value'],
        [{ actorStandby: { idleTimeoutSecs: -1 } }, 'invalid-value'],
        [{ exampleRunInput: { body: 1 } }, 'invalid-value'],
        [{ defaultRunOptions: { memoryMbytes: 100 } }, 'invalid-value'],
        [{ taggedBuilds: { latest: {} } }, 'invalid-value'],
        [{ actorPermissionLevel: 'ALL' }, 'invalid-value'],
    ])('with %j is unchanged', async (fields, type) => {
        const { client } = await prepare();
        const before = await client.actor('new-actor').get();

        const answer = await send(client, '/actors/local~new-actor', withBody('PUT', fields));

        expect(errorOf(answer).type).toBe(type);
        expect(await client.actor('new-actor').get()).toEqual(before);
    });

    it('has the given versions, and keeps the secrets of the remaining ones', async () => {
        const { client } = await prepare();
        const actor = client.actor('new-actor');
        await actor.version('0.1').envVars().create({ name: 'SECRET', value: 'hidden', isSecret: true });
        const { versions } = (await actor.get())!;

        await actor.update({ versions: [...versions, { ...VERSION, versionNumber: '0.2' }] });
        expect((await actor.versions().list()).items.map(({ versionNumber }) => versionNumber)).toEqual(['0.1', '0.2']);
        await actor.update({ versions });

        expect((await actor.versions().list()).items).toEqual(versions);
    });
});
