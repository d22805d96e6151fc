import { withApi } from '../api/with-api.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatBytes, formatTime, formatWhole } from '../terminal/units.js';
import type { ApiPage } from '../api/api.js';
import type { CommandAction } from '../command.js';
import type { StorageRecord } from '../find/find-storage.js';
import type { StorageKindWords } from './storage-kind.js';

/** `dataset ls`, `kv ls`, `queue ls`. */
export function listStorages(kind: StorageKindWords): CommandAction {
    return (call) => {
        const { desc, ...range } = readListOptions(call.words);
        return withApi(call, async (api) => {
            const unnamed = call.words.flag('all');
            const page: ApiPage<StorageRecord> = await api.page(kind.path, { ...range, query: { desc, unnamed } });
            printList(call, page, viewOf(kind, unnamed));
        });
    };
}

function viewOf({ noun, command }: StorageKindWords, isAll: boolean): ListView<StorageRecord> {
    const columns: ListView<StorageRecord>['columns'] = [
        { title: 'ID', isWhole: true, cell: ({ id }) => id },
        { title: 'NAME', style: () => 'cyan', cell: ({ name = '' }) => name },
        ...(command === 'dataset'
            ? [{ title: 'ITEMS', align: 'right', cell: ({ itemCount = 0 }) => count(itemCount) } as const]
            : []),
        ...(command === 'queue'
            ? ([
                  { title: 'REQUESTS', align: 'right', cell: ({ totalRequestCount: all = 0 }) => count(all) },
                  { title: 'PENDING', align: 'right', cell: ({ pendingRequestCount: left = 0 }) => count(left) },
              ] as const)
            : []),
        { title: 'SIZE', align: 'right', cell: ({ stats }) => formatBytes(stats.storageBytes) },
        { title: 'MODIFIED', isOptional: true, isWhole: true, cell: ({ modifiedAt }) => formatTime(modifiedAt) },
        ...(isAll ? [{ title: 'RUN', isWhole: true, cell: ({ actRunId = '' }: StorageRecord) => actRunId }] : []),
    ];
    const others = isAll ? '' : `Those of runs have no names: see them with --all. `;
    return {
        noun: isAll ? noun : [`named ${noun[0]}`, `named ${noun[1]}`],
        columns,
        whenEmpty: `${others}Make one with \`greenroom ${command} create NAME\`.`,
    };
}

function count(number: number): string {
    return formatWhole(number);
}
