import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { addSchemaActor, inputSchema, schemaFiles } from '../../support/actors/schema-actor.js';
import type { RunHandle } from 'greenroom';

const BY_URLS = { defaultMemoryMbytes: "get(input, 'urls.length', 1) * 256", maxMemoryMbytes: 1024 };
const urls = (count: number) => ({ urls: Array.from({ length: count }, () => 'https://example.com') });

async function memoryOf(run: RunHandle): Promise<number> {
    return (await run.info()).options.memoryMbytes;
}

describe('an Actor with a memory expression', () => {
    it('computes the memory from the input and the options if the start sets none', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { definition: BY_URLS });
        const byItems = await addSchemaActor(engine, {
            name: 'by-items',
            definition: { defaultMemoryMbytes: 'runOptions.maxItems * 10 + runOptions.timeoutSecs' },
        });

        expect(await memoryOf(await engine.start(name, urls(2)))).toBe(512);
        expect(await memoryOf(await engine.start(name))).toBe(256);
        expect(await memoryOf(await engine.start(name, urls(2), { memory: 128 }))).toBe(128);
        expect(await memoryOf(await engine.start(byItems, {}, { maxItems: 20, timeout: 60 }))).toBe(256);
    });

    it('stays within its own limits, and passes the memory to the Actor', async () => {
        const engine = await makeEngine();
        const main = `export default () => process.env.ACTOR_MEMORY_MBYTES;`;
        const name = await addSchemaActor(engine, { definition: BY_URLS, main });

        const run = await engine.call(name, urls(100));

        expect(await memoryOf(run)).toBe(1024);
        expect(await run.output()).toBe('1024');
    });

    it('sees the defaults of the input schema', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, {
            input: inputSchema({ n: { type: 'integer', default: 16 } }),
            definition: { defaultMemoryMbytes: '{{input.n}} * 32' },
        });

        expect(await memoryOf(await engine.start(name))).toBe(512);
    });

    it('uses the default of the Actor if the expression fails, with a warning', async () => {
        const engine = await makeEngine();
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => void warnings.push(message));
        const name = await addSchemaActor(engine, { definition: { defaultMemoryMbytes: 'input.n * 64' } });
        await engine.client.actor(name).update({ defaultRunOptions: { memoryMbytes: 2048 } });

        const run = await engine.start(name, { n: 'many' });

        expect(await memoryOf(run)).toBe(2048);
        expect(warnings).toEqual([
            'The memory of a run of `local/schema-actor` could not be computed: "many" is used as a number. ' +
                "The run gets 2048 MB. Correct `defaultMemoryMbytes` in the Actor's actor.json.",
        ]);
    });

    it('does not change the memory of a resurrected run', async () => {
        const engine = await makeEngine();
        const name = await addSchemaActor(engine, { definition: BY_URLS });
        const run = await engine.call(name, urls(4), { memory: 128 });

        await run.resurrect();
        await run.finished();

        expect(await memoryOf(run)).toBe(128);
    });

    it('is not registered if the expression is not valid', async () => {
        const engine = await makeEngine();
        const sourceFiles = schemaFiles({ definition: { defaultMemoryMbytes: 'input.n *' } });

        await expect(engine.addActor({ name: 'schema-actor', sourceFiles })).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringContaining('unexpected end at character 10'),
            details: { field: 'defaultMemoryMbytes' },
        });
    });
});
