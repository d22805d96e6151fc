import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockDirectory } from '../../../src/storage/file/directory/directory-lock.js';
import { startChild } from '../../support/processes/child.js';
import { tempDir } from '../../support/files/temp-dir.js';

const IN_USE: unknown = expect.objectContaining({ code: 'storage-in-use' });
const LOCK = `owner-${'0'.repeat(17)}-abc.lock`;
/** Larger than any process id of a system. */
const DEAD_PID = 2 ** 30;

interface Owner {
    pid: number;
    hostname: string;
    birth: string;
}

describe('an unlocked directory', () => {
    it('is created and locked', async () => {
        const directory = join(await tempDir(), 'a', 'b');

        const lock = await lockDirectory(directory);

        expect(lock.directory).toBe(directory);
        expect(locksIn(directory)).toHaveLength(1);
        expect(JSON.parse(readFileSync(join(directory, 'format.json'), 'utf8'))).toEqual({ version: 3 });
        lock.release();
    });

    it('is locked by exactly one of many concurrent engines', async () => {
        const directory = await tempDir();

        const locks = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));

        const refusals = locks.filter((lock) => lock.status === 'rejected').map(({ reason }) => reason as unknown);
        expect(refusals).toEqual(Array.from({ length: 19 }, () => IN_USE));
        expect(locksIn(directory)).toHaveLength(1);
    });

    it('goes to the earlier of two concurrent engines once the later one has given way', async () => {
        const directory = await tempDir();
        const later = `owner-${'9'.repeat(17)}-abc.lock`;
        writeLock(directory, { pid: process.pid }, later);

        const locking = lockDirectory(directory);
        expect(locksIn(directory)).toHaveLength(2);
        rmSync(join(directory, later));
        const lock = await locking;

        expect(locksIn(directory)).toHaveLength(1);
        lock.release();
    });

    it('is refused if a file has its name', async () => {
        const path = join(await tempDir(), 'file');
        writeFileSync(path, '');

        await expect(lockDirectory(path)).rejects.toThrow(
            expect.objectContaining({
                code: 'storage-failed',
                message: expect.stringContaining('a file of that name exists'),
            }),
        );
    });
});

describe('a directory locked by an engine of this process', () => {
    it('is refused with the process id, also through another path', async () => {
        const directory = await tempDir();
        const link = join(await tempDir(), 'link');
        symlinkSync(directory, link);
        const lock = await lockDirectory(directory);

        await expect(lockDirectory(link)).rejects.toThrow(
            expect.objectContaining({
                code: 'storage-in-use',
                message: expect.stringContaining(`another engine of this process (pid ${process.pid})`),
                details: expect.objectContaining({ directory, pid: process.pid }),
            }),
        );

        expect(locksIn(directory)).toHaveLength(1);
        lock.release();
    });

    it('can be locked again after its release', async () => {
        const directory = await tempDir();
        const first = await lockDirectory(directory);
        first.release();
        first.release();

        const second = await lockDirectory(directory);

        expect(locksIn(directory)).toHaveLength(1);
        second.release();
        expect(locksIn(directory)).toEqual([]);
    });
});

describe('a directory locked by another process', () => {
    it('is refused while the process is alive, and taken over after it was killed', async () => {
        const directory = await tempDir();
        const child = startChild('storage/lock-and-wait.ts', { args: [directory] });
        expect((await child.lines().next()).value).toBe('owner');

        await expect(lockDirectory(directory)).rejects.toThrow(
            expect.objectContaining({ message: expect.stringContaining(`process ${child.process.pid} since 2`) }),
        );
        await child.kill();
        const lock = await lockDirectory(directory);

        expect(locksIn(directory)).toHaveLength(1);
        lock.release();
    });

    it('goes to exactly one of several processes once the owner is dead', async () => {
        const directory = await tempDir();
        writeLock(directory, { pid: DEAD_PID });

        const children = [1, 2, 3].map(() => startChild('storage/lock-and-wait.ts', { args: [directory] }));
        const answers = await Promise.all(children.map(async (child) => String((await child.lines().next()).value)));

        expect(answers.toSorted()).toEqual(['owner', 'storage-in-use', 'storage-in-use']);
        expect(locksIn(directory)).toHaveLength(1);
    });

    it('is cleared of the unfinished files of dead processes, and of nothing else', async () => {
        const directory = await tempDir();
        const leftovers = [`.${LOCK}.tmp`, '.format.json.tmp', '.secret.key.tmp'];
        for (const name of [...leftovers, '.gitignore', '.mine.tmp']) writeFileSync(join(directory, name), '');

        const lock = await lockDirectory(directory);

        const hidden = readdirSync(directory).filter((name) => name.startsWith('.'));
        expect(hidden.toSorted()).toEqual(['.gitignore', '.mine.tmp']);
        lock.release();
    });

    it('is taken over if the process id now belongs to another process', async () => {
        const directory = await tempDir();
        writeLock(directory, { pid: process.pid, birth: 'another boot/1' });

        const lock = await lockDirectory(directory);

        expect(locksIn(directory)).not.toContain(LOCK);
        lock.release();
    });

    it('is taken over if the lock is empty, as after a power loss', async () => {
        const directory = await tempDir();
        writeFileSync(join(directory, LOCK), '');

        const lock = await lockDirectory(directory);

        expect(locksIn(directory)).not.toContain(LOCK);
        lock.release();
    });

    it('is refused if the owner is on another machine, with the file to remove if it is gone', async () => {
        const directory = await tempDir();
        writeLock(directory, { pid: DEAD_PID, hostname: 'elsewhere' });

        await expect(lockDirectory(directory)).rejects.toThrow(
            expect.objectContaining({
                code: 'storage-in-use',
                message: expect.stringContaining(join(directory, LOCK)),
            }),
        );
    });
});

describe('a directory of another format', () => {
    it.each([
        { format: '{ "version": 4 }', message: 'Update greenroom' },
        { format: '{ "version": 2 }', message: 'only reads version 3' },
        { format: '{ "version": "x" }', message: 'format version x' },
        { format: 'version 1', message: 'is not valid JSON' },
    ])('is refused for $format, and is not left locked', async ({ format, message }) => {
        const directory = await tempDir();
        writeFileSync(join(directory, 'format.json'), format);

        await expect(lockDirectory(directory)).rejects.toThrow(
            expect.objectContaining({ code: 'storage-corrupted', message: expect.stringContaining(message) }),
        );

        expect(locksIn(directory)).toEqual([]);
        expect(readFileSync(join(directory, 'format.json'), 'utf8')).toBe(format);
    });
});

function locksIn(directory: string): string[] {
    return readdirSync(directory).filter((name) => name.includes('.lock'));
}

function writeLock(directory: string, owner: Partial<Owner>, lock = LOCK): void {
    const content = { hostname: hostname(), claimedAt: '2024-01-01T00:00:00.000Z', ...owner };
    writeFileSync(join(directory, lock), JSON.stringify(content));
}
