import { decodedRecord } from '../../storage/decoded-record.js';
import type { KeyValueStoreClient } from '../../model/client.js';
import type { KeyItem, KeysOptions } from '../../model/storage.js';
import type { RecordStreamer } from '../../model/streams.js';
import type { ZipEntry } from '../../storage/export/zip.js';

/** The records of a store as a ZIP archive, each a file named by its key. They are read one by one, as the archive is. */
export async function archiveRecords(
    store: KeyValueStoreClient,
    options: KeysOptions,
): Promise<AsyncIterable<Uint8Array>> {
    const keys = store.listKeys(options);
    // What is wrong with the options is told now, and not in the midst of the archive.
    await keys;
    const { writeZip } = await import('../../storage/export/zip.js');
    return writeZip(readFiles(store as KeyValueStoreClient & RecordStreamer, keys));
}

async function* readFiles(store: RecordStreamer, keys: AsyncIterable<KeyItem>): AsyncGenerator<ZipEntry> {
    for await (const { key } of keys) {
        const record = await store.streamRecord(key);
        // One that has been deleted meanwhile is not in it.
        if (record === undefined) continue;
        const { content } = decodedRecord(record);
        yield { name: key, content: content instanceof Uint8Array ? [content] : content };
    }
}
