import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileLogWriter, type LogWriter } from '../../src/logs/log-writer.js';
import { LogStore } from '../../src/logs/log-store.js';
import { createFileSystemContext } from '../../src/storage/file/file-system-context.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { tempDir } from '../support/files/temp-dir.js';

const STAMP = '2026-01-02T03:04:05.006Z';

async function openFiles(): Promise<LogWriter> {
    const directory = await tempDir();
    return createFileLogWriter(join(directory, 'logs'), createFileSystemContext({ directory, durability: 'process' }));
}

function openStore(sink?: LogWriter) {
    const failures: unknown[] = [];
    const store = new LogStore({
        clock: new ManualClock(new Date(STAMP)),
        writer: sink,
        onLine: () => {},
        onWriteError: (_runId, error) => failures.push(error),
    });
    return { store, failures };
}

async function linesOf(store: LogStore): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of store.lines('run')) lines.push(line);
    return lines;
}

const fullDisk: LogWriter = {
    append() {
        throw new Error('no space left');
    },
    end(_runId, text) {
        if (text !== undefined) throw new Error('no space left');
    },
    read: () => undefined,
    close() {},
    remove() {},
};

describe('a log after a failed write', () => {
    it('is written as a whole when another log ends, or on a retry', async () => {
        const sink = await openFiles();
        let isFull = true;
        const whenNotFull = (work: () => void): void => {
            if (isFull) throw new Error('no space left');
            work();
        };
        const { store, failures } = openStore({
            ...sink,
            append: (id, text) => whenNotFull(() => sink.append(id, text)),
            end: (id, text) => (text === undefined ? sink.end(id) : whenNotFull(() => sink.end(id, text))),
        });
        for (const id of ['first', 'second']) {
            store.open(id).write('stdout', 'one\n');
            store.end(id);
        }
        expect(['first', 'second'].map((id) => sink.read(id))).toEqual([undefined, undefined]);

        isFull = false;
        store.open('third').write('stdout', 'two\n');
        store.end('third');
        store.retryWrites();

        expect(['first', 'second', 'third'].map((id) => sink.read(id))).toEqual([
            `${STAMP} one\n`,
            `${STAMP} one\n`,
            `${STAMP} two\n`,
        ]);
        expect(store.text('first')).toBe(`${STAMP} one\n`);
        expect(failures).toHaveLength(2);
    });
});

describe.each([
    ['in memory', async () => undefined],
    ['in files', openFiles],
    ['on a disk that is full', async () => fullDisk],
])('a log, %s', (_where, makeSink) => {
    it('is readable while it is written and after its end', async () => {
        const { store } = openStore(await makeSink());
        const log = store.open('run');
        log.write('stdout', 'one\n');
        log.write('stdout', 'two');

        const live = store.text('run');
        store.end('run');
        store.end('run');

        expect(live).toBe(`${STAMP} one\n`);
        expect(store.text('run')).toBe(`${STAMP} one\n${STAMP} two\n`);
        expect(await linesOf(store)).toEqual([`${STAMP} one`, `${STAMP} two`]);
    });

    it('is followed to its end', async () => {
        const { store } = openStore(await makeSink());
        const log = store.open('run');
        const following = linesOf(store);

        log.write('stdout', 'one\n');
        await Promise.resolve();
        log.write('stdout', 'two\n');
        store.end('run');

        expect(await following).toEqual([`${STAMP} one`, `${STAMP} two`]);
    });

    it('continues when the run is resurrected', async () => {
        const { store } = openStore(await makeSink());
        store.open('run').write('stdout', 'first life\n');
        store.end('run');

        store.open('run').write('stdout', 'second life\n');
        const live = store.text('run');
        store.end('run');

        expect(live).toBe(`${STAMP} first life\n${STAMP} second life\n`);
        expect(store.text('run')).toBe(live);
        expect(await linesOf(store)).toEqual([`${STAMP} first life`, `${STAMP} second life`]);
    });

    it('does not exist before it is opened and after it is removed', async () => {
        const { store } = openStore(await makeSink());
        const before = store.text('run');
        store.open('run').write('stdout', 'one\n');
        store.end('run');

        store.remove('run');

        expect([before, store.text('run'), store.stream('run')]).toEqual([undefined, undefined, undefined]);
    });
});

describe('a log that cannot be written', () => {
    it('is reported once', () => {
        const { store, failures } = openStore(fullDisk);
        const log = store.open('run');

        log.write('stdout', 'one\n');
        log.write('stdout', 'two\n');

        expect(failures).toHaveLength(1);
    });
});

describe('the log of a run without output', () => {
    it('is empty, and not missing', () => {
        const { store } = openStore();

        store.open('run');
        store.end('run');

        expect(store.text('run')).toBe('');
    });
});
