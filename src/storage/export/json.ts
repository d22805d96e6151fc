import type { Item } from '../../model/storage.js';

/** What {@link writeJson} writes, of items that are there. */
export function jsonOf(items: readonly Item[]): string {
    return `[${items.map((item) => JSON.stringify(item)).join(',\n')}]`;
}

/** One JSON array, an item on each line. */
export async function* writeJson(batches: AsyncIterable<Item[]>): AsyncGenerator<string> {
    let separator = '[';
    for await (const items of batches) {
        yield separator + items.map((item) => JSON.stringify(item)).join(',\n');
        separator = ',\n';
    }
    yield separator === '[' ? '[]' : ']';
}
