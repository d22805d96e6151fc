import { entriesOf } from '../../support/journal.js';
import {
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StorageBackend } from '../../../src/storage/backend.js';
import { openFileBackend } from '../../../src/storage/file-backend.js';
import { startChild } from '../../support/child.js';
import { tempDir } from '../../support/temp-dir.js';

const JSON_TYPE = 'application/json; charset=utf-8';

describe('a process that is killed while it writes', () => {
    it.each([1, 2, 3])('has lost nothing that was acknowledged, and left nothing half done (%i)', async () => {
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
        // What was just being written anew, before the old one is given up, may be there twice.
        const entries = [...new Set((await entriesOf(backend.openJournal('q'))).map(roundOf))];
        expect(entries.at(-1)).toBeGreaterThanOrEqual(acknowledged);
        expect(entries).toEqual(entries.map((_, i) => entries[0]! + i));
        await expectWholeRecords(backend, acknowledged);
    });
});

describe('a crash between the steps of a write', () => {
    it('leaves a small record new in whole, also where only half of it was overwritten', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('"old value"'));
        await backend.openRecords('k').write('key', `${JSON_TYPE}; v=2`, Buffer.from('"new"'));

        const records = await crash((store) => writeFileSync(join(store, 'records/key.json'), '"newvalue"'));

        expect(String(await records.read('key'))).toBe('"new"');
        expect([...records.entries()]).toEqual([{ key: 'key', contentType: `${JSON_TYPE}; v=2`, size: 5 }]);
    });

    it('leaves a record that was neither listed nor made yet, once it was intended', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));

        const records = await crash((store) => {
            rmSync(join(store, 'index.jsonl'));
            rmSync(join(store, 'records'), { recursive: true });
        });

        expect(String(await records.read('key'))).toBe('1');
    });

    it.each([100_000, 1_000_000])('moves a record of %i bytes into place that was written already', async (size) => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('"old"'));
        await backend.openRecords('k').write('key', 'text/plain', Buffer.alloc(size, 'x'));

        const records = await crash((store) => {
            const { from } = JSON.parse(readIntent(store)) as { from: string };
            renameSync(join(store, 'records/key.txt'), join(store, '../../tmp', from));
            writeFileSync(join(store, 'records/key.json'), '"old"');
        });

        expect((await records.read('key'))?.length).toBe(size);
        expect(records.meta('key')?.contentType).toBe('text/plain');
    });

    it('deletes what was about to be deleted', async () => {
        const { directory, backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));
        await backend.openRecords('k').delete('key');

        const records = await crash((store) => writeFileSync(join(store, 'records/key.json'), '1'));

        expect([...records.entries()]).toEqual([]);
        expect(existsSync(join(`${directory}-after`, 'key-value-stores/k/records/key.json'))).toBe(false);
    });

    it('leaves the old record where the intent itself was cut short', async () => {
        const { backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('"old"'));

        const records = await crash((store) => {
            writeFileSync(join(store, 'records/key.json'), '"edited by a person"');
            truncateSync(join(store, '../../tmp/intent'), 40);
        });

        expect(String(await records.read('key'))).toBe('"edited by a person"');
    });

    it('leaves nothing of files that were not needed any more or not yet', async () => {
        const { directory, backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));

        await crash((store) => {
            writeFileSync(join(store, '../../tmp/99'), 'half a record');
            mkdirSync(join(store, '../../tmp/100/records'), { recursive: true });
        });

        expect(readdirSync(join(`${directory}-after`, 'tmp'))).toEqual([]);
    });

    it('does not bring a store back that was removed', async () => {
        const { directory, backend, crash } = await openNew();
        await backend.openRecords('k').write('key', JSON_TYPE, Buffer.from('1'));

        await crash((store) => rmSync(store, { recursive: true }));

        expect(existsSync(join(`${directory}-after`, 'key-value-stores/k'))).toBe(false);
    });
});

describe.skipIf(process.platform === 'win32')('a disk that takes no more', () => {
    it('refuses each write as a whole and keeps what it has', async () => {
        const directory = await tempDir();
        // 16 or 32 KB a file, as the shell counts.
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

describe('a record whose file cannot be put in place', () => {
    it.each([
        { size: 10, how: 'at once' },
        { size: 100_000, how: 'by way of another file' },
        { size: 1_000_000, how: 'in the background' },
    ])('stays what it was, or is not there, when $size bytes are written $how', async ({ size }) => {
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
            expect(String(await map.read('key'))).toBe('"old"');
        }
        expect(readdirSync(join(directory, 'tmp'))).toEqual(['intent']);
    });
});

/** Opens a backend whose directory can be copied as a crash at this moment would leave it, after `harm` was done to it. */
async function openNew() {
    const directory = await tempDir();
    const backend = await open(directory);
    backend.saveMetadata('keyValueStore', 'k', { id: 'k' });
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
    const backend = await openFileBackend({ directory, durability: 'process' });
    onTestFinished(() => backend.close());
    return backend;
}

async function readItems(backend: StorageBackend): Promise<{ round: number }[]> {
    const items = backend.openItems('d');
    return (await items.read(0, items.count)).map((text) => JSON.parse(text) as { round: number });
}

function roundOf(text: string): number {
    return (JSON.parse(text) as { round: number }).round;
}

async function expectWholeRecords(backend: StorageBackend, acknowledged: number): Promise<void> {
    const records = backend.openRecords('k');
    const round = roundOf(String(await records.read('state')));
    expect(round).toBeGreaterThanOrEqual(acknowledged);
    expect(records.meta('state')?.contentType).toBe(`application/json; round=${round}`);
    expect([...records.entries()].length).toBeGreaterThan(200);
    for (const { key, size } of records.entries()) {
        const text = String(await records.read(key));
        expect([key, text.length]).toEqual([key, size]);
        expect(() => roundOf(text)).not.toThrow();
    }
}

/** The JSON text in an intent file, after its header of three numbers. */
function readIntent(store: string): string {
    const content = readFileSync(join(store, '../../tmp/intent'));
    return content.toString('utf8', 12, 12 + content.readUInt32LE(0));
}
