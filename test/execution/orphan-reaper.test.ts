import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { REAPER_SCRIPT } from '../../src/execution/process/orphan-reaper.js';
import { readProcessStartTime } from '../../src/util/system.js';

/** A long-running process, optionally the leader of a process group. */
async function staying(detached: boolean): Promise<ChildProcess> {
    const child = spawn('sleep', ['60'], { stdio: 'ignore', detached });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    return child;
}

/** Sends lines to the shell, then closes the pipe, like a host that exits. */
async function hostGone(...lines: string[]): Promise<void> {
    const shell = spawn('/bin/sh', ['-c', REAPER_SCRIPT], { stdio: ['pipe', 'ignore', 'inherit'], env: {} });
    shell.stdin.end(lines.map((line) => `${line}\n`).join(''));
    await once(shell, 'exit');
}

describe.skipIf(process.platform !== 'linux')('the orphan reaper', () => {
    it.each([true, false])('kills remaining processes (group leader: %s)', async (detached) => {
        const [left, forgotten] = await Promise.all([staying(detached), staying(detached)]);
        const names = [left, forgotten].map(({ pid }) => `${pid}:${readProcessStartTime(pid!)}`);
        const ended = once(left, 'exit');

        await hostGone(`+ ${names[0]}`, `+ ${names[1]}`, `- ${names[1]}`);

        expect(await ended).toEqual([null, 'SIGKILL']);
        expect(forgotten.signalCode).toBeNull();
    });

    it('does not kill another process with a reused id', async () => {
        const [other, left] = await Promise.all([staying(true), staying(true)]);
        const ended = once(left, 'exit');

        await hostGone(`+ ${other.pid}:1`, `+ ${left.pid}:${readProcessStartTime(left.pid!)}`);

        await ended;
        expect(readProcessStartTime(other.pid!)).toBeDefined();
        expect(other.signalCode).toBeNull();
    });

    it('kills by id alone if the start time is unknown', async () => {
        const left = await staying(true);
        const ended = once(left, 'exit');

        await hostGone(`+ ${left.pid}:`);

        expect(await ended).toEqual([null, 'SIGKILL']);
    });
});
