import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';

const MODES = ['thread', 'pooled', 'process'] as const;
const TELLS = `export default () => globalThis.trail ?? [];`;

/** Writes modules, and returns their paths in order. */
async function modules(...texts: string[]): Promise<string[]> {
    const folder = await tempDir('greenroom-setup-');
    return Promise.all(
        texts.map(async (text, index) => {
            const path = join(folder, `setup-${index}.mjs`);
            await writeFile(path, text);
            return path;
        }),
    );
}

const leaves = (mark: string): string => `(globalThis.trail ??= []).push(${JSON.stringify(mark)});`;

describe.each(MODES)('setup files (%s)', (isolation) => {
    it('are imported sequentially before the Actor in each run, those of the engine first', async () => {
        const [slow, quick, own] = await modules(
            `await new Promise((resolve) => setTimeout(resolve, 20)); ${leaves('slow')}`,
            leaves('quick'),
            leaves('own'),
        );
        const engine = await makeEngine({ isolation, setupFiles: [slow!, pathToFileURL(quick!)] });
        const name = await addSource(engine, TELLS);

        const runs = [];
        for (let index = 0; index < 3; index += 1) {
            runs.push(await engine.call(name, {}, { setupFiles: [relative(process.cwd(), own!)] }));
        }
        const plain = await engine.call(name);

        for (const run of runs) expect(await run.output()).toEqual(['slow', 'quick', 'own']);
        expect(await plain.output()).toEqual(['slow', 'quick']);
    });

    it('fail the run with the name of the file that throws', async () => {
        const [fine, broken] = await modules(leaves('fine'), `throw new TypeError('no such mock');`);
        const engine = await makeEngine({ isolation });
        const name = await addSource(engine, TELLS);

        const run = await engine.call(name, {}, { setupFiles: [fine!, broken!] });

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain(`The setup file ${broken} failed`);
        expect(run.statusMessage).toContain('TypeError: no such mock');
    });

    it('fail the run if a file was deleted', async () => {
        const [gone] = await modules(leaves('gone'));
        const engine = await makeEngine({ isolation, setupFiles: [gone!] });
        const name = await addSource(engine, TELLS);
        await rm(gone!);

        const run = await engine.call(name);

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain(`The setup file ${gone} failed`);
    });
});

describe('a setup file', () => {
    it('can mock requests of the Actor with packages of the host', async () => {
        const folder = join(ROOT, 'test/fixtures');
        const [mock] = await modules(`
            import { createRequire } from 'node:module';
            const { MockAgent, setGlobalDispatcher } = createRequire(${JSON.stringify(`${folder}/x.js`)})('undici');
            const agent = new MockAgent();
            agent.disableNetConnect();
            agent.get('https://shop.example').intercept({ path: '/' }).reply(200, 'mocked');
            setGlobalDispatcher(agent);`);
        const engine = await makeEngine({ network: 'block', setupFiles: [mock!] });
        const name = await addSource(
            engine,
            `export default async () => (await fetch('https://shop.example/')).text();`,
        );

        const run = await engine.call(name);

        expect(run.statusMessage).toBe('Actor finished with exit code 0');
        expect(await run.output()).toBe('mocked');
    });

    it("runs before the Actor's own SDK", async () => {
        const [mark] = await modules(leaves('marked'));
        const engine = await makeEngine({ setupFiles: [mark!] });
        const actor = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData({ trail: globalThis.trail });
            await Actor.exit();`,
        );

        const run = await engine.call(actor);

        expect(await run.items()).toEqual([{ trail: ['marked'] }]);
    });

    it('is kept by a resurrection', async () => {
        const [mark] = await modules(leaves('marked'));
        const engine = await makeEngine();
        const name = await addSource(engine, TELLS);
        const run = await engine.call(name, {}, { setupFiles: [mark!] });

        await run.resurrect();
        await run.finished();

        expect(await run.output()).toEqual(['marked']);
    });

    it('uses the network of the run', async () => {
        const [asks] = await modules(
            `import http from 'node:http';
            globalThis.trail = [await new Promise((resolve) => {
                http.get('http://shop.example/', (response) => resolve(response.statusCode)).on('error', resolve);
            })];`,
        );
        const engine = await makeEngine({ network: () => new Response(null, { status: 204 }), setupFiles: [asks!] });

        const run = await engine.call(await addSource(engine, TELLS));

        expect(await run.output()).toEqual([204]);
    });

    it('that does not exist prevents the start of a run', async () => {
        const engine = await makeEngine();
        const name = await addSource(engine, TELLS);
        const folder = await tempDir();
        await mkdir(join(folder, 'a-folder'));

        for (const file of ['missing.mjs', 'a-folder']) {
            const setupFiles = [join(folder, file)];
            await expect(engine.start(name, {}, { setupFiles })).rejects.toMatchObject({
                code: 'invalid-value',
                message: expect.stringContaining(join(folder, file)),
            });
        }

        expect((await engine.client.runs().list()).total).toBe(0);
    });

    it('is rejected for an inline run', async () => {
        const [mark] = await modules(leaves('marked'));
        const engine = await makeEngine();
        const name = await addSource(engine, TELLS);
        await engine.addActor({ name: 'inline-one', run: () => 1 });

        const error = { code: 'isolation-impossible', message: expect.stringContaining('setupFiles') };
        const setupFiles = [mark!];
        await expect(engine.start('inline-one', {}, { setupFiles })).rejects.toMatchObject(error);
        await expect(engine.start(name, {}, { setupFiles, isolation: 'inline' })).rejects.toMatchObject(error);
        expect((await engine.client.runs().list()).total).toBe(0);
    });

    it('of the engine does not apply to functions, which run inline', async () => {
        const [mark] = await modules(leaves('marked'));
        const engine = await makeEngine({ setupFiles: [mark!] });
        await engine.addActor({ name: 'inline-one', run: () => (globalThis as { trail?: string[] }).trail ?? [] });

        expect(await (await engine.call('inline-one')).output()).toEqual([]);
    });
});
