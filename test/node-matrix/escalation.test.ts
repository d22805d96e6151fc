import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { startChild, type Child } from '../support/processes/child.js';
import { forEachLabelled } from '../support/for-each-labelled.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { MARK, markedProcesses } from '../support/processes/find-test-processes.js';
import { isAlive } from '../support/processes/process-state.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';
import type { EngineOptions, RunHandle } from 'greenroom';

type Isolation = NonNullable<EngineOptions['isolation']>;

const APART: Isolation[] = ['thread', 'pooled', 'process'];
const THREADS: Isolation[] = ['thread', 'pooled'];

/** Blocks its thread in a call that ends only with a process. */
const waitsForAProcess = (mark: string): string => `import { execSync } from 'node:child_process';
    console.log('ready');
    for (;;) {
        try {
            execSync('sleep 1000', { env: { ...process.env, ${MARK}: '${mark}' } });
        } catch {
            console.log('goes on');
        }
    }`;

/** The source of an Actor that blocks its thread in a read that never ends, and the path it reads from. */
async function readsForEver(): Promise<[source: string, fifo: string]> {
    const fifo = join(await tempDir(), 'fifo');
    spawnSync('mkfifo', [fifo]);
    const source = `import { readFileSync } from 'node:fs';
        console.log('ready');
        readFileSync(${JSON.stringify(fifo)});`;
    return [source, fifo];
}

const STARTS_A_PROCESS = `import { spawn } from 'node:child_process';
    console.log('pid ' + spawn('sleep', ['1000'], { detached: true }).pid);
    console.log('ready');
    setTimeout(() => { for (;;); }, 20);`;

async function startReady(isolation: Isolation, source: string): Promise<RunHandle> {
    const engine = await makeEngine({ isolation });
    const run = await engine.start(await addSource(engine, source));
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return run;
}

async function linesUntilReady({ lines }: Child): Promise<string[]> {
    const seen: string[] = [];
    for await (const line of lines()) {
        if (line === 'ready') return seen;
        seen.push(line);
    }
    throw new Error(`The host has ended: ${seen.join('\n')}`);
}

describe.each(APART)('an Actor in isolation %s that is killed', (isolation) => {
    it.each([
        ['in a loop', 'for (;;);'],
        ['in a regular expression', `/^(a+)+$/.test('a'.repeat(40) + 'b');`],
        ['asleep for good', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
        ['parsing', `for (;;) JSON.parse('[' + '{"a":[1,2,3]},'.repeat(1e5) + '1]');`],
    ])('ends even if it is %s', async (_what, source) => {
        const run = await startReady(isolation, `console.log('ready'); ${source}`);

        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
    });

    it('ends while it waits for a process, which ends too', async () => {
        const mark = randomUUID();
        const run = await startReady(isolation, waitsForAProcess(mark));
        await waitUntil('the process to be there', () => markedProcesses(mark).length > 0);

        await run.abort();
        const { status } = await run.finished();

        expect(status).toBe('ABORTED');
        await waitUntil('the process to be gone', () => markedProcesses(mark).length === 0);
        expect(await run.log.text()).not.toContain('goes on');
    });

    it('kills its background processes', async () => {
        const run = await startReady(
            isolation,
            `import { execSync } from 'node:child_process';
            console.log('pid ' + execSync('sleep 1000 > /dev/null 2>&1 & echo $!'));
            console.log('ready');
            setInterval(() => {}, 1000);`,
        );
        const pid = Number(/pid (\d+)/.exec(await run.log.text())?.[1]);
        expect(isAlive(pid)).toBe(true);

        await run.abort();
        await run.finished();

        expect(await waitUntil('the process to be gone', () => !isAlive(pid))).toBe(true);
    });
});

/** Creates a Node object in a loop. Node ends the process if the thread is terminated during the creation. */
const UNPACKS_FOR_EVER = `import { createGunzip, gzipSync } from 'node:zlib';
    const packed = gzipSync('packed');
    for (let turn = 0; ; turn++) {
        await new Promise((resolve) => createGunzip().on('end', resolve).resume().end(packed));
        if (turn === 20) console.log('ready');
    }`;

describe('a thread that is killed while busy', () => {
    it('does not crash its host, at any point in the code of Node', async () => {
        await forEachLabelled(THREADS, async (isolation) => {
            const host = startChild('isolation/killing-host.ts', { args: [isolation, UNPACKS_FOR_EVER, '40'] });
            const ended = once(host.process, 'exit');

            const statuses: string[] = [];
            for await (const line of host.lines()) statuses.push(line);

            expect(statuses).toEqual(Array.from({ length: 40 }, () => 'ABORTED'));
            expect(await ended).toEqual([0, null]);
        });
    });
});

describe('a thread that cannot be stopped', () => {
    it('is reported and abandoned: the run ends, the engine closes, the host exits with its own exit code', async () => {
        await forEachLabelled(THREADS, async (isolation) => {
            const args = [isolation, 'close', ...(await readsForEver())];
            const host = startChild('isolation/ending-host.ts', { args });
            const ended = once(host.process, 'exit');

            const lines: string[] = [];
            for await (const line of host.lines()) lines.push(line);
            const [exitCode] = await ended;

            expect(lines).toEqual([
                'ready',
                expect.stringMatching(/^stuck: \w{17}$/),
                expect.stringMatching(/^warning: Run `\w{17}`: The Actor did not stop when it was killed/),
                'status: ABORTED',
                expect.stringMatching(/^log: .* The Actor did not stop when it was killed/),
                'log: ',
                'closed',
                'listener for the exit',
            ]);
            expect(exitCode).toBe(3);
        });
    });
});

describe('a host that exits during a run', () => {
    it('exits with its own exit code, even if its Actor is in a call that cannot be interrupted', async () => {
        await forEachLabelled(APART, async (isolation) => {
            const args = [isolation, 'exit', ...(await readsForEver())];
            const host = startChild('isolation/ending-host.ts', { args });

            const [exitCode] = await once(host.process, 'exit');

            expect(exitCode).toBe(3);
        });
    });

    it('still prints the error that ends it', async () => {
        await forEachLabelled(APART, async (isolation) => {
            const args = [isolation, 'throw', ...(await readsForEver())];
            const host = startChild('isolation/ending-host.ts', { args, keepsStderr: true });

            const [stderr, [exitCode]] = await Promise.all([text(host.process.stderr!), once(host.process, 'exit')]);

            expect(stderr).toContain('Error: the end of the host');
            expect(exitCode).toBe(1);
        });
    });

    it.each(['exit', 'stay'])('leaves no processes of its Actor behind: %s', async (then) => {
        await forEachLabelled(APART, async (isolation) => {
            const host = startChild('isolation/ending-host.ts', { args: [isolation, then, STARTS_A_PROCESS] });
            const [line] = await linesUntilReady(host);
            const pid = Number(line!.replace('pid ', ''));

            await host.kill();

            expect(await waitUntil('the process to be gone', () => !isAlive(pid))).toBe(true);
        });
    });
});
