import { readEntries } from '../../support/files/journal.js';
import {
    appendFileSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    rmSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { QueueJournal, StorageBackend } from '../../../src/storage/backend.js';
import { NO_COMPACTION, nothing, openTestBackend, readRecord } from '../../support/files/file-backend.js';
import { tempDir } from '../../support/files/temp-dir.js';

const JSON_TYPE = 'application/json; charset=utf-8';

describe('a storage directory', () => {
    it('has its data in files that users can find and open', async () => {
        const { directory, backend } = await openNew();

        backend.openItems('d').append(['{"a":1}', '{"a":2}']);
        await backend.openRecords('k').write('INPUT', JSON_TYPE, Buffer.from('{"x":1}'));
        await backend.openRecords('k').write('screenshot', 'image/png', Buffer.from('png'));
        openJournal(backend).append(['["id",1]']);
        await backend.close();

        expect(readFileSync(join(directory, 'datasets/d/items.jsonl'), 'utf8')).toBe('{"a":1}\n{"a":2}\n');
        expect(readFileSync(join(directory, 'key-value-stores/k/records/INPUT.json'), 'utf8')).toBe('{"x":1}');
        expect(readdirSync(join(directory, 'key-value-stores/k/records'))).toEqual(['INPUT.json', 'screenshot.png']);
        expect(readFileSync(join(directory, 'request-queues/q/journal.jsonl'), 'utf8')).toBe('["id",1]\n');
        expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    });

    it('has no files for data that does not exist yet', async () => {
        const { directory, backend } = await openNew();

        const counts = [
            backend.openItems('d').count,
            [...backend.openRecords('k').entries()].length,
            readEntries(backend.openJournal('q', NO_COMPACTION)).length,
        ];
        await backend.close();

        expect(counts).toEqual([0, 0, 0]);
        expect(readdirSync(directory).toSorted()).toEqual(['format.json', 'tmp']);
    });

    it('is locked against a second engine until the first one closes', async () => {
        const { directory, backend } = await openNew();

        await expect(open(directory)).rejects.toThrow(expect.objectContaining({ code: 'storage-in-use' }));

        await backend.close();
        await expect(open(directory)).resolves.toBeDefined();
    });

    it.skipIf(process.platform !== 'linux')('needs few descriptors for many datasets', async () => {
        const { directory, backend } = await openNew();
        const logs = Array.from({ length: 400 }, (_, i) => backend.openItems(`d${i}`));
        for (let round = 0; round < 2; round++) for (const log of logs) log.append([`${round}`]);

        const open = readdirSync('/proc/self/fd').filter((fd) => isUnder(directory, fd));

        expect(open.length).toBeLessThanOrEqual(256);
        expect(await logs[0]!.read(0, 9)).toEqual(['0', '1']);
    });

    it('does not get a removed storage back from an open handle', async () => {
        const { directory, backend } = await openNew();
        const [items, records, journal] = [backend.openItems('d'), backend.openRecords('k'), openJournal(backend)];
        const refused: unknown = expect.objectContaining({ code: 'engine-closed' });
        items.append(['1']);
        await records.write('key', JSON_TYPE, Buffer.from('1'));
        await backend.remove('dataset', 'd', nothing);
        await backend.remove('keyValueStore', 'k', nothing);
        await backend.remove('requestQueue', 'q', nothing);

        expect(() => items.append(['1'])).toThrow(refused);
        expect(() => records.write('key', JSON_TYPE, Buffer.from('2'))).toThrow(refused);
        expect(() => journal.append(['1'])).toThrow(refused);

        expect(existsSync(join(directory, 'datasets/d'))).toBe(false);
        expect(existsSync(join(directory, 'key-value-stores/k'))).toBe(false);
        expect(existsSync(join(directory, 'request-queues/q'))).toBe(false);
        expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    });
});

describe('a file that ends in the middle of a line', () => {
    it.each(['datasets/d/items.jsonl', 'request-queues/q/journal.jsonl', 'key-value-stores/k/index.jsonl'])(
        'is truncated to its last whole line, with a warning: %s',
        async (file) => {
            const { directory, backend } = await openNew();
            await fill(backend);
            await backend.close();
            const path = join(directory, file);
            const whole = readFileSync(path, 'utf8');
            appendFileSync(path, '{"torn":"x'.padEnd(100_000, 'x'));
            const warnings: string[] = [];

            const again = await open(directory, warnings);
            const data = await readAll(again);

            expect(data).toEqual({ items: ['1', '2'], entries: ['3', '4'], record: '5' });
            expect(warnings).toEqual([expect.stringContaining(`\`${path}\` ended in the middle of a line`)]);
            expect(warnings[0]).toContain('100000 bytes');
            expect(readFileSync(path, 'utf8')).toBe(whole);
        },
    );

    it('is empty if it has no whole line', async () => {
        const { directory, backend } = await openNew();
        await backend.close();
        mkdirSync(join(directory, 'datasets/d'), { recursive: true });
        writeFileSync(join(directory, 'datasets/d/items.jsonl'), '\0\0\0');

        const log = (await open(directory, [])).openItems('d');
        log.append(['1']);

        expect(await log.read(0, 9)).toEqual(['1']);
    });
});

describe('files that a user has edited', () => {
    it('are used in their current state: a record', async () => {
        const { directory, backend } = await openNew();
        await backend.openRecords('k').write('INPUT', JSON_TYPE, Buffer.from('{"x":1}'));
        await backend.openRecords('k').write('gone', JSON_TYPE, Buffer.from('{}'));

        writeFileSync(join(directory, 'key-value-stores/k/records/INPUT.json'), '{"x":"edited"}');
        rmSync(join(directory, 'key-value-stores/k/records/gone.json'));

        const records = backend.openRecords('k');
        expect(String(await readRecord(records, 'INPUT'))).toBe('{"x":"edited"}');
        expect(await readRecord(records, 'gone')).toBeUndefined();
        expect([...records.entries()]).toEqual([{ key: 'INPUT', contentType: JSON_TYPE, size: 14 }]);
    });

    it.each([
        { change: 'removed lines', edit: (lines: string[]) => lines.slice(300), expectedWarnings: ['is shorter'] },
        {
            change: 'a longer line',
            edit: (lines: string[]) => ['"edited"'.padEnd(99), ...lines.slice(1)],
            expectedWarnings: [],
        },
    ])('are used in their current state: items with $change', async ({ edit, expectedWarnings }) => {
        const { directory, backend } = await openNew();
        const lines = Array.from({ length: 5000 }, (_, i) => `${i}`);
        backend.openItems('d').append(lines);
        await backend.close();
        expect(existsSync(join(directory, 'datasets/d/items.index'))).toBe(true);

        writeFileSync(join(directory, 'datasets/d/items.jsonl'), `${edit(lines).join('\n')}\n`);

        const warnings: string[] = [];
        const log = (await open(directory, warnings)).openItems('d');
        expect(log.count).toBe(edit(lines).length);
        expect(warnings).toEqual(expectedWarnings.map((text) => expect.stringContaining(text) as unknown));
        expect(await log.read(2000, 2003)).toEqual(edit(lines).slice(2000, 2003));
    });

    it('are ignored and quarantined if they are not valid', async () => {
        const { directory, backend } = await openNew();
        await fill(backend);
        await backend.close();
        const index = join(directory, 'key-value-stores/k/index.jsonl');
        appendFileSync(index, '["evil",{"file":"../../format.json","contentType":"","size":1}]\n');
        const edited = readFileSync(index, 'utf8');
        const warnings: string[] = [];
        const again = await open(directory, warnings);

        expect(Array.from(again.openRecords('k').entries(), ({ key }) => key)).toEqual(['key']);
        expect(warnings).toEqual([expect.stringContaining(`\`${index}\` was corrupted`)]);
        expect(readFileSync(`${index}.damaged`, 'utf8')).toBe(edited);
    });
});

describe('the index of an item file', () => {
    it.each([
        { state: 'missing', harm: (path: string) => rmSync(path) },
        { state: 'torn', harm: (path: string) => truncateSync(path, 1000) },
        { state: 'of other items', harm: (path: string) => writeFileSync(path, Buffer.alloc(16 * 200, 7)) },
        { state: 'behind', harm: (path: string) => truncateSync(path, 16 * 3) },
    ])('is rebuilt if it is $state', async ({ harm }) => {
        const { directory, backend } = await openNew();
        const items = Array.from({ length: 30_000 }, (_, i) => JSON.stringify({ i, text: 'x'.repeat(i % 100) }));
        for (let i = 0; i < items.length; i += 100) backend.openItems('d').append(items.slice(i, i + 100));
        await backend.close();
        harm(join(directory, 'datasets/d/items.index'));

        const again = await open(directory);
        const log = again.openItems('d');
        log.append(['"more"']);
        await again.close();
        const once = (await open(directory)).openItems('d');

        expect(once.count).toBe(30_001);
        for (const start of [0, 63, 64, 12_345, 29_999]) {
            expect(await once.read(start, start + 5)).toEqual([...items, '"more"'].slice(start, start + 5));
        }
    });
});

async function openNew(): Promise<{ directory: string; backend: StorageBackend }> {
    const directory = await tempDir();
    const backend = await open(directory);
    return { directory, backend };
}

async function open(directory: string, warnings?: string[]): Promise<StorageBackend> {
    const onWarning = (message: string): void => {
        if (warnings === undefined) throw new Error(message);
        warnings.push(message);
    };
    const backend = await openTestBackend({ directory, onWarning });
    onTestFinished(() => backend.close());
    return backend;
}

/** Opens a journal for appending. */
function openJournal(backend: StorageBackend): QueueJournal {
    const journal = backend.openJournal('q', NO_COMPACTION);
    readEntries(journal);
    return journal;
}

async function fill(backend: StorageBackend): Promise<void> {
    backend.openItems('d').append(['1', '2']);
    const journal = openJournal(backend);
    journal.append(['3']);
    journal.append(['4']);
    await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('5'));
}

async function readAll(backend: StorageBackend): Promise<unknown> {
    return {
        items: await backend.openItems('d').read(0, 9),
        entries: readEntries(backend.openJournal('q', NO_COMPACTION)),
        record: String(await readRecord(backend.openRecords('k'), 'key')),
    };
}

function isUnder(directory: string, descriptor: string): boolean {
    try {
        return readlinkSync(join('/proc/self/fd', descriptor)).startsWith(directory);
    } catch {
        return false;
    }
}
