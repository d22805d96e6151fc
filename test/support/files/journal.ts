import type { QueueJournal } from '../../../src/storage/backend.js';

/** All entries of a journal that has just been opened, oldest first. */
export function entriesOf(journal: QueueJournal): string[] {
    return Array.from(journal.load(), (chunk) => Buffer.from(chunk).toString().split('\n').slice(0, -1)).flat();
}
