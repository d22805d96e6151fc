import type { StorageBackend } from '../../../src/storage/backend.js';
import type { RecordMap } from '../../../src/storage/key-value-store/record-map.js';
import { lockDirectory } from '../../../src/storage/file/directory/directory-lock.js';
import { createFileSystemContext, type FileSystemOptions } from '../../../src/storage/file/file-system-context.js';
import { openFileBackend } from '../../../src/storage/file/file-backend.js';
import type { JournalContent } from '../../../src/storage/file/journal.js';
import { collectBytes } from '../../../src/storage/chunks.js';

/** Opens a backend on a directory, and locks the directory until the backend is closed. */
export async function openTestBackend({
    directory,
    durability = 'process',
    onWarning,
}: Partial<FileSystemOptions> & { directory: string }): Promise<StorageBackend> {
    const lock = await lockDirectory(directory);
    const backend = await openFileBackend(
        createFileSystemContext({ directory: lock.directory, durability, onWarning }),
    );
    const close = backend.close.bind(backend);
    return Object.assign(backend, {
        async close() {
            await close();
            lock.release();
        },
    });
}

/** The content of a journal without dead lines, which is never compacted. */
export const NO_COMPACTION: JournalContent = { size: Number.POSITIVE_INFINITY, lines: () => [][Symbol.iterator]() };

/** Does nothing, for removals without metadata. */
export function nothing(): void {}

/** Returns a copy of the stored bytes of a record. */
export async function readRecord(records: RecordMap, key: string): Promise<Buffer | undefined> {
    const record = await records.open(key);
    return record && collectBytes(record.content);
}
