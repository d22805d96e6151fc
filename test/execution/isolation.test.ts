import { describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { addSource, makeEngine, stripTimestamps } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';

/** Reports the isolation of its run from this process. */
const TELLS = `import { isMainThread, threadId } from 'node:worker_threads';
    let count = 0;
    export default () => ({ pid: process.pid, isMainThread, threadId, count: (count += 1) });`;

describe('the isolation', () => {
    it('is chosen by the engine, the Actor or the run', async () => {
        const engine = await makeEngine({ isolation: 'pooled' });
        await engine.addActor({ name: 'plain', source: TELLS });
        await engine.addActor({ name: 'apart', source: TELLS }, { isolation: 'process' });

        const outputs = [
            await engine.call('plain'),
            await engine.call('plain'),
            await engine.call('apart'),
            await engine.call('apart', undefined, { isolation: 'thread' }),
        ];

        const [first, second, apart, thread] = await Promise.all(outputs.map((run) => run.output()));
        expect([first, second]).toMatchObject([{ pid: process.pid, count: 1 }, { count: 2 }]);
        expect(apart).toMatchObject({ isMainThread: true, threadId: 0 });
        expect((apart as { pid: number }).pid).not.toBe(process.pid);
        expect(thread).toMatchObject({ pid: process.pid, isMainThread: false, count: 1 });
    });

    it('of an Actor and of a run is saved to disk, and kept by a resurrection', async () => {
        const storageDir = await tempDir('greenroom-isolation-');
        const before = await createEngine({ storageDir });
        await before.addActor({ name: 'apart', source: TELLS }, { isolation: 'process' });
        const { id } = await before.call('apart');
        await before.close();
        const engine = await makeEngine({ storageDir });

        const run = engine.run(id)!;
        await run.resurrect();
        await run.finished();

        expect((await run.output<{ pid: number }>())?.pid).not.toBe(process.pid);
        expect(await (await engine.call('apart', undefined, { isolation: 'inline' })).output()).toMatchObject({
            pid: process.pid,
        });
    });

    it('is that of the new Actor after a metamorph', async () => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'apart', source: TELLS }, { isolation: 'process' });
        const source = `import { Actor } from 'apify'; await Actor.init(); await Actor.metamorph('apart');`;

        const run = await engine.call(await addSource(engine, source));

        expect((await run.output<{ pid: number }>())?.pid).not.toBe(process.pid);
    });

    it('of a function can only be inline', async () => {
        const engine = await makeEngine({ isolation: 'process' });
        await engine.addActor({ name: 'stand-in', run: () => process.pid });

        expect(await (await engine.call('stand-in')).output()).toBe(process.pid);
        await expect(engine.start('stand-in', undefined, { isolation: 'thread' })).rejects.toMatchObject({
            code: 'isolation-impossible',
        });
        await expect(engine.addActor({ name: 'other', run: () => 1 }, { isolation: 'pooled' })).rejects.toMatchObject({
            code: 'isolation-impossible',
        });
        expect(engine.run('other')).toBeUndefined();
    });
});

describe('an Actor with the SDK of the platform', () => {
    it('cannot run inline, and its run fails with the reason', async () => {
        const engine = await makeEngine({ isolation: 'inline' });
        const actor = await addSdkActor(
            engine,
            `import { Actor } from 'apify'; await Actor.init(); await Actor.exit();`,
        );

        const run = await engine.call(actor);

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toMatch(/cannot run inline.*'thread', 'pooled' or 'process'/);
    });
});

describe('a reused thread', () => {
    it('is not reused if a run has left something behind', async () => {
        const engine = await makeEngine({ isolation: 'pooled' });
        const actor = await addSource(
            engine,
            `import { threadId } from 'node:worker_threads';
            export default ({ input }) => {
                if (input.leave) setInterval(() => {}, 1000);
                process.on('SIGTERM', () => {});
                return { threadId, listeners: process.listenerCount('SIGTERM'), marks: process.env.MARK };
            };`,
        );

        const outputs: { threadId: number }[] = [];
        for (const leave of [false, true, false]) {
            const run = await engine.call(actor, { leave }, leave ? { env: { MARK: 'left' } } : {});
            outputs.push((await run.output())!);
        }

        const [first, second, third] = outputs;
        expect(outputs).toMatchObject([{ listeners: 1 }, { listeners: 1, marks: 'left' }, { listeners: 1 }]);
        expect(second!.threadId).toBe(first!.threadId);
        expect(third!.threadId).not.toBe(second!.threadId);
        expect(third).not.toHaveProperty('marks');
    });

    it('reloads an Actor that was edited', async () => {
        const directory = await tempDir('greenroom-edited-');
        const { writeFile, utimes } = await import('node:fs/promises');
        const engine = await makeEngine({ isolation: 'pooled' });
        await writeFile(`${directory}/main.mjs`, `export default () => 'first';`);
        await engine.addActor(directory, { name: 'edited' });
        expect(await (await engine.call('edited')).output()).toBe('first');

        await writeFile(`${directory}/main.mjs`, `export default () => 'second';`);
        await utimes(`${directory}/main.mjs`, 1, 1);

        expect(await (await engine.call('edited')).output()).toBe('second');
    });

    it('cannot cause a deadlock: an Actor may wait for runs of itself', async () => {
        const engine = await makeEngine({ isolation: 'pooled' });
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            export default async ({ input }) => {
                if (input.depth === 0) return 1;
                const runs = await Promise.all([0, 1].map(() => Actor.call('under-test', { depth: input.depth - 1 })));
                return runs.filter((run) => run.status === 'SUCCEEDED').length;
            };`,
        );

        const run = await engine.call(actor, { depth: 3 });

        expect(await run.output()).toBe(2);
        expect((await engine.client.runs().list({ status: 'SUCCEEDED' })).total).toBe(15);
    });
});

describe('a process of an Actor', () => {
    it('ends with its host, even if the host is killed', async () => {
        const { startChild } = await import('../support/processes/child.js');
        const child = startChild('isolation/process-host.ts');
        const pids: number[] = [];
        for await (const line of child.lines()) {
            pids.push(Number(line));
            if (pids.length === 2) break;
        }
        expect(pids.every(isAlive)).toBe(true);

        await child.kill();

        await waitUntil('the processes to be gone', () => !pids.some(isAlive));
    });

    it('logs the output of native code and other programs', async () => {
        const engine = await makeEngine({ isolation: 'process' });
        const source = `import { spawnSync } from 'node:child_process';
            spawnSync('echo', ['from another program'], { stdio: 'inherit' });`;

        const run = await engine.call(await addSource(engine, source));

        expect(stripTimestamps(await run.log.text())).toEqual(['from another program']);
    });

    it.each([
        ['its heap', 'const kept = []; for (;;) kept.push(Array.from({ length: 1000 }, (_, n) => ({ n })));'],
        ['its buffers', 'const kept = []; for (;;) kept.push(Buffer.alloc(1_000_000, 1));'],
    ])('ends with exit code 137 if %s exceed its memory', async (_what, source) => {
        const engine = await makeEngine({ isolation: 'process' });

        const run = await engine.call(await addSource(engine, source), undefined, { memory: 128 });

        expect(run.status).toBe('FAILED');
        expect(run.exitCode).toBe(137);
        expect(run.statusMessage).toMatch(/it used more than its 128 MB \((peak|last measured): \d+ MB\)/);
        expect((await run.info()).stats.memMaxBytes).toBeGreaterThan(2 ** 24);
    });

    it.each([
        [
            'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
            137,
            /used more than its/,
        ],
        [
            'FATAL ERROR: invalid table size Allocation failed - JavaScript heap out of memory',
            137,
            /maximum size of V8/,
        ],
        ['# Fatal JavaScript invalid size error 169220804 (see crbug.com/1201626)', 137, /maximum size of V8/],
        ['I am out of memory', 134, /process\.abort/],
    ])('ends as out of memory only if V8 says so: %s', async (words, exitCode, message) => {
        const engine = await makeEngine({ isolation: 'process' });
        // As long as a native stack trace.
        const source = `import { writeSync } from 'node:fs';
            writeSync(2, process.env.LAST_WORDS + '\\n' + ' 1: 0x1215d50 v8::internal::Isolate [node]\\n'.repeat(200));
            process.abort();`;

        const run = await engine.call(await addSource(engine, source), undefined, { env: { LAST_WORDS: words } });

        expect(run).toMatchObject({ status: 'FAILED', exitCode, statusMessage: expect.stringMatching(message) });
    });
});

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
}
