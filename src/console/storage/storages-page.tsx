import { useMemo } from 'preact/hooks';
import { api } from '../api/api.js';
import { DraftButton, type DraftField } from '../form/draft-fields.js';
import { type PageParams, useLocation, useQuery } from '../router.js';
import { RunLink } from '../runs/runs-page.js';
import { showSuccess } from '../signals/toasts.js';
import { Button } from '../components/button.js';
import { SearchField } from '../components/fields.js';
import { formatBytes, formatCount } from '../components/format.js';
import { Ago, EmptyState, Page, Tabs } from '../components/page.js';
import { type Column, SearchTable } from '../components/table.js';
import type { DatasetInfo, KeyValueStoreInfo, RequestQueueInfo } from '../api/json.js';

export function StoragesPage({ kind: path }: PageParams) {
    const kind = kindOf(path);
    const [query, change] = useQuery();
    const text = query.get('q') ?? '';
    const isAll = query.get('all') === '1';
    const columns = useMemo(() => columnsOf(kind), [kind]);
    const names = kind.names.toLowerCase();
    const empty = (
        <EmptyState
            title={isAll ? `No ${names}` : `No named ${names}`}
            command={kind.command}
            actions={!isAll && <Button onPress={() => change({ all: '1' })}>Include unnamed</Button>}
        >
            Create one here, or let an Actor open one by a name.
        </EmptyState>
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
                    title="Also show storages without a name, such as those of runs"
                    onPress={() => change({ all: isAll ? undefined : '1' })}
                >
                    Include unnamed
                </Button>
            </div>
            <SearchTable<AnyStorage>
                path={`/${kind.path}`}
                query={{ unnamed: isAll || undefined }}
                text={text}
                searchedTexts={({ id, name, title, actRunId }) => [id, name, title, actRunId]}
                // Runs create storages and write to them.
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
        showSuccess(`${kind.name} created.`);
        route(`/storage/${kind.path}/${id}`);
    };
    return (
        <DraftButton
            button={{ kind: 'primary', icon: 'plus', children: `Create ${kind.name.toLowerCase()}` }}
            title={`New ${kind.name.toLowerCase()}`}
            verb={`Create ${kind.name.toLowerCase()}`}
            initial={{ name: '' }}
            fields={[nameField(true)]}
            onSubmit={create}
        >
            <p>
                Named storages are kept, and Actors can open them by name. Unnamed storages expire when they are not
                used.
            </p>
        </DraftButton>
    );
}

function columnsOf(kind: StorageKind): Column<AnyStorage>[] {
    return [
        {
            name: 'Name',
            isWide: true,
            cell: ({ id, name, title }) => (
                <a href={`/storage/${kind.path}/${id}`} class={name ? undefined : 'mono'}>
                    {title || name || id}
                </a>
            ),
        },
        ...Object.keys(kind.counts).map((name): Column<AnyStorage> => ({
            name,
            isFigure: true,
            cell: (storage) => countsOf(kind, storage)[name],
        })),
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

export type AnyStorage = DatasetInfo | KeyValueStoreInfo | RequestQueueInfo;

export interface ContentsProps {
    /** Id of the storage. */
    readonly id: string;
    /** Changes when the contents may have changed. */
    readonly version: number;
}

/** The kinds of storages, with their paths in the console and the API, and their counters by title. */
export const KINDS = [
    {
        path: 'datasets',
        name: 'Dataset',
        names: 'Datasets',
        command: "await Actor.openDataset('my-dataset')",
        counts: { Items: 'itemCount' },
    },
    {
        path: 'key-value-stores',
        name: 'Key-value store',
        names: 'Key-value stores',
        command: "await Actor.openKeyValueStore('my-store')",
        counts: {},
    },
    {
        path: 'request-queues',
        name: 'Request queue',
        names: 'Request queues',
        command: "await Actor.openRequestQueue('my-queue')",
        counts: { Requests: 'totalRequestCount', Handled: 'handledRequestCount', Pending: 'pendingRequestCount' },
    },
] as const;

export type StorageKind = (typeof KINDS)[number];

export function countsOf({ counts }: StorageKind, storage: AnyStorage): Record<string, string> {
    const figures = storage as unknown as Readonly<Record<string, number>>;
    return Object.fromEntries(Object.entries(counts).map(([name, key]) => [name, formatCount(figures[key] ?? 0)]));
}

/** Returns the kind with a path; the first one for an unknown path. */
export function kindOf(path: string | undefined): StorageKind {
    return KINDS.find((kind) => kind.path === path) ?? KINDS[0];
}

/** Names that the platform permits. */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

export function nameField(isOptional: boolean): DraftField<{ name: string }> {
    return {
        name: 'name',
        title: isOptional ? 'Name (optional)' : 'Name',
        check(name) {
            if (NAME.test(name) || (isOptional && name === '')) return undefined;
            return 'Enter 1 to 63 letters, digits or hyphens. Begin and end with a letter or digit.';
        },
    };
}
