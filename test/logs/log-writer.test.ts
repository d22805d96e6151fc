import { appendFile, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileLogWriter } from '../../src/logs/log-writer.js';
import { LogStore } from '../../src/logs/log-store.js';
import { MAX_LOG_CHARS } from '../../src/logs/run-log.js';
import { createFileSystemContext, type FileSystemContext } from '../../src/storage/file/file-system-context.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { tempDir } from '../support/files/temp-dir.js';

/** Creates the file system context for a folder of logs. */
function diskOf(logs: string): FileSystemContext {
    return createFileSystemContext({ directory: dirname(logs), durability: 'process' });
}

async function openLogs() {
    const directory = join(await tempDir(), 'logs');
    const sink = createFileLogWriter(directory, diskOf(directory));
    const onSinkError = (_id: string, error: unknown): never => {
        throw error;
    };
    const store = new LogStore({ clock: new ManualClock(), writer: sink, onLine: () => {}, onWriteError: onSinkError });
    const bytes = async (): Promise<number> => {
        const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size);
        return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    };
    return { directory, sink, store, bytes };
}

const LINE = 'x'.repeat(100_000);

describe('the files of a log that exceeds its maximum size', () => {
    it('never take more than twice the maximum, and are complete after the end', async () => {
        const { store, bytes, directory } = await openLogs();
        const log = store.open('run');
        let most = 0;

        for (let count = 0; count < 450; count++) {
            log.note(`${count} ${LINE}`);
            if (count % 10 === 0) most = Math.max(most, await bytes());
        }
        const live = log.text();
        store.end('run');

        expect(most).toBeGreaterThan(MAX_LOG_CHARS);
        expect(most).toBeLessThan(2.1 * MAX_LOG_CHARS);
        expect(store.text('run')).toBe(live);
        expect(live).toContain('449 x');
        expect(await readdir(directory)).toEqual(['run.log']);
        expect(await bytes()).toBeLessThanOrEqual(MAX_LOG_CHARS);
    });

    it('have its latest lines and a notice if the process was killed', async () => {
        const { sink } = await openLogs();

        for (let count = 0; count < 250; count++) sink.append('run', `STAMP ${count} ${LINE}\n`);

        const text = sink.read('run')!;
        expect(text.length).toBeLessThanOrEqual(MAX_LOG_CHARS);
        expect(text).toMatch(/^STAMP \[Some older lines were dropped: /);
        expect(text).toContain('STAMP 249 x');
        expect(text.endsWith('\n')).toBe(true);
    });

    it('are removed with it', async () => {
        const { sink, directory } = await openLogs();
        for (let count = 0; count < 150; count++) sink.append('run', `${count} ${LINE}\n`);

        sink.remove('run');

        expect(await readdir(directory)).toEqual([]);
        expect(sink.read('run')).toBeUndefined();
    });

    it('are read from their end if another program has made them too large for a string', async () => {
        const { sink, directory } = await openLogs();
        const path = join(directory, 'run.log');
        await writeFile(path, '');
        await truncate(path, 600_000_000);
        await appendFile(path, '\nSTAMP last\n');

        expect(sink.read('run')).toMatch(/STAMP last\n$/);
    });

    it('are written to a temporary file first, so that a kill leaves nothing in their folder', async () => {
        const directory = join(await tempDir(), 'logs');
        const temporary = join(directory, '..', 'tmp');
        const sink = createFileLogWriter(directory, diskOf(directory));
        sink.append('run', 'one\n');

        await rm(join(directory, 'run.log'));
        await mkdir(join(directory, 'run.log', 'in the way'), { recursive: true });

        expect(() => sink.end('run', 'two\n')).toThrow(expect.objectContaining({ code: 'storage-failed' }));
        expect(await readdir(directory)).toEqual(['run.log']);
        expect(await readdir(temporary)).toEqual([]);
    });
});
