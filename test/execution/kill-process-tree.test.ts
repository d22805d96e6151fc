import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { killProcessTrees } from '../../src/execution/process/kill-process-tree.js';

const NO_JOB = 'no-such-job';

describe.runIf(process.platform === 'linux')('killing a process that has exited', () => {
    it('does not kill another process whose thread has the same id', async () => {
        // The kernel uses the same ids for threads and processes.
        const child = spawn(process.execPath, [
            '-e',
            `const { Worker } = require('node:worker_threads');
            new Worker("require('node:worker_threads').parentPort.on('message', () => {}); require('node:fs').writeSync(1, require('node:fs').readlinkSync('/proc/thread-self') + '\\\\n');", { eval: true });`,
        ]);
        const [line] = (await once(child.stdout, 'data')) as [Buffer];
        const threadId = Number(/task\/(\d+)/.exec(line.toString())?.[1]);
        expect(threadId).not.toBe(child.pid);

        await killProcessTrees([threadId], NO_JOB);

        expect(child.kill('SIGTERM')).toBe(true);
        expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    });
});

describe('killing a process tree', () => {
    it('never kills the calling process', async () => {
        await killProcessTrees([process.pid], NO_JOB);

        expect(process.pid).toBeGreaterThan(0);
    });

    it('kills the root process', async () => {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
        const exited = once(child, 'exit');

        await killProcessTrees([child.pid!], NO_JOB);

        expect(await exited).toEqual([null, 'SIGKILL']);
    });
});
