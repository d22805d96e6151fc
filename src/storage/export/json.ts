import type { Item } from '../../model/storage.js';

/** One JSON array, an item on each line. */
export async function* writeJson(batches: AsyncIterable<Item[]>): AsyncGenerator<string> {
    let separator = '[';
    for await (const items of batches) {
        yield separator + items.map((item) => JSON.stringify(item)).join(',\n');
        separator = ',\n';
    }
    yield separator === '[' ? '[]' : ']';
}
