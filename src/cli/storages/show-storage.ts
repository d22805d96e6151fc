import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { printRecord } from '../lists/print-record.js';
import { formatBytes, formatCount, formatTime, formatWhole } from '../terminal/units.js';
import type { CommandAction } from '../command.js';
import type { StorageKindWords } from './storage-kind.js';

/** `dataset info`, `kv info`, `queue info`. */
export function showStorage(kind: StorageKindWords): CommandAction {
    return (call) =>
        withApi(call, async (api) => {
            const storage = await findStorage(api, kind, call.words.args[0]!);
            const { itemCount, totalRequestCount, handledRequestCount, stats } = storage;
            printRecord(call, storage, [
                ['Id', storage.id],
                ['Name', storage.name ?? '(none)'],
                ['Title', storage.title],
                ['Items', itemCount === undefined ? undefined : formatWhole(itemCount)],
                ['Fields', storage.fields?.join(', ')],
                [
                    'Requests',
                    totalRequestCount === undefined
                        ? undefined
                        : `${formatCount(totalRequestCount, 'request')}, ${handledRequestCount} of them handled`,
                ],
                ['Size', formatBytes(stats.storageBytes)],
                ['Made', formatTime(storage.createdAt)],
                ['Modified', formatTime(storage.modifiedAt)],
                ['Used', formatTime(storage.accessedAt)],
                ['Run', storage.actRunId],
            ]);
        });
}
