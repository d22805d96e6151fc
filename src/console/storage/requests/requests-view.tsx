import { useState } from 'preact/hooks';
import { api } from '../../api/api.js';
import { useCursorList } from '../../api/long-list.js';
import { useQuery } from '../../router.js';
import { showSuccess } from '../../signals/toasts.js';
import { Button, CopyButton, DeleteButton, Dialog } from '../../components/button.js';
import { JsonTree } from '../../components/code.js';
import { type Option, SearchField, Select } from '../../components/fields.js';
import { formatCount, hasWords } from '../../components/format.js';
import { DraftButton, type DraftField } from '../../form/draft-fields.js';
import { Ago, EmptyState, DefinitionList, StatusBadge } from '../../components/page.js';
import { type Column, ListTable } from '../../components/table.js';
import { REQUEST_STATES, requestState, type RequestState } from '../../../util/request-state.js';
import type { QueueListPage, QueueRequest } from '../../api/json.js';
import type { CursorList } from '../../api/long-list.js';
import type { ContentsProps } from '../storages-page.js';

const OPTIONS: readonly Option[] = [
    ['', 'All states'],
    ...REQUEST_STATES.map((state) => [state, state.charAt(0).toUpperCase() + state.slice(1)] as const),
];

/** The contents of a request queue. */
export function RequestsView({ id: queueId, version }: ContentsProps) {
    const [query, change] = useQuery();
    const state = REQUEST_STATES.find((known) => known === query.get('state')) ?? '';
    const text = query.get('q') ?? '';
    const [changes, setChanges] = useState(0);
    const [opened, open] = useState<RequestRow>();
    const list = useRequests(queueId, state, text, version + changes);
    const refresh = (): void => {
        open(undefined);
        setChanges((count) => count + 1);
    };
    const empty = (
        <EmptyState title="No requests" command="await requestQueue.addRequest({ url: 'https://example.com' })">
            Requests appear here as soon as an Actor adds them.
        </EmptyState>
    );
    return (
        <section class="requests" aria-label="Requests">
            <div class="toolbar">
                <SearchField value={text} onChange={(q) => change({ q })} label="URL or unique key" />
                <Select label="State" value={state} options={OPTIONS} onChange={(next) => change({ state: next })} />
                <Button kind="quiet" icon="refresh" label="Refresh" onPress={refresh} />
                <span class="faint" role="status">
                    {list.isReading ? `${formatCount(list.readCount)} read…` : countRequests(list)}
                </span>
                <span class="spring" />
                <AddRequest queueId={queueId} onAdded={refresh} />
            </div>
            <ListTable
                label="Requests"
                list={list}
                columns={columnsFor(open)}
                empty={state === '' && text === '' ? empty : <p class="faint">No matches</p>}
            />
            {opened && (
                <RequestDialog queueId={queueId} row={opened} onClose={() => open(undefined)} onChanged={refresh} />
            )}
        </section>
    );
}

function countRequests({ items: { length }, isComplete }: CursorList<RequestRow>): string {
    const noun = length === 1 && isComplete ? 'request' : 'requests';
    return `${formatCount(length)}${isComplete ? '' : '+'} ${noun}`;
}

function columnsFor(open: (row: RequestRow) => void): Column<RequestRow>[] {
    return [
        {
            name: 'URL',
            isWide: true,
            cell: (row) => (
                <button type="button" class="cell-button" title={row.url} onClick={() => open(row)}>
                    {row.url}
                </button>
            ),
        },
        { name: 'State', cell: ({ state }) => <StatusBadge status={state.toUpperCase()} /> },
        { name: 'Method', drop: 1, cell: ({ method = 'GET' }) => method },
        { name: 'Retries', isFigure: true, drop: 1, cell: ({ retryCount = 0 }) => retryCount },
        { name: 'Errors', isFigure: true, drop: 2, cell: ({ errorMessages = [] }) => errorMessages.length },
        { name: 'Handled', drop: 2, cell: ({ handledAt }) => <Ago iso={handledAt} /> },
    ];
}

type RequestRow = QueueRequest & { readonly state: RequestState };

const PAGE_SIZE = 1_000;
/** Far more than clients lock at the same time. */
const MAX_LOCKED = 10_000;

function requestsPath(queueId: string): string {
    return `/request-queues/${encodeURIComponent(queueId)}/requests`;
}

/**
 * Reads the matching requests of a queue as they become visible. The API can filter pending and locked requests; for other filters,
 * requests are read until enough match.
 */
function useRequests(queueId: string, state: RequestState | '', text: string, version: number): CursorList<RequestRow> {
    let locked: Promise<ReadonlySet<string>> | undefined;
    const filter = state === 'locked' || state === 'pending' ? state : undefined;
    return useCursorList(`requests ${queueId} ${state} ${text}`, version, {
        async load(cursor, signal) {
            locked ??= readLocked(queueId, signal);
            const query = { limit: PAGE_SIZE, cursor, filter };
            const page = await api<QueueListPage>(requestsPath(queueId), { query, signal });
            const lockedIds = await locked;
            const items = page.items.map((request) => ({ ...request, state: requestState(request, lockedIds) }));
            return { items, next: page.nextCursor };
        },
        isShown: ({ url, uniqueKey, id, state: own }) =>
            (state === '' || own === state) && hasWords(text, url, uniqueKey, id),
    });
}

async function readLocked(queueId: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const query = { limit: MAX_LOCKED, filter: 'locked' };
    const { items } = await api<QueueListPage>(requestsPath(queueId), { query, signal });
    return new Set(items.map(({ id }) => id));
}

interface RequestDialogProps {
    readonly queueId: string;
    readonly row: RequestRow;
    readonly onClose: () => void;
    readonly onChanged: () => void;
}

function RequestDialog({ queueId, row: { state, ...request }, onClose, onChanged }: RequestDialogProps) {
    const path = `${requestsPath(queueId)}/${encodeURIComponent(request.id)}`;
    const { errorMessages = [] } = request;
    const requeue = async (): Promise<void> => {
        // An update needs the complete request.
        const { handledAt: _, ...rest } = await api<Record<string, unknown>>(path);
        await api(path, { method: 'PUT', json: { ...rest, retryCount: 0, errorMessages: [] } });
        showSuccess('Request requeued.');
        onChanged();
    };
    const actions = (
        <>
            {request.handledAt && (
                <Button icon="refresh" onPress={requeue}>
                    Requeue
                </Button>
            )}
            <DeleteButton
                path={path}
                what="the request"
                explanation="This permanently deletes the request. It can be added again."
                onDeleted={onChanged}
            />
        </>
    );
    return (
        <Dialog title="Request" isWide onClose={onClose} actions={actions}>
            <DefinitionList
                entries={{
                    State: <StatusBadge status={state.toUpperCase()} />,
                    URL: <span class="wrap-anywhere">{request.url}</span>,
                    'Loaded from': request.loadedUrl && <span class="wrap-anywhere">{request.loadedUrl}</span>,
                    Method: request.method ?? 'GET',
                    'Unique key': <code class="wrap-anywhere">{request.uniqueKey}</code>,
                    Handled: request.handledAt ? <Ago iso={request.handledAt} /> : undefined,
                    Retries: String(request.retryCount ?? 0),
                }}
            />
            {errorMessages.length > 0 && (
                <>
                    <h3>{errorMessages.length === 1 ? 'Error' : `${errorMessages.length} errors`}</h3>
                    <ol class="request-errors">
                        {errorMessages.map((message, index) => (
                            <li key={index}>
                                <pre>{message}</pre>
                            </li>
                        ))}
                    </ol>
                </>
            )}
            <h3>
                All properties <CopyButton text={() => JSON.stringify(request, null, 2)} label="Copy the request" />
            </h3>
            <JsonTree value={request} />
        </Dialog>
    );
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const NEW = { url: '', method: 'GET', uniqueKey: '', userData: '{}', isFirst: false };
const FIELDS: readonly DraftField<typeof NEW>[] = [
    {
        name: 'url',
        title: 'URL',
        placeholder: 'https://example.com',
        check(url) {
            const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
            return isUrl ? undefined : 'Enter a URL that begins with https:// or http://.';
        },
    },
    { name: 'method', title: 'Method', editor: 'select', isRequired: true, enum: METHODS },
    { name: 'uniqueKey', title: 'Unique key', placeholder: 'Default: derived from the URL' },
    { name: 'userData', editor: 'json', title: 'User data', rows: 4 },
    { name: 'isFirst', type: 'boolean', title: 'Add to the front' },
];

function AddRequest(props: { queueId: string; onAdded: () => void }) {
    const add = async ({ url, method, uniqueKey, userData, isFirst }: typeof NEW): Promise<void> => {
        const { wasAlreadyPresent } = await api<{ wasAlreadyPresent: boolean }>(requestsPath(props.queueId), {
            method: 'POST',
            json: { url, method, userData: JSON.parse(userData) as unknown, uniqueKey: uniqueKey || undefined },
            query: { forefront: isFirst || undefined },
        });
        if (wasAlreadyPresent) throw new Error('The queue already has this request. Set another unique key to add it.');
        showSuccess('Request added.');
        props.onAdded();
    };
    return (
        <DraftButton
            button={{ icon: 'plus', children: 'Add request' }}
            title="Add request"
            verb="Add request"
            initial={NEW}
            fields={FIELDS}
            onSubmit={add}
        />
    );
}
