import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { mountSmallDisk } from '../support/files/small-disk.js';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';
import { stripTimestamps } from '../support/make-engine.js';

const FIXTURES = join(ROOT, 'test', 'fixtures', 'crash');

describe('a disk that fills up', () => {
    it('is reported, loses no acknowledged write, and is used again once it has space', async ({ skip }) => {
        const disk = mountSmallDisk(3);
        if (disk === undefined) return skip('This user may not mount a small disk.');
        const storageDir = join(disk.directory, 'storage');
        const warnings: string[] = [];
        const engine = await createEngine({ storageDir, prewarm: 0 });
        engine.on('warning', ({ message }) => warnings.push(message));
        const answered = { items: 0, refusals: new Set<string>() };
        await engine.addActor({
            name: 'inline',
            run: async ({ Actor, log }) => {
                for (let n = 0; n < 100_000 && answered.refusals.size === 0; n++) {
                    log.info(`line ${n}`);
                    await Actor.pushData({ n, padding: 'x'.repeat(500) }).then(
                        () => (answered.items = n + 1),
                        (error: { code: string; message: string }) => answered.refusals.add(error.message),
                    );
                }
            },
        });
        const source = `export default async ({ Actor }) => {
            for (let n = 0; n < 9000; n++) await Actor.pushData({ n, padding: 'x'.repeat(500) });
        }`;
        for (const isolation of ['thread', 'process'] as const) {
            await engine.addActor({ name: isolation, source }, { isolation });
        }

        const runs = await Promise.all(['inline', 'thread', 'process'].map((name) => engine.start(name)));
        const ends = await Promise.all(runs.map((run) => run.finished()));

        expect(ends.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'FAILED']);
        for (const { statusMessage } of ends.slice(1)) expect(statusMessage).toMatch(/disk/);
        expect([...answered.refusals]).toEqual([expect.stringContaining('the disk is full')]);
        expect(await runs[0]!.items()).toHaveLength(answered.items);
        await expect(engine.addActor({ name: 'later', source })).rejects.toMatchObject({ code: 'storage-failed' });

        disk.grow(64);
        const after = await engine.call('inline');
        expect(after.status).toBe('SUCCEEDED');
        const kept = await Promise.all(runs.map((run) => run.info()));
        const log = await runs[0]!.log.text();
        await engine.close();

        const again = await createEngine({ storageDir });
        const found = await Promise.all(runs.map((run) => again.client.run(run.id).get()));
        expect(found).toEqual(kept);
        expect(stripTimestamps((await again.client.log(runs[0]!.id).get())!)).toEqual(stripTimestamps(log));
        expect((await again.client.run(runs[0]!.id).dataset().listItems()).total).toBe(answered.items);
        await again.close();
    });
});

describe.skipIf(process.platform === 'win32')('a process with a low limit of open files', () => {
    it('survives, and finishes each run', async () => {
        const program = [process.execPath, join(FIXTURES, 'weak-host.js'), await tempDir()];
        const { stdout, stderr, status } = spawnSync('sh', ['-c', `ulimit -n 64; exec "$@"`, 'sh', ...program], {
            cwd: ROOT,
            encoding: 'utf8',
        });

        expect(status, stderr).toBe(0);
        const { ends, numbers } = JSON.parse(stdout) as { ends: WeakEnd[]; numbers: number[] };
        expect(ends).toHaveLength(32);
        for (const { status: end, items, message } of ends) {
            if (end === 'SUCCEEDED') expect(items).toBe(20);
            else expect(message).toMatch(/EMFILE|too many (open files|files open)/);
        }
        expect(ends.filter(({ name, status: end }) => name === 'inline' && end === 'SUCCEEDED')).toHaveLength(8);
        expect(numbers).toEqual(numbers.map((_, n) => n));
    });
});

interface WeakEnd {
    name: string;
    status?: string;
    items?: number;
    message: string;
}

describe.skipIf(process.platform === 'win32')('a read-only directory', () => {
    it('can be read, rejects writes, and accepts them once it is writable', async () => {
        const directory = await tempDir();
        // The process drops root rights, and must still have access to its files.
        chmodSync(directory, 0o777);
        const { stdout, stderr, status } = spawnSync(
            process.execPath,
            [join(FIXTURES, 'read-only-host.js'), join(directory, 'storage')],
            { cwd: ROOT, encoding: 'utf8' },
        );

        expect([status, stderr]).toEqual([0, '']);
        const refusal: unknown = expect.stringMatching(/^storage-failed: .*access is denied/);
        expect(JSON.parse(stdout)).toEqual({
            readOnly: {
                items: 1,
                record: 'value',
                push: refusal,
                remove: refusal,
                itemCount: 1,
                start: refusal,
                task: refusal,
                close: refusal,
                open: refusal,
            },
            writable: { push: 'done', items: [1, 4], run: 'SUCCEEDED', close: 'done' },
        });
    });
});

describe('several processes that repeatedly open one directory', () => {
    it.each([2, 5])('never hold it at the same time, even if some are killed: %i', async (count) => {
        const directory = await tempDir();
        const [storageDir, ledger] = [join(directory, 'storage'), join(directory, 'ledger')];
        writeFileSync(ledger, '');
        const killed = new Set<number>();
        const race = async (isKilled: boolean): Promise<void> => {
            const racer = join(FIXTURES, 'racer.js');
            const child = spawn(process.execPath, [racer, storageDir, ledger, '20'], { cwd: ROOT, stdio: 'inherit' });
            const timer =
                isKilled &&
                setTimeout(() => killed.add(child.pid!) && child.kill('SIGKILL'), 150 + Math.random() * 500);
            const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
            clearTimeout(timer || undefined);
            // A kill that arrives while the process exits leaves the exit code.
            expect(signal === 'SIGKILL' && killed.has(child.pid!) ? 0 : (signal ?? code)).toBe(0);
        };

        for (let round = 0; round < 3; round++) {
            await Promise.all(Array.from({ length: count }, (_, index) => race(index % 2 === 1)));
        }

        let holder: number | undefined;
        let turns = 0;
        for (const line of readFileSync(ledger, 'utf8').trim().split('\n')) {
            const [pid, what] = line.split(' ') as [string, 'in' | 'out'];
            if (what === 'in')
                expect(holder === undefined || killed.has(holder), `${holder} before ${line}`).toBe(true);
            else expect(holder, line).toBe(Number(pid));
            holder = what === 'in' ? Number(pid) : undefined;
            if (what === 'in') turns++;
        }
        expect(turns).toBeGreaterThan(count);
        expect(readdirSync(storageDir).filter((name) => name.endsWith('tmp') && name !== 'tmp')).toEqual([]);
    });
});
