import { entriesOf, replaceEntries } from '../support/journal.js';
import { describe, expect, it } from 'vitest';
import type { StorageKind } from '../../src/model/storage.js';
import type { StorageBackend, StoredStorage } from '../../src/storage/backend.js';
import type { BackendUnderTest } from './storage-backend.contract.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const KINDS: readonly StorageKind[] = ['dataset', 'keyValueStore', 'requestQueue'];

/** What every backend promises of copies of whole storages: one that is filled has what the other had. */
export function storageDumpContract({ name, open, reopen }: BackendUnderTest): void {
    describe(`copies of storages in the ${name} backend`, () => {
        it('have all data, in use or not, and can be gone on with', async () => {
            const backend = await open();
            await write(backend);
            const inUse = dump(backend);
            const again = await reopen(backend);
            const asleep = dump(again);
            expect(texts(asleep)).toEqual(texts(inUse));
            const other = await open();
            for (const kind of KINDS) other.fill(kind, asleep[kind]);

            expect(await other.loadAll('dataset')).toEqual([{ id: 's', metadata: { id: 's', mark: 'dataset' } }]);
            expect(texts(dump(other))).toEqual(texts(inUse));
            const items = other.openItems('s');
            expect([items.count, items.bytes]).toEqual([3, '{"n":1}{"n":2}{"text":"ž"}'.length + 1]);
            items.append(['{"n":4}']);
            expect(await items.read(0, 9)).toEqual(['{"n":1}', '{"n":2}', '{"text":"ž"}', '{"n":4}']);
            const records = other.openRecords('s');
            expect(Array.from(records.entries(), ({ key, contentType, size }) => [key, contentType, size])).toEqual([
                ['INPUT', JSON_TYPE, 2],
                ['large', 'application/octet-stream', 600_000],
                ['picture', 'image/png', 20_000],
            ]);
            expect(await records.read('picture')).toEqual(Buffer.alloc(20_000, 7));
            await records.write('INPUT', JSON_TYPE, Buffer.from('[]'));
            const journal = other.openJournal('s');
            expect(await entriesOf(journal)).toEqual(['["a",1]', '["b",2]']);
            journal.append(['["c",3]']);
            expect(journal.length).toBe(3);
            const lasting = await reopen(other);
            expect(await lasting.openItems('s').read(3, 4)).toEqual(['{"n":4}']);
            expect(await lasting.openRecords('s').read('INPUT')).toEqual(Buffer.from('[]'));
        });

        it('stay as they are, whatever is written afterwards', async () => {
            const backend = await open();
            await write(backend);
            const copy = dump(backend);
            const before = texts(copy);
            backend.openItems('s').append(['{"n":4}']);
            const records = backend.openRecords('s');
            await records.write('picture', 'image/png', Buffer.alloc(20_000, 8));
            await records.write('INPUT', JSON_TYPE, Buffer.from('[]'));
            await records.delete('large');
            replaceEntries(backend.openJournal('s'), ['["z",1]']);
            const other = await open();
            for (const kind of KINDS) other.fill(kind, copy[kind]);
            await other.openRecords('s').write('picture', 'image/png', Buffer.alloc(20_000, 9));
            other.openItems('s').append(['{"n":5}']);

            expect(texts(copy)).toEqual(before);
            expect(await records.read('picture')).toEqual(Buffer.alloc(20_000, 8));
        });

        it('of storages without data have none', async () => {
            const backend = await open();
            for (const kind of KINDS) backend.saveMetadata(kind, 's', { id: 's' });

            for (const kind of KINDS) expect(backend.dump(kind, 's')).toEqual({ lines: [], records: [] });
        });
    });
}

async function write(backend: StorageBackend): Promise<void> {
    for (const kind of KINDS) backend.saveMetadata(kind, 's', { id: 's', mark: kind });
    backend.openItems('s').append(['{"n":1}', '{"n":2}']);
    backend.openItems('s').append(['{"text":"ž"}']);
    const records = backend.openRecords('s');
    await records.write('INPUT', JSON_TYPE, Buffer.from('{}'));
    await records.write('picture', 'image/png', Buffer.alloc(20_000, 7));
    await records.write('large', 'application/octet-stream', Buffer.alloc(600_000, 1));
    await records.write('gone', JSON_TYPE, Buffer.from('1'));
    await records.delete('gone');
    const journal = backend.openJournal('s');
    await entriesOf(journal);
    journal.append(['["a",1]']);
    journal.append(['["b",2]']);
}

function dump(backend: StorageBackend): Record<StorageKind, StoredStorage> {
    const one = (kind: StorageKind): StoredStorage => {
        return { id: 's', metadata: { id: 's', mark: kind }, ...backend.dump(kind, 's') };
    };
    return { dataset: one('dataset'), keyValueStore: one('keyValueStore'), requestQueue: one('requestQueue') };
}

function texts(all: Record<StorageKind, StoredStorage>): unknown {
    return KINDS.map((kind) => ({
        lines: Buffer.concat(all[kind].lines).toString(),
        records: all[kind].records.map(({ key, contentType, bytes }) => [
            key,
            contentType,
            Buffer.from(bytes).toString('hex'),
        ]),
    }));
}
