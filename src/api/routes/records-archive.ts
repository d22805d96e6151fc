import { EngineError } from '../../errors/engine-error.js';
import type { KeyValueStoreClient } from '../../model/client.js';
import type { KeysOptions } from '../../model/storage.js';

/** As many files as an archive without ZIP64 can have. */
const MAX_FILES = 65_535;

/**
 * The records of a store as a ZIP archive, each a file named by its key. They are read one by one, as the archive is.
 *
 * @throws EngineError `request-too-large` when there are more records than an archive can have, before anything is written.
 */
export async function archiveRecords(
    store: KeyValueStoreClient,
    options: KeysOptions,
): Promise<AsyncIterable<Uint8Array>> {
    const keys: string[] = [];
    for await (const { key } of store.listKeys(options)) keys.push(key);
    if (keys.length > MAX_FILES) {
        const message =
            `The store has ${keys.length} such records, but a ZIP archive can have ${MAX_FILES}. ` +
            'Choose some by `prefix`, or read them one by one.';
        throw new EngineError('request-too-large', message, { details: { records: keys.length } });
    }
    const { writeZip } = await import('../../storage/export/zip.js');
    return writeZip(readFiles(store, keys));
}

async function* readFiles(
    store: KeyValueStoreClient,
    keys: readonly string[],
): AsyncGenerator<{ name: string; content: Uint8Array[] }> {
    for (const key of keys) {
        const record = await store.getRecord(key, { buffer: true });
        // One that has been deleted meanwhile is not in it.
        if (record !== undefined) yield { name: key, content: [record.value] };
    }
}
