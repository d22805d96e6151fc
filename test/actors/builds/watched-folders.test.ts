import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, EngineOptions } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../support/actors/built-actor.js';
import { makeEngine } from '../../support/make-engine.js';
import { inputSchema } from '../../support/actors/schema-actor.js';
import { tempDir } from '../../support/files/temp-dir.js';

const TEXT = { type: 'string', editor: 'textfield' };
const MAIN = `export default async ({ input, Actor }) => {
    await Actor.pushData({ n: 'text' });
    return { input, mood: process.env.MOOD ?? null, place: process.env.PLACE ?? null };
};`;

function actorJson(rest: object = {}): string {
    return JSON.stringify({ actorSpecification: 1, name: 'live', version: '0.1', ...rest });
}

/** Adds an Actor from a folder. Returns a function that changes one of its files. */
async function addLive(rest: object = {}, options: EngineOptions = {}) {
    const engine: Engine = await makeEngine(options);
    const folder = await writeFolder({ '.actor/actor.json': actorJson(rest), 'main.mjs': MAIN });
    await engine.addActor(folder);
    const write = (text: string, name = 'actor.json') => writeFile(join(folder, '.actor', name), text);
    return { engine, folder, write };
}

async function runTotal(engine: Engine): Promise<number> {
    return (await engine.client.runs().list()).total;
}

describe('an Actor that follows its folder', () => {
    it('uses the current input schema when a run starts', async () => {
        const { engine, write } = await addLive();
        expect((await engine.call('live', { a: 5 })).status).toBe('SUCCEEDED');

        await write(JSON.stringify(inputSchema({ a: { ...TEXT, default: 'x' } })), 'input_schema.json');

        await expect(engine.start('live', { a: 5 })).rejects.toMatchObject({ code: 'invalid-input' });
        await expect(engine.client.actor('live').validateInput({ a: 5 })).rejects.toMatchObject({
            code: 'invalid-input',
        });
        expect(await (await engine.call('live', {})).output()).toMatchObject({ input: { a: 'x' } });

        await write(JSON.stringify(inputSchema({ a: { ...TEXT, default: 'y' } })), 'input_schema.json');

        expect(await (await engine.call('live', {})).output()).toMatchObject({ input: { a: 'y' } });
        const build = await (await engine.client.actor('live').defaultBuild()).get();
        expect(JSON.parse(build!.inputSchema!)).toMatchObject({ properties: { a: { default: 'y' } } });
        expect(build).toMatchObject({ actorDefinition: { input: { properties: { a: { default: 'y' } } } } });
    });

    it('uses the current dataset schema, memory limits and variables', async () => {
        const { engine, write } = await addLive({ environmentVariables: { MOOD: 'good' } });
        const before = await engine.call('live');

        await write(
            actorJson({
                maxMemoryMbytes: 512,
                environmentVariables: { PLACE: 'here' },
                storages: { dataset: { actorSpecification: 1, fields: { properties: { n: { type: 'number' } } } } },
            }),
        );
        const after = await engine.call('live');

        expect(await before.output()).toMatchObject({ mood: 'good', place: null });
        expect(after.status).toBe('FAILED');
        expect(await after.log.text()).toContain('must be number');
        expect((await after.info()).options.memoryMbytes).toBe(512);
        expect((await (await engine.start('live', {}, { memory: 1024 })).info()).options.memoryMbytes).toBe(512);

        await write(actorJson());

        expect(await (await engine.call('live')).output()).toMatchObject({ mood: null, place: null });
    });

    it.each([
        ['an actor.json that is not JSON', 'actor.json', '{ "name": ', 'actor.json'],
        [
            'an actor.json with a field that cannot be',
            'actor.json',
            actorJson({ minMemoryMbytes: 3 }),
            'minMemoryMbytes',
        ],
        [
            'an input schema that cannot be',
            'input_schema.json',
            JSON.stringify(inputSchema({ a: { type: 'x' } })),
            'input',
        ],
    ])('does not start with %s, and starts again once that is fixed', async (_what, name, text, told) => {
        const { engine, folder, write } = await addLive();
        await engine.call('live');
        const storages = (await engine.client.datasets().list({ unnamed: true })).total;

        await write(text, name);

        await expect(engine.start('live')).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining(told),
        });
        await expect(engine.client.actor('live').start()).rejects.toMatchObject({ code: 'actor-source-invalid' });
        expect(await runTotal(engine)).toBe(1);
        expect((await engine.client.datasets().list({ unnamed: true })).total).toBe(storages);

        if (name === 'actor.json') await write(actorJson());
        else await rm(join(folder, '.actor', name));

        expect((await engine.call('live')).status).toBe('SUCCEEDED');
    });

    it('keeps the README from when it was added', async () => {
        const { engine, folder, write } = await addLive();
        const readme = async () => (await (await engine.client.actor('live').defaultBuild()).get())?.readme;
        expect(await readme()).toBeUndefined();

        await write('# Read me', 'README.md');
        await engine.addActor(folder);

        expect(await readme()).toBe('# Read me');
    });

    it('fails its runs if its folder does not exist any more', async () => {
        const { engine, folder } = await addLive({ title: 'Live' });
        await rm(folder, { recursive: true });

        const run = await engine.call('live');

        expect(run.status).toBe('FAILED');
        expect(await run.log.text()).toContain('does not exist any more');
    });

    it('does not follow its folder as a snapshot', async () => {
        const engine = await makeEngine();
        const folder = await writeFolder({ '.actor/actor.json': actorJson(), 'main.mjs': MAIN });
        await engine.addActor(folder, { snapshot: true });

        await writeFile(join(folder, '.actor', 'actor.json'), '{');

        expect((await engine.call('live')).status).toBe('SUCCEEDED');
    });

    it('follows it in the next engine on the same directory, from the first start on', async () => {
        const storageDir = await tempDir();
        const { engine, write } = await addLive({}, { storageDir });
        await engine.close();
        await write(actorJson({ environmentVariables: { MOOD: 'new' } }));

        const next = await makeEngine({ storageDir });

        expect(await (await next.call('live')).output()).toMatchObject({ mood: 'new' });
    });
});
