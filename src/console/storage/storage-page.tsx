import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, apiAnswer, isNotFound } from '../api/api.js';
import type { KeyValueStoreInfo } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { useUsage } from '../live/use-usage.js';
import type { PageProps } from '../router/outlet.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import { ItemsView } from './dataset/items-view.js';
import { RecordsView } from './records/records-view.js';
import { RequestsView } from './requests/requests-view.js';
import { kindOf, type StorageKindWords, NameDialog, type AnyStorage } from './storages-page.js';
import { Button, CopyButton } from '../ui/button.js';
import { ConfirmButton } from '../ui/dialog.js';
import { formatBytes, formatCount } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Facts, Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Ago } from '../ui/time.js';

/** One storage: what it is, what is in it, and what can be done with it. */
export function StoragePage({ params }: PageProps) {
    const kind = kindOf(params['kind']);
    const id = params['id'] ?? '';
    return <StorageById key={`${kind.path} ${id}`} kind={kind} id={id} />;
}

function StorageById({ kind, id }: { kind: StorageKindWords; id: string }) {
    const path = `/${kind.path}/${encodeURIComponent(id)}`;
    const storage = useResource(
        `storage ${kind.path} ${id}`,
        (signal) => api<AnyStorage>(path, { signal }),
        ({ name }) => name === 'run',
    );
    const { value } = storage;
    const crumbs = [{ name: kind.names, to: `/storage/${kind.path}` }];
    if (isNotFound(storage.error)) return <NoStorage kind={kind} id={id} />;
    const name = value?.title ?? value?.name ?? id;
    const version = value === undefined ? 0 : new Date(value.modifiedAt).getTime();
    return (
        <Page
            title={name}
            heading={
                <span class="run-heading">
                    {name}
                    <CopyButton text={id} label="Copy the id" />
                </span>
            }
            crumbs={crumbs}
            actions={value && <Actions kind={kind} path={path} storage={value} onChange={storage.replace} />}
        >
            <ResourceView resource={storage}>
                {(shown) => (
                    <>
                        <div class="card run-facts">
                            <Facts facts={factsOf(shown)} />
                        </div>
                        <Contents kind={kind} storage={shown} version={version} />
                        {shown.actRunId !== undefined && (
                            <Beat key={shown.actRunId} runId={shown.actRunId} onBeat={storage.reload} />
                        )}
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

/** Tells each second, while a run goes on, that there may be more. */
function Beat({ runId, onBeat }: { runId: string; onBeat: () => void }): null {
    const samples = useUsage(runId);
    useEffect(() => {
        if (samples.length > 0) onBeat();
    }, [samples]);
    return null;
}

function Contents({ kind, storage, version }: { kind: StorageKindWords; storage: AnyStorage; version: number }) {
    switch (kind.path) {
        case 'datasets':
            return <ItemsView datasetId={storage.id} version={version} />;
        case 'key-value-stores':
            return (
                <RecordsView
                    storeId={storage.id}
                    archiveUrl={(storage as KeyValueStoreInfo).recordsPublicUrl}
                    version={version}
                />
            );
        case 'request-queues':
            return <RequestsView queueId={storage.id} version={version} />;
    }
}

function factsOf(storage: AnyStorage): Record<string, ComponentChildren> {
    const { id, name, actRunId, createdAt, modifiedAt, stats } = storage;
    return {
        Id: name === undefined ? undefined : <span class="mono">{id}</span>,
        ...('itemCount' in storage && { Items: formatCount(storage.itemCount) }),
        ...('totalRequestCount' in storage && {
            Requests: formatCount(storage.totalRequestCount),
            Handled: formatCount(storage.handledRequestCount),
            Pending: formatCount(storage.pendingRequestCount),
        }),
        Size: formatBytes(stats.storageBytes),
        Changed: <Ago iso={modifiedAt} />,
        Created: <Ago iso={createdAt} />,
        Run: actRunId && (
            <Link to={`/runs/${actRunId}`} class="mono">
                {actRunId}
            </Link>
        ),
    };
}

function Actions({
    kind,
    path,
    storage,
    onChange,
}: {
    kind: StorageKindWords;
    path: string;
    storage: AnyStorage;
    onChange: (storage: AnyStorage) => void;
}) {
    const [isNaming, setNaming] = useState(false);
    const what = kind.name.toLowerCase();
    const rename = async (name: string): Promise<void> => {
        onChange(await api<AnyStorage>(path, { method: 'PUT', json: { name: name === '' ? null : name } }));
        showDone(name === '' ? `The ${what} has no name any more.` : `The ${what} is called ${name}.`);
        setNaming(false);
    };
    const remove = async (): Promise<void> => {
        await apiAnswer(path, { method: 'DELETE' });
        showDone(`The ${what} is deleted.`);
        navigate(`/storage/${kind.path}`);
    };
    return (
        <>
            <Button icon="edit" onPress={() => setNaming(true)}>
                {storage.name === undefined ? 'Name' : 'Rename'}
            </Button>
            <ConfirmButton
                icon="trash"
                kind="danger"
                question={`Delete the ${what}?`}
                explanation="All that is in it is gone for good."
                verb="Delete"
                onConfirm={remove}
            >
                Delete
            </ConfirmButton>
            {isNaming && (
                <NameDialog
                    title={storage.name === undefined ? `Name the ${what}` : `Rename the ${what}`}
                    explanation="A storage with a name is kept; one without goes when nobody has used it for long."
                    before={storage.name ?? ''}
                    verb="Save"
                    isOptional={storage.name !== undefined}
                    onName={rename}
                    onClose={() => setNaming(false)}
                />
            )}
        </>
    );
}

function NoStorage({ kind, id }: { kind: StorageKindWords; id: string }) {
    const what = kind.name.toLowerCase();
    return (
        <Page title={`No such ${what}`} crumbs={[{ name: kind.names, to: `/storage/${kind.path}` }]}>
            <Empty
                title={`There is no ${what} ${id}`}
                actions={<Link to={`/storage/${kind.path}`}>See those that there are</Link>}
            >
                <p>It was deleted, with its run or by itself, or was in the memory of an engine that is gone.</p>
            </Empty>
        </Page>
    );
}
