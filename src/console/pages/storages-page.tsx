import { api } from '../api/api.js';
import { usePages } from '../api/use-pages.js';
import { useSearch } from '../lists/use-search.js';
import { Button } from '../parts/button.js';
import { Empty } from '../parts/empty.js';
import { Page } from '../parts/page.js';
import { Loading } from '../parts/resource-view.js';
import { SearchField } from '../parts/search-field.js';
import { Tabs } from '../parts/tabs.js';
import { Trouble } from '../parts/trouble.js';
import { VirtualTable } from '../parts/virtual-table.js';
import { useCallback, useMemo, useState, type JSX } from '../preact.js';
import { useQuery } from '../router/query.js';
import { changeQuery, navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import { KINDS, kindOf, type StorageKindWords } from '../storage/kinds.js';
import { NameDialog } from '../storage/name-dialog.js';
import { storageColumns, type AnyStorage } from '../storage/storage-columns.js';
import type { Page as Listed } from '../api/json.js';
import type { PageProps } from '../router/outlet.js';

const AHEAD_ROWS = 50;
const COMMANDS: Record<StorageKindWords['path'], string> = {
    datasets: "await Actor.openDataset('my-dataset')",
    'key-value-stores': "await Actor.openKeyValueStore('my-store')",
    'request-queues': "await Actor.openRequestQueue('my-queue')",
};

/** The storages of a kind: those with a name, or all. */
export function StoragesPage({ params }: PageProps): JSX.Element {
    const kind = kindOf(params['kind']);
    return <StoragesOfKind key={kind.path} kind={kind} />;
}

function StoragesOfKind({ kind }: { kind: StorageKindWords }): JSX.Element {
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

function AllStorages({ kind, isAll }: { kind: StorageKindWords; isAll: boolean }): JSX.Element {
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
function FoundStorages({ kind, isAll, text }: { kind: StorageKindWords; isAll: boolean; text: string }): JSX.Element {
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

function NoStorages({ kind, isAll }: { kind: StorageKindWords; isAll: boolean }): JSX.Element {
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
