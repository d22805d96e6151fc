import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { addSchemaActor, inputSchema, schemaFiles } from '../../support/actors/schema-actor.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { tempDir } from '../../support/files/temp-dir.js';
import type { Engine } from 'greenroom';

const SCHEMA = inputSchema(
    {
        url: { type: 'string', editor: 'textfield' },
        max: { type: 'integer', default: 10 },
    },
    { required: ['url'] },
);

async function everythingOf(engine: Engine): Promise<number[]> {
    const { client } = engine;
    const lists = [
        client.runs().list(),
        client.datasets().list({ unnamed: true }),
        client.keyValueStores().list({ unnamed: true }),
        client.requestQueues().list({ unnamed: true }),
    ];
    return (await Promise.all(lists)).map(({ total }) => total);
}

describe('an Actor with an input schema', () => {
    it('gets an input with defaults from every kind of start', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });

        const run = await engine.call(name, { url: 'a', other: 1 });
        const called = await engine.client.actor(name).call({ input: { url: 'b', max: 1 } });

        expect(await run.output()).toEqual({ input: { url: 'a', other: 1, max: 10 } });
        expect((await engine.client.run(called.id).keyValueStore().getRecord('OUTPUT'))?.value).toEqual({
            input: { url: 'b', max: 1 },
        });
    });

    it('is not started with an invalid input, and nothing is created', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        const error = {
            code: 'invalid-input',
            message: 'Input is not valid: Field input.url is required, Field input.max must be integer',
            details: {
                fields: [
                    { field: 'url', message: 'Field input.url is required' },
                    { field: 'max', message: 'Field input.max must be integer' },
                ],
            },
        };

        await expect(engine.start(name, { max: 'x' })).rejects.toMatchObject(error);
        await expect(engine.call(name, { max: 'x' })).rejects.toMatchObject(error);
        await expect(engine.client.actor(name).start({ max: 'x' })).rejects.toMatchObject(error);
        await expect(engine.client.actor(name).call({ input: { max: 'x' }, timeout: 5 })).rejects.toMatchObject(error);
        await expect(engine.start(name)).rejects.toMatchObject({ code: 'invalid-input' });

        expect(await everythingOf(engine)).toEqual([0, 0, 0, 0]);
        expect((await engine.client.actor(name).get())?.stats.totalRuns).toBe(0);
    });

    it('gets an input of another type unchanged', async () => {
        const engine = await makeEngine();
        const main = `import { Actor } from 'apify'; export default async () => String(await Actor.getValue('INPUT'));`;
        const name = await addSchemaActor(engine, { input: SCHEMA, main });

        const run = await engine.call(name, 'just text', { contentType: 'text/plain' });

        expect(await run.output()).toBe('just text');
    });

    it('may have a property `input`: a single argument is still the whole input', async () => {
        const engine = await makeEngine();
        const input = inputSchema({ input: { type: 'string', editor: 'textfield' } }, { required: ['input'] });
        const name = await addSchemaActor(engine, { input });

        const run = await engine.client.actor(name).call({ input: 'x' });

        expect((await engine.client.run(run.id).keyValueStore().getRecord('INPUT'))?.value).toEqual({ input: 'x' });
    });

    it('validates by the build of the run', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        await addSchemaActor(engine, { input: inputSchema({ url: { type: 'array', editor: 'stringList' } }) });

        await expect(engine.start(name, { url: 'a' })).rejects.toMatchObject({ code: 'invalid-input' });
        const run = await engine.call(name, { url: 'a' }, { build: '0.0.1' });
        expect(await run.output()).toEqual({ input: { url: 'a', max: 10 } });
        await expect(engine.client.actor(name).validateInput({ url: 'a' }, { build: '0.0.1' })).resolves.toBe(true);
        await expect(engine.client.actor(name).validateInput({ url: 'a' })).rejects.toThrow('input.url must be array');
    });

    it('validates by it after the engine was opened again', async () => {
        const storageDir = await tempDir();
        const first = await makeEngine({ storageDir });
        const name = await addSchemaActor(first, { input: SCHEMA });
        await first.close();

        const engine = await makeEngine({ storageDir });

        await expect(engine.start(name, {})).rejects.toMatchObject({ code: 'invalid-input' });
        expect(await (await engine.call(name, { url: 'a' })).output()).toEqual({ input: { url: 'a', max: 10 } });
    });

    it('is not registered if its schema is invalid', async () => {
        const engine = await makeEngine();
        const sourceFiles = schemaFiles({ input: { title: 'x' } });

        await expect(engine.addActor({ name: 'schema-actor', sourceFiles })).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining('actor.json is not valid: Field schema.type is required'),
        });
        expect((await engine.client.actors().list()).total).toBe(0);
    });
});

describe('a run that metamorphs into an Actor with an input schema', () => {
    const WAITS = `import { Actor } from 'apify'; await Actor.init(); console.log('ready'); setInterval(() => {}, 1000);`;

    async function startReady(engine: Engine) {
        await engine.addActor({ name: 'waits', source: WAITS });
        const run = await engine.start('waits');
        for await (const line of run.log) if (line.endsWith('ready')) break;
        return run;
    }

    it('gets an input with its defaults', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        const run = await startReady(engine);

        await run.metamorph(name, { url: 'a' });
        await run.finished();

        expect(await run.output()).toEqual({ input: { url: 'a', max: 10 } });
    });

    it('does not change if the input is not valid', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        const run = await startReady(engine);

        await expect(run.metamorph(name, { max: 1 })).rejects.toMatchObject({ code: 'invalid-input' });
        await expect(run.metamorph(name)).rejects.toMatchObject({ code: 'invalid-input' });

        expect(await run.info()).toMatchObject({ status: 'RUNNING' });
        expect((await run.info()).metamorphs).toBeUndefined();
        expect((await run.keyValueStore.listKeys()).items).toEqual([]);
        await run.abort();
    });
});

describe('an Actor that validates the input of another', () => {
    it('gets the same answer as the host', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        await engine.addActor({
            name: 'asks',
            source: `import { Actor } from 'apify';
                export default async () => {
                    const other = Actor.newClient().actor('${name}');
                    const isValid = await other.validateInput({ url: 'a' });
                    const errors = [];
                    for (const act of [() => other.validateInput({}), () => other.start({ max: 'x' })]) {
                        await act().catch(({ code, message, details }) => errors.push({ code, message, details }));
                    }
                    return { isValid, errors };
                };`,
        });

        const run = await engine.call('asks');

        expect(await run.output()).toEqual({
            isValid: true,
            errors: [
                {
                    code: 'invalid-input',
                    message: 'Input is not valid: Field input.url is required',
                    details: { fields: [{ field: 'url', message: 'Field input.url is required' }] },
                },
                expect.objectContaining({ code: 'invalid-input' }),
            ],
        });
    });
});

describe('an Actor with the SDK of the platform that validates the input of another', () => {
    it('gets the same answer as on the platform', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { input: SCHEMA });
        const asks = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const other = Actor.apifyClient.actor('${name}');
            const isValid = await other.validateInput({ url: 'a' });
            const errors = [];
            for (const act of [() => other.validateInput({}), () => Actor.call('${name}', { max: 'x' }), () => Actor.metamorph('${name}', {})]) {
                await act().catch(({ name, type, statusCode, message }) => errors.push({ name, type, statusCode, message }));
            }
            await Actor.setValue('OUTPUT', { isValid, errors });
            await Actor.exit();`,
        );

        const run = await engine.call(asks);

        const error = { name: 'ApifyApiError', type: 'invalid-input', statusCode: 400 };
        const isRequired = expect.stringContaining('Field input.url is required');
        expect(await run.output()).toMatchObject({
            isValid: true,
            errors: [
                { ...error, message: isRequired },
                { ...error, message: isRequired },
                { ...error, message: isRequired },
            ],
        });
    });
});
