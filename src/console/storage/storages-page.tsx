import { useMemo } from 'preact/hooks';
import { api } from '../api/api.js';
import { useLocation, useQuery } from '../router.js';
import { RunLink } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { Button, DialogButton } from '../ui/button.js';
import { SearchField } from '../ui/fields.js';
import { formatBytes, formatCount } from '../ui/format.js';
import { DraftDialog } from '../ui/forms.js';
import { Ago, Empty, Page, Tabs } from '../ui/page.js';
import { type Column, SearchTable } from '../ui/table.js';
import { type AnyStorage, kindOf, KINDS, nameField, type StorageKind } from './storage.js';
import type { DatasetInfo, RequestQueueInfo } from '../api/json.js';
import type { PageParams } from '../router.js';

/** The storages of a kind: those with a name, or all. */
export function StoragesPage({ kind: path }: PageParams) {
    const kind = kindOf(path);
    const [query, change] = useQuery();
    const text = query.get('q') ?? '';
    const isAll = query.get('all') === '1';
    const columns = useMemo(() => columnsOf(kind), [kind]);
    const names = kind.names.toLowerCase();
    const empty = (
        <Empty
            title={isAll ? `No ${names}` : `No named ${names}`}
            command={kind.command}
            actions={!isAll && <Button onPress={() => change({ all: '1' })}>Include the unnamed ones of runs</Button>}
        >
            <p>Create one here, or let an Actor open one by a name.</p>
        </Empty>
    );
    return (
        <Page title="Storage" actions={<CreateButton kind={kind} />}>
            <Tabs
                label="Kinds of storage"
                current={kind.names}
                tabs={KINDS.map(({ names: name, path: slug }) => [name, `/storage/${slug}`])}
            />
            <div class="toolbar">
                <SearchField value={text} onChange={(q) => change({ q })} label="Name, id, or id of a run" />
                <Button
                    kind="quiet"
                    isPressed={isAll}
                    title="Also those without a name, such as the ones of runs"
                    onPress={() => change({ all: isAll ? undefined : '1' })}
                >
                    Include unnamed
                </Button>
            </div>
            <SearchTable<AnyStorage>
                path={`/${kind.path}`}
                query={{ unnamed: isAll || undefined }}
                text={text}
                wordsOf={({ id, name, title, actRunId }) => [id, name, title, actRunId]}
                // Runs make storages, and fill them.
                reloadOn={({ name }) => name === 'run'}
                label={kind.names}
                columns={columns}
                empty={text.trim() === '' ? empty : <p class="faint">No matches</p>}
            />
        </Page>
    );
}

function CreateButton({ kind }: { kind: StorageKind }) {
    const { route } = useLocation();
    const create = async (query: { name: string }): Promise<void> => {
        const { id } = await api<AnyStorage>(`/${kind.path}`, { method: 'POST', query });
        showDone(`${kind.name} created.`);
        route(`/storage/${kind.path}/${id}`);
    };
    const dialog = (onClose: () => void) => (
        <DraftDialog
            title={`New ${kind.name.toLowerCase()}`}
            verb="Create"
            begin={{ name: '' }}
            fields={[nameField(true)]}
            onSubmit={create}
            onClose={onClose}
        >
            <p>
                A storage with a name is kept, and Actors can open it by that name. One without a name expires when it
                is not used.
            </p>
        </DraftDialog>
    );
    return (
        <DialogButton kind="primary" icon="plus" dialog={dialog}>
            {kind.name}
        </DialogButton>
    );
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
