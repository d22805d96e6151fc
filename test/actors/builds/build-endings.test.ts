import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type Engine } from 'greenroom';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { documentsIn } from '../../support/files/documents.js';
import { build, buildScript, builtActor, createActor, logOf } from '../../support/actors/built-actor.js';
import { makeEngine } from '../../support/make-engine.js';
import { isAlive } from '../../support/processes/process-state.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { waitUntil } from '../../support/wait-until.js';

describe('the end of a build', () => {
    const HANGS = `import { spawn } from 'node:child_process';
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        console.log('pids', process.pid, child.pid);
        setInterval(() => {}, 1000);`;

    async function startHanging(engine: Engine): Promise<{ id: string; pids: number[] }> {
        await createActor(engine, builtActor(HANGS));
        const { id } = await engine.client.actor('under-test').build('0.1');
        const log = await waitUntil('its processes to be there', async () => {
            return /pids (\d+) (\d+)/.exec(await logOf(engine, id));
        });
        return { id, pids: log.slice(1).map(Number) };
    }

    it('comes immediately when it is aborted, with all of its processes', async () => {
        const engine = await makeEngine();
        const { id, pids } = await startHanging(engine);

        expect((await engine.client.build(id).abort()).status).toMatch(/^ABORT(?:ING|ED)$/);

        expect(await engine.client.build(id).waitForFinish()).toMatchObject({ status: 'ABORTED' });
        expect(pids.filter(isAlive)).toEqual([]);
        expect((await engine.client.actor('under-test').get())?.taggedBuilds).toEqual({});
    });

    it('frees a slot: four builds run at once, and an aborted build stops waiting', async () => {
        const engine = await makeEngine();
        const gate = join(await tempDir(), 'open');
        await createActor(
            engine,
            builtActor(`import { existsSync, writeFileSync } from 'node:fs';
                const look = setInterval(() => {
                    if (!existsSync(${JSON.stringify(gate)})) return;
                    writeFileSync('out.mjs', 'export default () => 1');
                    clearInterval(look);
                }, 10);`),
        );
        const ids: string[] = [];
        for (let n = 0; n < 6; n++) ids.push((await engine.client.actor('under-test').build('0.1')).id);
        const statuses = async (): Promise<string[]> =>
            Promise.all(ids.map(async (id) => (await engine.client.build(id).get())!.status));
        await waitUntil('four builds to run', async () => (await statuses()).lastIndexOf('RUNNING') === 3);

        await engine.client.build(ids[4]!).abort();
        await engine.client.build(ids[4]!).waitForFinish();
        const meanwhile = await statuses();
        await writeFile(gate, '');
        for (const id of ids) await engine.client.build(id).waitForFinish();

        expect(meanwhile).toEqual(['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING', 'ABORTED', 'READY']);
        expect(await statuses()).toEqual(Object.assign(Array(6).fill('SUCCEEDED'), { 4: 'ABORTED' }));
    });

    it('comes automatically after half an hour', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const { id, pids } = await startHanging(engine);

        await clock.advance('30m');

        expect(await engine.client.build(id).waitForFinish()).toMatchObject({ status: 'TIMED-OUT' });
        expect(pids.filter(isAlive)).toEqual([]);
    });

    it('comes when the engine closes, and when its Actor is deleted', async () => {
        const engine = await createEngine();
        const { id, pids } = await startHanging(engine);
        const finished = engine.client.build(id).waitForFinish();

        await engine.close();

        expect(await finished).toMatchObject({ status: 'ABORTED' });
        expect(pids.filter(isAlive)).toEqual([]);
    });

    it('can be awaited, up to the given time', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const { id } = await startHanging(engine);
        const [bounded, atMost] = [
            engine.client.build(id).waitForFinish({ waitSecs: 5 }),
            engine.client.build(id).get({ waitForFinish: 999 }),
        ];

        await clock.advance('5s');
        expect(await bounded).toMatchObject({ status: 'RUNNING' });
        await clock.advance('55s');
        expect(await atMost).toMatchObject({ status: 'RUNNING' });
        await expect(engine.client.build(id).delete()).rejects.toMatchObject({ code: 'deleting-unfinished-build' });
    });

    it('kills its background processes', async () => {
        const engine = await makeEngine();
        const leaves = `import { spawn } from 'node:child_process';
            ${buildScript('x').replace("import { writeFileSync } from 'node:fs';", '')}
            const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
            child.unref();
            console.log('pid', child.pid);
            process.exit(0);`;
        await createActor(engine, builtActor(`import { writeFileSync } from 'node:fs';\n${leaves}`));

        const { id, status } = await build(engine);

        expect(status).toBe('SUCCEEDED');
        const pid = Number(/pid (\d+)/.exec(await logOf(engine, id))?.[1]);
        // It was killed, but may not have been reaped yet.
        await waitUntil('the process to be gone', () => !isAlive(pid));
    });

    it('removes everything of a deleted Actor', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        const { id, pids } = await startHanging(engine);

        await engine.client.actor('under-test').delete();

        expect(pids.filter(isAlive)).toEqual([]);
        expect(await engine.client.build(id).get()).toBeUndefined();
        expect(await engine.client.builds().list()).toMatchObject({ total: 0 });
        expect(await readdir(join(storageDir, 'sources'))).toEqual(['node_modules']);
        expect(documentsIn(storageDir, 'builds').size).toBe(0);
    });

    it('keeps the files of a deleted build while a run reads them', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        await createActor(engine, {
            'main.js': `module.exports = async ({ Actor }) => {
                while (!(await Actor.getValue('GO'))) await new Promise((resolve) => setTimeout(resolve, 5));
                return require('./late.js');
            };`,
            'late.js': "module.exports = 'still there';",
        });
        const { id } = await build(engine, { tag: 'beta' });
        const run = await engine.start('under-test', {}, { build: 'beta' });

        await engine.client.build(id).delete();
        await run.keyValueStore.setRecord({ key: 'GO', value: true });

        await run.finished();
        expect(await run.output()).toBe('still there');
        await engine.close();
        expect(await readdir(join(storageDir, 'sources'))).toEqual(['node_modules']);
    });
});
