import { useMemo } from 'preact/hooks';
import { api } from '../api/api.js';
import { usePages, useSearch } from '../api/long-list.js';
import { useLocation, useQuery } from '../router.js';
import { RunLink } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { Button, DialogButton } from '../ui/button.js';
import { SearchField } from '../ui/fields.js';
import { formatBytes, formatCount } from '../ui/format.js';
import { Ago, Empty, Page, Tabs } from '../ui/page.js';
import { type Column, ListTable } from '../ui/table.js';
import { NameDialog } from './name-dialog.js';
import { type AnyStorage, kindOf, KINDS, type StorageKind } from './storage.js';
import type { DatasetInfo, Listed, RequestQueueInfo } from '../api/json.js';

/** The storages of a kind: those with a name, or all. */
export function StoragesPage({ params }: { params: Record<string, string> }) {
    const kind = kindOf(params['kind']);
    const [query, change] = useQuery();
    const text = (query.get('q') ?? '').trim();
    const isAll = query.get('all') === '1';
    const list = { kind, isAll, onAll: () => change({ all: '1' }) };
    return (
        <Page title="Storage" actions={<CreateButton kind={kind} />}>
            <Tabs
                label="Kinds of storage"
                current={kind.names}
                tabs={KINDS.map(({ names, path }) => [names, `/storage/${path}`])}
            />
            <div class="toolbar">
                <SearchField
                    value={query.get('q') ?? ''}
                    onChange={(q) => change({ q })}
                    label="Name, id, or id of a run"
                />
                <Button
                    kind="quiet"
                    isPressed={isAll}
                    title="Also those without a name, such as the ones of runs"
                    onPress={() => change({ all: isAll ? undefined : '1' })}
                >
                    Include unnamed
                </Button>
            </div>
            {text === '' ? (
                <AllStorages key={`${kind.path} ${isAll}`} {...list} />
            ) : (
                <FoundStorages {...list} text={text} />
            )}
        </Page>
    );
}

function CreateButton({ kind }: { kind: StorageKind }) {
    const { route } = useLocation();
    const create = async (name: string): Promise<void> => {
        const { id } = await api<AnyStorage>(`/${kind.path}`, { method: 'POST', query: { name } });
        showDone(`${kind.name} created.`);
        route(`/storage/${kind.path}/${id}`);
    };
    return (
        <DialogButton
            kind="primary"
            icon="plus"
            dialog={(onClose) => (
                <NameDialog
                    title={`New ${kind.name.toLowerCase()}`}
                    explanation="A storage with a name is kept, and Actors can open it by that name. One without a name expires when it is not used."
                    before=""
                    verb="Create"
                    isOptional
                    onName={create}
                    onClose={onClose}
                />
            )}
        >
            {kind.name}
        </DialogButton>
    );
}

interface ListProps {
    readonly kind: StorageKind;
    readonly isAll: boolean;
    readonly onAll: () => void;
}

function AllStorages({ kind, isAll, onAll }: ListProps) {
    const list = usePages<AnyStorage>(
        kind.path,
        (offset, limit) => readStorages(kind, isAll, { offset, limit }),
        // Runs make storages, and fill them.
        ({ name }) => name === 'run',
    );
    const columns = useMemo(() => columnsOf(kind), [kind]);
    const names = kind.names.toLowerCase();
    const empty = (
        <Empty
            title={isAll ? `No ${names}` : `No named ${names}`}
            command={kind.command}
            actions={!isAll && <Button onPress={onAll}>Include the unnamed ones of runs</Button>}
        >
            <p>Create one here, or let an Actor open one by a name.</p>
        </Empty>
    );
    return <ListTable label={kind.names} list={list} columns={columns} empty={empty} />;
}

/** The API cannot search: all storages are read, newest first, and those that match are shown as they come. */
function FoundStorages({ kind, isAll, text }: ListProps & { text: string }) {
    const wanted = text.toLowerCase();
    const list = useSearch<AnyStorage>(
        `${kind.path} ${isAll} ${text}`,
        (offset, limit, signal) => readStorages(kind, isAll, { offset, limit }, signal),
        ({ id, name = '', title = '', actRunId = '' }) =>
            [id, name, title, actRunId].some((where) => where.toLowerCase().includes(wanted)),
    );
    const columns = useMemo(() => columnsOf(kind), [kind]);
    return <ListTable label={kind.names} list={list} columns={columns} empty={<p class="faint">No matches</p>} />;
}

async function readStorages(
    { path }: StorageKind,
    isAll: boolean,
    place: { offset: number; limit: number },
    signal?: AbortSignal,
): Promise<Listed<AnyStorage>> {
    return api(`/${path}`, { query: { ...place, desc: true, unnamed: isAll || undefined }, signal });
}

function columnsOf({ path }: StorageKind): Column<AnyStorage>[] {
    return [
        {
            name: 'Name',
            isWide: true,
            cell: ({ id, name, title }) => (
                <a href={`/storage/${path}/${id}`} class={name === undefined ? 'mono' : undefined}>
                    {title ?? name ?? id}
                </a>
            ),
        },
        ...countColumns(path),
        { name: 'Size', isFigure: true, drop: 1, cell: ({ stats }) => formatBytes(stats?.storageBytes ?? 0) },
        { name: 'Updated', drop: 1, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
        { name: 'Created', drop: 2, cell: ({ createdAt }) => <Ago iso={createdAt} /> },
        {
            name: 'Run',
            drop: 2,
            cell: ({ actRunId }) => (actRunId ? <RunLink id={actRunId} /> : <span class="faint">–</span>),
        },
    ];
}

function countColumns(path: StorageKind['path']): Column<AnyStorage>[] {
    const count = (name: string, countOf: (row: never) => number): Column<AnyStorage> => ({
        name,
        isFigure: true,
        cell: (row) => formatCount(countOf(row as never)),
    });
    if (path === 'datasets') return [count('Items', ({ itemCount }: DatasetInfo) => itemCount)];
    if (path === 'key-value-stores') return [];
    return [
        count('Requests', ({ totalRequestCount }: RequestQueueInfo) => totalRequestCount),
        count('Pending', ({ pendingRequestCount }: RequestQueueInfo) => pendingRequestCount),
    ];
}
