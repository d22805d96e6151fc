import { setImmediate } from 'node:timers/promises';
import type { Item } from '../../model/storage.js';
import type { ItemShaper } from '../shape-items.js';

/** The items to write, as one dataset has them. */
export interface ItemsSource {
    id: string;
    /** What to call the dataset. */
    label: string;
    /** Where its items are served. */
    link: string;
    /** How many stored items there are. */
    count: number;
    /** Reads stored items from that one on, in the order in which to write them: some of them, and one at least. */
    read: (from: number) => Promise<Item[]>;
}

/** Reads all items, some at a time and shaped. Tables go through them twice: once for the columns, once for the rows. */
export async function* readBatches(source: ItemsSource, shape: ItemShaper | undefined): AsyncGenerator<Item[]> {
    for (let start = 0; start < source.count;) {
        // Whoever takes all of them without a pause must leave others their turn.
        if (start > 0) await setImmediate();
        const stored = await source.read(start);
        start += stored.length;
        const items = shape ? stored.flatMap(shape) : stored;
        if (items.length > 0) yield items;
    }
}
