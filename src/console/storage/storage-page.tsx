import { useEffect } from 'preact/hooks';
import { api, isNotFound } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { useUsage } from '../live/live.js';
import { RunLink } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { CopyButton, DeleteButton, DialogButton } from '../ui/button.js';
import { formatBytes, formatCount } from '../ui/format.js';
import { Ago, Empty, Facts, Page, ResourceView } from '../ui/page.js';
import { ItemsView } from './dataset/items-view.js';
import { NameDialog } from './name-dialog.js';
import { RecordsView } from './records/records-view.js';
import { RequestsView } from './requests/requests-view.js';
import { type AnyStorage, kindOf, type StorageKind } from './storage.js';
import type { ComponentChildren } from 'preact';
import type { KeyValueStoreInfo } from '../api/json.js';

/** A storage: its facts, its contents, and what can be done with it. */
export function StoragePage({ params: { kind: path, id = '' } }: { params: Record<string, string> }) {
    const kind = kindOf(path);
    return <StorageById key={`${kind.path} ${id}`} kind={kind} id={id} />;
}

function StorageById({ kind, id }: { kind: StorageKind; id: string }) {
    const path = `/${kind.path}/${encodeURIComponent(id)}`;
    const storage = useApi<AnyStorage>(path, {}, ({ name }) => name === 'run');
    const { value } = storage;
    if (isNotFound(storage.error)) return <NoStorage kind={kind} id={id} />;
    const name = value?.title ?? value?.name ?? id;
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
            <ResourceView resource={storage}>
                {(shown) => (
                    <>
                        <div class="card run-facts">
                            <Facts facts={factsOf(shown)} />
                        </div>
                        <Contents kind={kind} storage={shown} />
                        {shown.actRunId !== undefined && (
                            <RunWatch key={shown.actRunId} runId={shown.actRunId} onChange={storage.reload} />
                        )}
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

/** Calls back each second, while a run is active: it may have written more. */
function RunWatch({ runId, onChange }: { runId: string; onChange: () => void }) {
    const samples = useUsage(runId);
    useEffect(() => {
        if (samples.length > 0) onChange();
    }, [samples]);
    return null;
}

function Contents({ kind, storage }: { kind: StorageKind; storage: AnyStorage }) {
    const { id } = storage;
    const version = new Date(storage.modifiedAt).getTime();
    switch (kind.path) {
        case 'datasets':
            return <ItemsView datasetId={id} version={version} />;
        case 'key-value-stores': {
            const { recordsPublicUrl } = storage as KeyValueStoreInfo;
            return <RecordsView storeId={id} archiveUrl={recordsPublicUrl} version={version} />;
        }
        case 'request-queues':
            return <RequestsView queueId={id} version={version} />;
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
    const verb = storage.name === undefined ? 'Name' : 'Rename';
    const rename = async (name: string): Promise<void> => {
        onChange(await api<AnyStorage>(path, { method: 'PUT', json: { name: name === '' ? null : name } }));
        showDone(name === '' ? 'Name removed.' : `Renamed to ${name}.`);
    };
    return (
        <>
            <DialogButton
                icon="edit"
                dialog={(onClose) => (
                    <NameDialog
                        title={`${verb} ${what}`}
                        explanation="A storage with a name is kept; one without a name expires when it is not used."
                        before={storage.name ?? ''}
                        verb="Save"
                        isOptional={storage.name !== undefined}
                        onName={rename}
                        onClose={onClose}
                    />
                )}
            >
                {verb}
            </DialogButton>
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

function NoStorage({ kind, id }: { kind: StorageKind; id: string }) {
    const what = kind.name.toLowerCase();
    const list = `/storage/${kind.path}`;
    return (
        <Page title={`${kind.name} not found`} crumbs={[[kind.names, list]]}>
            <Empty title={`There is no ${what} ${id}`} actions={<a href={list}>View all {kind.names.toLowerCase()}</a>}>
                <p>It was deleted, has expired, or belongs to an engine that kept its state in memory.</p>
            </Empty>
        </Page>
    );
}
