import { formatBytes, formatCount } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { Ago } from '../parts/time.js';
import type { DatasetInfo, KeyValueStoreInfo, RequestQueueInfo } from '../api/json.js';
import type { Column } from '../parts/table.js';
import type { StorageKindWords } from './kinds.js';

/** Any storage, as lists have it. */
export type AnyStorage = DatasetInfo | KeyValueStoreInfo | RequestQueueInfo;

/** The columns of a list of storages of one kind. */
export function storageColumns({ path }: StorageKindWords): Column<AnyStorage>[] {
    return [
        {
            name: 'Name',
            isWide: true,
            cell: ({ id, name, title }) => (
                <Link to={`/storage/${path}/${id}`} class={name === undefined ? 'mono' : undefined}>
                    {title ?? name ?? id}
                </Link>
            ),
        },
        ...contents(path),
        { name: 'Size', isFigure: true, drop: 1, cell: ({ stats }) => formatBytes(stats?.storageBytes ?? 0) },
        { name: 'Changed', drop: 1, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
        { name: 'Created', drop: 2, cell: ({ createdAt }) => <Ago iso={createdAt} /> },
        {
            name: 'Run',
            drop: 2,
            cell: ({ actRunId }) =>
                actRunId === undefined ? (
                    <span class="faint">–</span>
                ) : (
                    <Link to={`/runs/${actRunId}`} class="mono id">
                        {actRunId}
                    </Link>
                ),
        },
    ];
}

function contents(path: StorageKindWords['path']): Column<AnyStorage>[] {
    switch (path) {
        case 'datasets':
            return [{ name: 'Items', isFigure: true, cell: (row) => formatCount((row as DatasetInfo).itemCount) }];
        case 'request-queues':
            return [
                {
                    name: 'Requests',
                    isFigure: true,
                    cell: (row) => formatCount((row as RequestQueueInfo).totalRequestCount),
                },
                {
                    name: 'Pending',
                    isFigure: true,
                    drop: 1,
                    cell: (row) => formatCount((row as RequestQueueInfo).pendingRequestCount),
                },
            ];
        case 'key-value-stores':
            return [];
    }
}
