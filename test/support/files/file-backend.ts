import type { StorageBackend } from '../../../src/storage/backend.js';
import type { RecordMap } from '../../../src/storage/key-value-store/record-map.js';
import { lockDirectory } from '../../../src/storage/file/directory/directory-lock.js';
import { createFileSystemContext, type FileSystemOptions } from '../../../src/storage/file/file-system-context.js';
import { openFileBackend } from '../../../src/storage/file/file-backend.js';
import type { JournalContent } from '../../../src/storage/file/journal.js';
import { collectBytes } from '../../../src/storage/chunks.js';

/** Opens a backend on a directory, which it owns until it is closed. */
export async function openFiles({
    directory,
    durability = 'process',
    onWarning,
}: Partial<FileSystemOptions> & { directory: string }): Promise<StorageBackend> {
    const claim = await lockDirectory(directory);
    const backend = await openFileBackend(
        createFileSystemContext({ directory: claim.directory, durability, onWarning }),
    );
    const close = backend.close.bind(backend);
    return Object.assign(backend, {
        async close() {
            await close();
            claim.release();
        },
    });
}

/** What a journal is about whose lines all count. */
export const ALL_LINES: JournalContent = { size: Number.POSITIVE_INFINITY, lines: () => [][Symbol.iterator]() };

/** Nothing, as removals in tests have no metadata to remove. */
export function nothing(): void {}

/** A copy of the bytes of a record as they are stored. */
export async function readRecord(records: RecordMap, key: string): Promise<Buffer | undefined> {
    const record = await records.open(key);
    return record && collectBytes(record.content);
}
