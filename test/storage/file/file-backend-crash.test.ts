import { readEntries } from '../../support/files/journal.js';
import { appendFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StorageBackend } from '../../../src/storage/backend.js';
import { NO_COMPACTION, openTestBackend, readRecord } from '../../support/files/file-backend.js';
import { startChild } from '../../support/processes/child.js';
import { tempDir } from '../../support/files/temp-dir.js';

const JSON_TYPE = 'application/json; charset=utf-8';

describe('a process that is killed while it writes', () => {
    it.each([1, 2, 3])('loses no acknowledged data and leaves nothing incomplete (%i)', async () => {
        const directory = await tempDir();
        const child = startChild('storage/write-forever.ts', { args: [directory] });
        let acknowledged = 0;
        const enough = 300 + Math.floor(Math.random() * 700);
        for await (const line of { [Symbol.asyncIterator]: () => child.lines() }) {
            acknowledged = Number(line);
            if (acknowledged >= enough) break;
        }
        await child.kill();

        const backend = await open(directory);

        const items = await readItems(backend);
        expect(items.length).toBeGreaterThanOrEqual(2 * (acknowledged + 1));
        expect(items.map(({ round }) => round)).toEqual(items.map((_, i) => Math.floor(i / 2)));
        // Entries that were being compacted may appear twice.
        const all = readEntries(backend.openJournal('q', NO_COMPACTION)).map(parseRound);
        const entries = [...new Set(all)].toSorted((a, b) => a - b);
        expect(entries.at(-1)).toBeGreaterThanOrEqual(acknowledged);
        expect(entries).toEqual(entries.map((_, i) => entries[0]! + i));
        await expectWholeRecords(backend, acknowledged);
    });
});

describe('a crash between the steps of a write', () => {
    it('keeps the old value if the new file is not in place yet', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('"old"'));

        const records = await crash((store) => {
            writeFileSync(join(store, '../../tmp/1'), '"half of a new val');
            appendFileSync(join(store, 'index.jsonl'), '["key",{"file":"key.json","contentType":"application/json"');
        });

        expect(String(await readRecord(records, 'key'))).toBe('"old"');
        expect([...records.entries()]).toEqual([{ key: 'key', contentType: JSON_TYPE, size: 5 }]);
    });

    it('keeps the old type of a record if no line refers to the new file yet', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('"old"'));

        const records = await crash((store) => writeFileSync(join(store, 'records/key.txt'), 'new'));

        expect(String(await readRecord(records, 'key'))).toBe('"old"');
        await records.write('key', 'text/plain', Buffer.from('newer'));
        expect(String(await readRecord(records, 'key'))).toBe('newer');
        expect([...records.entries()]).toEqual([{ key: 'key', contentType: 'text/plain', size: 5 }]);
    });

    it('keeps the new record if the file of the old one is left', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('"old"'));
        await backend.openRecords('k').write('key', `${JSON_TYPE}; v=2`, Buffer.from('"new"'));

        const records = await crash((store) => writeFileSync(join(store, 'records/key.json'), '"old"'));

        expect(String(await readRecord(records, 'key'))).toBe('"new"');
        expect([...records.entries()]).toEqual([{ key: 'key', contentType: `${JSON_TYPE}; v=2`, size: 5 }]);
    });

    it('keeps a record deleted if its file is left', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('other', JSON_TYPE, Buffer.from('1'));
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));
        await backend.openRecords('k').delete('key');

        const records = await crash((store) => writeFileSync(join(store, 'records/key.json'), '1'));

        expect(Array.from(records.entries(), ({ key }) => key)).toEqual(['other']);
    });

    it('removes files that were not in use any more or not yet', async () => {
        const { directory, backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));

        await crash((store) => {
            writeFileSync(join(store, '../../tmp/99'), 'half a record');
            mkdirSync(join(store, '../../tmp/100/records'), { recursive: true });
        });

        expect(readdirSync(join(`${directory}-after`, 'tmp'))).toEqual([]);
    });

    it('removes a storage whose folder was moved away, but not its metadata', async () => {
        const { directory, backend } = await openNew();
        const read = (_: string, document: unknown): object => document as object;
        const stores = backend.openMetadata('keyValueStore', read);
        for (const id of ['k', 'other']) stores.set(id, { id });
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));
        await backend.close();
        renameSync(join(directory, 'key-value-stores/k'), join(directory, 'tmp/removed-keyValueStore-k'));

        const again = await open(directory);

        expect([...again.openMetadata('keyValueStore', read).values()]).toEqual([{ id: 'other' }]);
        expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    });
});

describe.skipIf(process.platform === 'win32')('a full disk', () => {
    it('refuses each write as a whole and keeps the existing data', async () => {
        const directory = await tempDir();
        // 16 or 32 KB per file, depending on the unit of the shell.
        const before = "trap '' XFSZ; ulimit -f 32";
        const child = startChild('storage/fill-the-disk.ts', { args: [directory], before });

        const { failures, count, state, keys } = JSON.parse(String((await child.lines().next()).value)) as {
            failures: string[];
            count: number;
            state: string;
            keys: { key: string }[];
        };

        expect(failures.length).toBeGreaterThanOrEqual(3);
        expect(new Set(failures)).toEqual(new Set(['storage-failed']));
        expect(state).toBe('old');
        expect(keys.map(({ key }) => key)).toEqual(['state']);
        const items = (await open(directory)).openItems('d');
        const texts = await items.read(0, 999);
        expect(texts.slice(0, count).map((text) => text.length > 1500)).toEqual(
            texts.slice(0, count).map((_, i) => i % 2 === 1),
        );
        expect(texts.slice(count).every((text) => text === '"small"')).toBe(true);
    });
});

describe('a record whose file cannot be moved to its path', () => {
    it.each([
        { size: 10, how: 'directly' },
        { size: 100_000, how: 'through another file' },
        { size: 1_000_000, how: 'in the background' },
    ])('keeps its old value or stays absent when $size bytes are written $how', async ({ size }) => {
        const { directory, backend, crash } = await openNew();
        const records = backend.openRecords('k');
        await records.write('key', JSON_TYPE, Buffer.from('"old"'));
        for (const name of ['key.txt', 'new.txt']) {
            mkdirSync(join(directory, 'key-value-stores/k/records', name, 'in-the-way'), { recursive: true });
        }
        const write = async (key: string) => records.write(key, 'text/plain', Buffer.alloc(size));
        const failed: unknown = expect.objectContaining({ code: 'storage-failed' });

        await expect(write('key')).rejects.toThrow(failed);
        await expect(write('new')).rejects.toThrow(failed);

        for (const map of [records, await crash(() => {})]) {
            expect([...map.entries()]).toEqual([{ key: 'key', contentType: JSON_TYPE, size: 5 }]);
            expect(String(await readRecord(map, 'key'))).toBe('"old"');
        }
        expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    });
});

/** Opens a backend. `crash` copies its directory as a crash would leave it, calls `harm` on the copy and opens the copy. */
async function openNew() {
    const directory = await tempDir();
    const backend = await open(directory);
    const crash = async (harm: (store: string) => void) => {
        const after = `${directory}-after`;
        onTestFinished(() => rmSync(after, { recursive: true, force: true }));
        cpSync(directory, after, { recursive: true, filter: (path) => !path.endsWith('.lock') });
        harm(join(after, 'key-value-stores/k'));
        return (await open(after)).openRecords('k');
    };
    return { directory, backend, crash };
}

async function open(directory: string): Promise<StorageBackend> {
    const backend = await openTestBackend({ directory });
    onTestFinished(() => backend.close());
    return backend;
}

async function readItems(backend: StorageBackend): Promise<{ round: number }[]> {
    const items = backend.openItems('d');
    return (await items.read(0, items.count)).map((text) => JSON.parse(text) as { round: number });
}

function parseRound(text: string): number {
    return (JSON.parse(text) as { round: number }).round;
}

async function expectWholeRecords(backend: StorageBackend, acknowledged: number): Promise<void> {
    const records = backend.openRecords('k');
    const round = parseRound(String(await readRecord(records, 'state')));
    expect(round).toBeGreaterThanOrEqual(acknowledged);
    expect(records.meta('state')?.contentType).toBe(`application/json; round=${round}`);
    expect([...records.entries()].length).toBeGreaterThan(200);
    for (const { key, size } of records.entries()) {
        const text = String(await readRecord(records, key));
        expect([key, text.length]).toEqual([key, size]);
        expect(() => parseRound(text)).not.toThrow();
    }
}
