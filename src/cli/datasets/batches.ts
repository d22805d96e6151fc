import type { Item } from '../../model/storage.js';

/** The platform takes pushes of up to 9 MB; an item that is larger by itself goes alone, and is refused there. */
const MAX_BATCH_BYTES = 4 * 1024 ** 2;

/** Items as JSON texts, in groups that are small enough for one push each. */
export function* batchesOf(items: readonly Item[]): Generator<readonly string[]> {
    let batch: string[] = [];
    let size = 0;
    for (const item of items) {
        const text = JSON.stringify(item);
        const bytes = Buffer.byteLength(text) + 1;
        if (batch.length > 0 && size + bytes > MAX_BATCH_BYTES) {
            yield batch;
            batch = [];
            size = 0;
        }
        batch.push(text);
        size += bytes;
    }
    if (batch.length > 0) yield batch;
}
