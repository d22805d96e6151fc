import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { isAlive, stateOf } from '../support/processes/process-state.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { waitUntil } from '../support/wait-until.js';
import type { RunHandle } from 'greenroom';

/** Starts a process that starts another one, logs both ids, and continues as given in its input. */
const starts = (then: string, options = ''): string => `
    import { spawn } from 'node:child_process';
    const script = 'const { spawn } = require("child_process"); const child = spawn("sleep", ["1000"]); console.log(process.pid + " " + child.pid); setInterval(() => {}, 1000);';
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] ${options} });
    const pids = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
    console.log('pids ' + pids);
    ${then}`;

async function pidsOf(run: RunHandle): Promise<number[]> {
    for await (const line of run.log) {
        const [, pids] = /pids ([\d ]+)$/.exec(line) ?? [];
        if (pids !== undefined) return pids.split(' ').map(Number);
    }
    throw new Error(await run.log.text());
}

describe('the child processes of an Actor', () => {
    it.each([
        ['a kill', 'setInterval(() => {}, 1000);', ''],
        ['a kill, also in a group of their own', 'setInterval(() => {}, 1000);', ', detached: true'],
    ])('end with their run after %s', async (_how, then, options) => {
        const engine = await makeEngine();
        const run = await engine.start(await addSource(engine, starts(then, options)));
        const pids = await pidsOf(run);
        expect(pids.map(isAlive)).toEqual([true, true]);

        await run.abort();
        await run.finished();

        await waitUntil('the processes to be gone', () => pids.every((pid) => stateOf(pid) === ''));
    });

    it.each([
        ['an exit', 'process.exit(0);', 'SUCCEEDED'],
        ['an uncaught error', "throw new Error('oh');", 'FAILED'],
    ])('end with their run after %s', async (_how, then, status) => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, starts(then)));
        const pids = await pidsOf(run);

        expect(run.status).toBe(status);
        await waitUntil('the processes to be gone', () => !pids.some(isAlive));
    });

    it('are not killed while the Actor runs, and may exit on their own', async () => {
        const engine = await makeEngine();
        const source = `import { execFile } from 'node:child_process';
            import { promisify } from 'node:util';
            const { stdout } = await promisify(execFile)(process.execPath, ['-p', '6 * 7']);
            console.log('got ' + stdout.trim());`;

        const run = await engine.call(await addSource(engine, source));

        expect(run.status).toBe('SUCCEEDED');
        expect(await run.log.text()).toContain('got 42');
    });
});

describe('the temporary folder of an Actor with its own SDK', () => {
    it('is separate, and removed with its run', async () => {
        const engine = await makeEngine();
        const actor = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
            import { mkdtempSync, writeFileSync } from 'node:fs';
            import { tmpdir } from 'node:os';
            import { join } from 'node:path';
            await Actor.init();
            const profile = mkdtempSync(join(tmpdir(), 'profile-'));
            writeFileSync(join(profile, 'cookies'), 'many');
            await Actor.pushData({ folder: tmpdir(), profile });
            await Actor.exit();`,
        );

        const runs = await Promise.all([engine.call(actor), engine.call(actor)]);
        const [one, other] = (await Promise.all(runs.map((run) => run.items()))).flat();

        expect(one!.folder).not.toBe(other!.folder);
        expect(one!.profile).toContain(String(one!.folder));
        await waitUntil('the folders to be gone', () => ![one, other].some((item) => existsSync(String(item!.folder))));
    });
});
