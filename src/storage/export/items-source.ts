import type { Item } from '../../model/storage.js';
import type { ItemShaper } from '../shape-items.js';

const STORED_ITEMS_PER_BATCH = 200;

/** The items to write, as one dataset has them. */
export interface ItemsSource {
    id: string;
    /** What to call the dataset. */
    label: string;
    /** Where its items are served. */
    link: string;
    /** How many stored items there are. */
    count: number;
    /** Reads stored items, from the one up to but not including the other, in the order in which to write them. */
    read: (from: number, to: number) => Promise<Item[]>;
}

/** Reads all items, some at a time and shaped. Tables go through them twice: once for the columns, once for the rows. */
export async function* readBatches(source: ItemsSource, shape: ItemShaper | undefined): AsyncGenerator<Item[]> {
    for (let start = 0; start < source.count; start += STORED_ITEMS_PER_BATCH) {
        const stored = await source.read(start, Math.min(start + STORED_ITEMS_PER_BATCH, source.count));
        const items = shape ? stored.flatMap(shape) : stored;
        if (items.length > 0) yield items;
    }
}
