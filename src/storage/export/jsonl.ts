import type { Item } from '../../model/storage.js';

/** An item on each line. */
export async function* writeJsonl(batches: AsyncIterable<Item[]>): AsyncGenerator<string> {
    for await (const items of batches) yield items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
