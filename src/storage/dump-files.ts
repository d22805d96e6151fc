import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageKind } from '../model/storage.js';
import { writeNewFile } from './atomic-file.js';
import type { RecordData, StorageData } from './backend.js';
import type { Disk } from './disk.js';
import { ifExists, onDisk } from './disk-error.js';
import { journalPaths } from './file-journal.js';
import { recordFileName } from './record-file-name.js';
import { RecordIndex } from './record-index.js';

/*
 * The data of a storage, from its directory and into one, all at once. It goes by the same files as those who work with a
 * storage step by step, but past them: nobody may have the storage open that is filled, and of one that is read all writes
 * are in the files already.
 */

/** The names of files, without extension. Items are in one, and a journal may be in several. */
const LINE_FILES = { dataset: 'items', requestQueue: 'journal' } as const;
const LINE_BREAK = 0x0a;

/** The whole lines of a dataset or a queue. What comes after the last line break was never acknowledged. */
export function dumpLines(directory: string, kind: keyof typeof LINE_FILES): Uint8Array[] {
    return journalPaths({ directory, name: LINE_FILES[kind] }).flatMap((path) => {
        const bytes = ifExists('read', path, () => readFileSync(path));
        const end = bytes === undefined ? 0 : bytes.lastIndexOf(LINE_BREAK) + 1;
        return end === 0 ? [] : [bytes!.subarray(0, end)];
    });
}

/** The records of an index; those whose file a person has removed are none. */
export function dumpRecords(directory: string, index: RecordIndex): RecordData[] {
    const records: RecordData[] = [];
    for (const { size: _, ...head } of index.entries()) {
        const path = join(directory, 'records', index.get(head.key)!.file);
        const bytes = ifExists('read', path, () => readFileSync(path));
        if (bytes !== undefined) records.push({ ...head, bytes });
    }
    return records;
}

/** Writes the data of a storage into its directory, which is there and has none yet. */
export function fillFiles(directory: string, kind: StorageKind, { lines, records }: StorageData, disk: Disk): void {
    if (kind !== 'keyValueStore') {
        const path = join(directory, `${LINE_FILES[kind]}.jsonl`);
        if (lines.length > 0) onDisk('write', path, () => writeNewFile(path, lines, disk.durability));
        return;
    }
    const index = new RecordIndex(directory, disk);
    index.open();
    for (const { bytes, ...head } of records) {
        const file = recordFileName(head, (name) => index.hasName(name));
        const folder = join(directory, 'records');
        onDisk('write', join(folder, file), () => {
            if (!existsSync(folder)) mkdirSync(folder);
            writeNewFile(join(folder, file), [bytes], disk.durability);
        });
        const { key, contentType, contentEncoding } = head;
        index.set(key, { file, contentType, contentEncoding, size: bytes.length });
    }
    index.close();
}
