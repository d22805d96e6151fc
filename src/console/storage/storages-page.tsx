import { useCallback, useMemo, useState } from 'preact/hooks';
import { api } from '../api/api.js';
import type { Listed, DatasetInfo, KeyValueStoreInfo, RequestQueueInfo } from '../api/json.js';
import { useSearch } from '../api/use-cursor-list.js';
import { usePages } from '../api/use-pages.js';
import type { PageProps } from '../router/outlet.js';
import { useQuery } from '../router/query.js';
import { changeQuery, navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { FormDialog } from '../ui/dialog.js';
import { SearchField, TextField } from '../ui/fields.js';
import { formatBytes, formatCount } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Page, Tabs } from '../ui/page.js';
import { Loading, Trouble } from '../ui/resource-view.js';
import { VirtualTable, type Column } from '../ui/table.js';
import { Ago } from '../ui/time.js';

const AHEAD_ROWS = 50;
const COMMANDS: Record<StorageKindWords['path'], string> = {
    datasets: "await Actor.openDataset('my-dataset')",
    'key-value-stores': "await Actor.openKeyValueStore('my-store')",
    'request-queues': "await Actor.openRequestQueue('my-queue')",
};

/** The storages of a kind: those with a name, or all. */
export function StoragesPage({ params }: PageProps) {
    const kind = kindOf(params['kind']);
    return <StoragesOfKind key={kind.path} kind={kind} />;
}

function StoragesOfKind({ kind }: { kind: StorageKindWords }) {
    const query = useQuery();
    const [isCreating, create] = useState(false);
    const text = (query.get('q') ?? '').trim();
    const isAll = query.get('all') === '1';
    const make = async (name: string): Promise<void> => {
        const { id } = await api<AnyStorage>(`/${kind.path}`, { method: 'POST', query: { name } });
        showDone(`The ${kind.name.toLowerCase()} is there.`);
        navigate(`/storage/${kind.path}/${id}`);
    };
    return (
        <Page
            title="Storage"
            actions={
                <Button kind="primary" icon="plus" onPress={() => create(true)}>
                    {kind.name}
                </Button>
            }
        >
            <Tabs
                label="Kinds of storage"
                current={kind.names}
                tabs={KINDS.map(({ names, path }) => ({ name: names, to: `/storage/${path}` }))}
            />
            <div class="toolbar">
                <SearchField
                    value={query.get('q') ?? ''}
                    onChange={(q) => changeQuery({ q })}
                    label="Name, id, or id of a run"
                />
                <Button
                    kind="quiet"
                    isPressed={isAll}
                    title="Also those without a name, such as the ones of runs"
                    onPress={() => changeQuery({ all: isAll ? undefined : '1' })}
                >
                    Unnamed too
                </Button>
            </div>
            {text === '' ? (
                <AllStorages key={String(isAll)} kind={kind} isAll={isAll} />
            ) : (
                <FoundStorages kind={kind} isAll={isAll} text={text} />
            )}
            {isCreating && (
                <NameDialog
                    title={`New ${kind.name.toLowerCase()}`}
                    explanation="With a name it is kept, and Actors can open it by that. Without one it goes when nobody has used it for long."
                    before=""
                    verb="Create"
                    isOptional
                    onName={make}
                    onClose={() => create(false)}
                />
            )}
        </Page>
    );
}

function AllStorages({ kind, isAll }: { kind: StorageKindWords; isAll: boolean }) {
    const storages = usePages<AnyStorage>(
        `${kind.path} ${isAll}`,
        (offset, limit) => readStorages(kind, isAll, { offset, limit }),
        // Runs make storages, and fill them.
        ({ name }) => name === 'run',
    );
    const columns = useMemo(() => storageColumns(kind), [kind]);
    if (storages.error !== undefined) return <Trouble error={storages.error} onRetry={storages.reload} />;
    if (storages.total === undefined) return <Loading />;
    if (storages.total === 0) return <NoStorages kind={kind} isAll={isAll} />;
    return (
        <VirtualTable
            label={kind.names}
            count={storages.total}
            rowAt={storages.rowAt}
            columns={columns}
            keyOf={({ id }) => id}
            onSeen={storages.need}
        />
    );
}

/** The API cannot search: all are read, newest first, and those shown that are like it, as they come. */
function FoundStorages({ kind, isAll, text }: { kind: StorageKindWords; isAll: boolean; text: string }) {
    const wanted = text.toLowerCase();
    const list = useSearch<AnyStorage>(
        `${kind.path} ${isAll} ${text}`,
        (place, signal) => readStorages(kind, isAll, place, signal),
        ({ id, name = '', title = '', actRunId = '' }) =>
            [id, name, title, actRunId].some((where) => where.toLowerCase().includes(wanted)),
    );
    const columns = useMemo(() => storageColumns(kind), [kind]);
    const see = useCallback((_: number, end: number) => list.ensure(end + AHEAD_ROWS), [list]);
    if (list.error !== undefined) return <Trouble error={list.error} onRetry={() => list.ensure(AHEAD_ROWS)} />;
    if (list.items.length === 0) return list.isWhole ? <p class="faint">None is called like that.</p> : <Loading />;
    return (
        <VirtualTable
            label={kind.names}
            count={list.items.length}
            rowAt={(index) => list.items[index]}
            columns={columns}
            keyOf={({ id }) => id}
            onSeen={see}
        />
    );
}

async function readStorages(
    { path }: StorageKindWords,
    isAll: boolean,
    place: { offset: number; limit: number },
    signal?: AbortSignal,
): Promise<Listed<AnyStorage>> {
    const query = { ...place, desc: true, unnamed: isAll || undefined };
    return api<Listed<AnyStorage>>(`/${path}`, { query, signal });
}

function NoStorages({ kind, isAll }: { kind: StorageKindWords; isAll: boolean }) {
    const names = kind.names.toLowerCase();
    return (
        <Empty
            title={isAll ? `There are no ${names}` : `There are no ${names} with a name`}
            command={COMMANDS[kind.path]}
            actions={
                !isAll && (
                    <Button onPress={() => changeQuery({ all: '1' })}>See those of runs, which have no name</Button>
                )
            }
        >
            <p>Make one here, or let an Actor open one by a name.</p>
        </Empty>
    );
}

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

/** The kinds of storage, as the console and the API name them. */
export interface StorageKindWords {
    /** In addresses of the console and of the API. */
    readonly path: 'datasets' | 'key-value-stores' | 'request-queues';
    readonly name: string;
    readonly names: string;
}

export const KINDS: readonly [StorageKindWords, ...StorageKindWords[]] = [
    { path: 'datasets', name: 'Dataset', names: 'Datasets' },
    { path: 'key-value-stores', name: 'Key-value store', names: 'Key-value stores' },
    { path: 'request-queues', name: 'Request queue', names: 'Request queues' },
];

/** The kind that a part of an address names; the first one for any other. */
export function kindOf(path: string | undefined): StorageKindWords {
    return KINDS.find((kind) => kind.path === path) ?? KINDS[0];
}

/** Asks for the name of a storage. */
export function NameDialog({
    title,
    explanation,
    before,
    verb,
    isOptional,
    onName,
    onClose,
}: {
    title: string;
    explanation: string;
    before: string;
    verb: string;
    /** Whether it may have none. */
    isOptional: boolean;
    onName: (name: string) => Promise<void>;
    onClose: () => void;
}) {
    const [name, setName] = useState(before);
    const trouble = name === '' ? undefined : nameTrouble(name);
    const isReady = trouble === undefined && (isOptional || name !== '');
    return (
        <FormDialog title={title} verb={verb} isReady={isReady} onSubmit={() => onName(name)} onClose={onClose}>
            <p>{explanation}</p>
            <TextField
                label={isOptional ? 'Name, if it is to have one' : 'Name'}
                value={name}
                trouble={trouble}
                onChange={setName}
            />
        </FormDialog>
    );
}

/** As the platform has them. */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** What is wrong with the name of a storage; undefined if nothing is. */
export function nameTrouble(name: string): string | undefined {
    if (NAME.test(name)) return undefined;
    return 'A name has 1 to 63 letters, digits and dashes, and begins and ends with a letter or digit.';
}
