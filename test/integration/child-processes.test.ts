import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { RunHandle } from 'greenroom';

/** Starts a process that starts another one, tells both ids, and goes on as told. */
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

/** As `ps` sees them: `Z` is one that has ended and that its parent has not taken note of. */
function stateOf(pid: number): string {
    return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
        .stdout.trim()
        .charAt(0);
}

function isAlive(pid: number): boolean {
    return !['', 'Z'].includes(stateOf(pid));
}

describe('the processes that an Actor has started', () => {
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

    it('are left alone while the Actor runs, and may end by themselves', async () => {
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
