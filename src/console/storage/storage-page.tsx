import { useEffect } from 'preact/hooks';
import { api } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { useUsage } from '../live/live.js';
import { RunLink } from '../runs/runs-page.js';
import { showSuccess } from '../signals/toasts.js';
import { CopyButton, DeleteButton } from '../components/button.js';
import { formatBytes } from '../components/format.js';
import { DraftButton } from '../form/draft-fields.js';
import { Ago, DefinitionList, NotFound, Page, ResourceView } from '../components/page.js';
import { ItemsView } from './dataset/items-view.js';
import { RecordsView } from './records/records-view.js';
import { RequestsView } from './requests/requests-view.js';
import { type AnyStorage, type ContentsProps, countsOf, kindOf, nameField, type StorageKind } from './storages-page.js';
import type { ComponentChildren, ComponentType } from 'preact';
import type { PageParams } from '../router.js';

export function StoragePage({ kind: slug, id }: PageParams) {
    const kind = kindOf(slug);
    const Contents = CONTENTS[kind.path];
    const path = `/${kind.path}/${encodeURIComponent(id)}`;
    const storage = useApi<AnyStorage>(path, {}, ({ name }) => name === 'run');
    const { value } = storage;
    const missing = (
        <NotFound what={`${kind.name} ${id}`} all={kind.names.toLowerCase()} to={`/storage/${kind.path}`}>
            It was deleted, has expired, or belonged to an engine in memory.
        </NotFound>
    );
    const name = value?.title || value?.name || id;
    return (
        <Page
            title={name}
            heading={
                <span class="run-heading">
                    {name}
                    <CopyButton text={id} label="Copy the id" />
                </span>
            }
            crumbs={[[kind.names, `/storage/${kind.path}`]]}
            actions={value && <Actions kind={kind} path={path} storage={value} onChange={storage.replace} />}
        >
            <ResourceView resource={storage} missing={missing}>
                {(shown) => (
                    <>
                        <DefinitionList className="card run-details" entries={detailsOf(kind, shown)} />
                        <Contents id={shown.id} version={new Date(shown.modifiedAt).getTime()} />
                        {shown.actRunId !== undefined && (
                            <RunObserver key={shown.actRunId} runId={shown.actRunId} onChange={storage.reload} />
                        )}
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

/** Calls `onChange` each second while a run is active, since the run may write to the storage. */
function RunObserver({ runId, onChange }: { runId: string; onChange: () => void }) {
    const samples = useUsage(runId);
    useEffect(() => {
        if (samples.length > 0) onChange();
    }, [samples]);
    return null;
}

const CONTENTS: Readonly<Record<StorageKind['path'], ComponentType<ContentsProps>>> = {
    datasets: ItemsView,
    'key-value-stores': RecordsView,
    'request-queues': RequestsView,
};

function detailsOf(kind: StorageKind, storage: AnyStorage): Record<string, ComponentChildren> {
    const { id, name, actRunId, createdAt, modifiedAt, stats } = storage;
    return {
        Id: !name ? undefined : <span class="mono">{id}</span>,
        ...countsOf(kind, storage),
        Size: formatBytes(stats.storageBytes),
        Updated: <Ago iso={modifiedAt} />,
        Created: <Ago iso={createdAt} />,
        Run: actRunId && <RunLink id={actRunId} />,
    };
}

interface ActionsProps {
    readonly kind: StorageKind;
    readonly path: string;
    readonly storage: AnyStorage;
    readonly onChange: (storage: AnyStorage) => void;
}

function Actions({ kind, path, storage, onChange }: ActionsProps) {
    const what = `the ${kind.name.toLowerCase()}`;
    const verb = !storage.name ? 'Name' : 'Rename';
    const rename = async ({ name }: { name: string }): Promise<void> => {
        onChange(await api<AnyStorage>(path, { method: 'PUT', json: { name: name === '' ? null : name } }));
        showSuccess(name === '' ? 'Name removed.' : `Renamed to ${name}.`);
    };
    return (
        <>
            <DraftButton
                button={{ icon: 'edit', children: verb }}
                title={`${verb} ${what}`}
                verb="Save"
                initial={{ name: storage.name ?? '' }}
                fields={[nameField(Boolean(storage.name))]}
                onSubmit={rename}
            >
                <p>Named storages are kept. Unnamed storages expire when they are not used.</p>
            </DraftButton>
            <DeleteButton
                path={path}
                what={what}
                kind="danger"
                explanation="This permanently deletes all contents."
                to={`/storage/${kind.path}`}
            />
        </>
    );
}
