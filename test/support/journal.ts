import type { Journal } from '../../src/storage/backend.js';

/** All entries of a journal, oldest first. */
export async function entriesOf(journal: Journal): Promise<string[]> {
    const entries: string[] = [];
    for await (const { bytes } of journal.load()) entries.push(...String(bytes).split('\n').slice(0, -1));
    return entries;
}

/** Gives up the oldest entries of a journal, and writes others in their place. */
export function replaceEntries(journal: Journal, entries: readonly string[]): void {
    const old = [];
    const { end } = journal;
    for (let stretch = journal.oldest(1024); stretch && stretch.position < end; stretch = journal.oldest(1024)) {
        if (old.length === 0 && entries.length > 0) journal.append(entries);
        old.push(stretch);
        journal.giveUp(stretch);
    }
}
