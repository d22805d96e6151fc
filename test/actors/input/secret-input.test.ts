import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApifyClient } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { addSchemaActor, inputSchema } from '../../support/actors/schema-actor.js';
import { addSdkActor, sdkActor } from '../../support/actors/sdk-actor.js';
import { tempDir } from '../../support/files/temp-dir.js';
import type { Engine, RunHandle } from 'greenroom';

const SCHEMA = inputSchema({
    password: { type: 'string', editor: 'textfield', isSecret: true },
    login: { type: 'object', editor: 'json', isSecret: true },
    tokens: { type: 'array', editor: 'json', isSecret: true },
    open: { type: 'string', editor: 'textfield', default: 'plain' },
});
const INPUT = {
    password: 'correct horse battery staple',
    login: { user: 'somebody', pass: 'hush-hush-hush' },
    tokens: ['first-secret-token', 'short'],
};
const OPENED = { ...INPUT, open: 'plain' };
const PLAIN = /correct horse|hush-hush|somebody|first-secret/;

/** Stores its input where only the test reads it, and logs it in several ways. */
const TELLS = `import { Actor } from 'apify';
    await Actor.init();
    const input = await Actor.getInput();
    console.log(JSON.stringify(input));
    console.log(input, 'it is ' + input.password + ', and short');
    console.error(input.login.pass);
    await Actor.pushData({ input, stored: await Actor.getValue('INPUT') });
    if (await Actor.getValue('fail')) throw new Error('bad: ' + input.password);
    await Actor.exit();`;

async function expectToBeSecret(run: RunHandle): Promise<void> {
    const [item] = await run.items();
    expect(item?.['input']).toEqual(OPENED);
    const { value } = (await run.keyValueStore.getRecord('INPUT'))!;
    expect(value).toEqual({
        password: expect.stringMatching(/^ENCRYPTED_VALUE:/),
        login: expect.stringMatching(/^ENCRYPTED_JSON:/),
        tokens: expect.stringMatching(/^ENCRYPTED_JSON:/),
        open: 'plain',
    });
    expect(item?.['stored']).toEqual(value);
    const log = await run.log.text();
    expect(log).toContain('it is ***, and ***');
    expect(log).not.toMatch(PLAIN);
}

async function textsBelow(directory: string, except: RegExp): Promise<string> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = files.filter((file) => !except.test(file)).map((file) => readFile(file, 'utf8'));
    return (await Promise.all(texts)).join('\n');
}

async function lines(engine: Engine): Promise<string[]> {
    const all: string[] = [];
    engine.on('run.log', ({ line }) => void all.push(line));
    return all;
}

describe('a secret field of an input', () => {
    it('is decrypted only for the Actor, with the built-in SDK', async () => {
        const engine = await makeEngine();
        const told = await lines(engine);
        const name = await addSchemaActor(engine, { input: SCHEMA, main: TELLS });

        const run = await engine.call(name, INPUT);

        expect(run.status).toBe('SUCCEEDED');
        await expectToBeSecret(run);
        expect(told.join('\n')).not.toMatch(PLAIN);
    });

    it('is decrypted only for the Actor, with the SDK of the platform', async () => {
        const engine = await makeEngine();
        const name = await addSdkActor(engine, {
            'main.js': TELLS,
            '.actor/actor.json': JSON.stringify({ actorSpecification: 1, name: 'x1y', version: '0.0', input: SCHEMA }),
        });

        const run = await engine.call(name, INPUT);

        expect(run.status).toBe('SUCCEEDED');
        await expectToBeSecret(run);
    });

    it('is decrypted for a function', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });

        const run = await engine.call(name, INPUT);

        expect(await run.output()).toEqual({ input: OPENED });
    });

    it('is in no file of the storage directory, and in no log', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        const name = await addSchemaActor(engine, { input: SCHEMA, main: TELLS });

        const run = await engine.call(name, INPUT);
        await engine.close();

        // The Actor itself pushed it to its dataset.
        const texts = await textsBelow(storageDir, /datasets/);
        expect(run.status).toBe('SUCCEEDED');
        expect(texts).toContain('ENCRYPTED_VALUE:');
        expect(texts).not.toMatch(PLAIN);
    });

    it('can be read by a resurrected run, in another engine on the same directory', async () => {
        const storageDir = await tempDir();
        const first = await makeEngine({ storageDir });
        const name = await addSchemaActor(first, { input: SCHEMA, main: TELLS });
        const { id } = await first.call(name, INPUT);
        await first.close();
        const engine = await makeEngine({ storageDir });
        const run = engine.client.run(id);

        await run.resurrect();
        const { status } = await run.waitForFinish();

        const { items } = await run.dataset().listItems();
        expect(status).toBe('SUCCEEDED');
        expect(items.map(({ input }) => input)).toEqual([OPENED, OPENED]);
        expect(await engine.client.log(id).get()).not.toMatch(PLAIN);
    });

    it('is not in the events of the end of a run', async () => {
        const engine = await makeEngine();
        const main = `import { Actor } from 'apify'; await Actor.init(); throw new Error('bad: ' + (await Actor.getInput()).password);`;
        const name = await addSchemaActor(engine, { input: SCHEMA, main });

        const run = await engine.call(name, INPUT);

        expect(run.status).toBe('FAILED');
        expect(await run.log.text()).toContain('bad: ***');
        expect(await run.log.text()).not.toMatch(PLAIN);
    });

    it('may already be encrypted, as from an Actor that calls itself', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA, main: TELLS });
        const first = await engine.call(name, INPUT);
        const stored = (await first.keyValueStore.getRecord('INPUT'))?.value;

        const run = await engine.call(name, stored);

        expect((await run.items())[0]).toEqual({ input: OPENED, stored });
        expect(await run.log.text()).not.toMatch(PLAIN);
    });

    it('is encrypted for the new Actor after a metamorph', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        await engine.addActor({
            name: 'becomes',
            source: `import { Actor } from 'apify'; await Actor.init(); await Actor.metamorph('${name}', ${JSON.stringify(INPUT)});`,
        });

        const run = await engine.call('becomes');

        expect(await run.output()).toEqual({ input: OPENED });
        expect((await run.keyValueStore.getRecord('INPUT-METAMORPH-1'))?.value).toMatchObject({
            password: expect.stringMatching(/^ENCRYPTED_VALUE:/),
        });
    });

    it('comes with a key only if there is a secret', async () => {
        const engine = await makeEngine();
        const main = `export default () => Object.keys(process.env).filter((name) => name.includes('SECRETS'));`;
        const name = await addSchemaActor(engine, { input: SCHEMA, main });
        await engine.addActor({ name: 'plain', source: main });

        const before = await engine.call(name, { open: 'x' });
        const after = await engine.call(name, INPUT);
        const plain = await engine.call('plain', INPUT);

        expect(await before.output()).toEqual([]);
        expect(await after.output()).toHaveLength(2);
        expect(await plain.output()).toEqual([]);
    });
});

describe('the secrets of several users', () => {
    it('are readable only by their own runs, with the SDK of the platform', { timeout: 60_000 }, async () => {
        const users = [
            { username: 'alice', token: 'alices-token' },
            { username: 'bob', token: 'bobs-token' },
        ] as const;
        const storageDir = await tempDir();
        const engine = await makeEngine({ users, storageDir });
        await engine.addActor(
            await sdkActor({
                'main.js': TELLS,
                '.actor/actor.json': JSON.stringify({
                    actorSpecification: 1,
                    name: 'shared',
                    version: '0.0',
                    input: SCHEMA,
                }),
            }),
            { isPublic: true },
        );
        const { url } = await engine.listen();
        const call = async (token: string, input: object) => {
            const client = new ApifyClient({ baseUrl: url, token });
            const run = await client.actor('alice/shared').call(input, { log: null });
            const [item] = (await client.run(run.id).dataset().listItems()).items;
            return { run, item, stored: item?.['stored'] as object | undefined };
        };

        const hers = await call('alices-token', INPUT);
        const his = await call('bobs-token', { ...INPUT, password: 'another horse' });
        const stolen = await call('bobs-token', hers.stored!);

        expect(hers.item?.['input']).toEqual(OPENED);
        expect(his.item?.['input']).toEqual({ ...OPENED, password: 'another horse' });
        expect(his.stored).toMatchObject({ password: expect.stringMatching(/^ENCRYPTED_VALUE:/) });
        expect(stolen.run.status).toBe('FAILED');
        expect(await textsBelow(storageDir, /datasets/)).not.toMatch(PLAIN);
    });
});
