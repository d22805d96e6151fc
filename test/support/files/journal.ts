import type { QueueJournal } from '../../../src/storage/backend.js';

/** Returns all entries of a journal, oldest first. Must be called directly after opening. */
export function readEntries(journal: QueueJournal): string[] {
    return Array.from(journal.load(), (chunk) => Buffer.from(chunk).toString().split('\n').slice(0, -1)).flat();
}
