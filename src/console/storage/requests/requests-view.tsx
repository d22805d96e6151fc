import { useCallback, useMemo, useState } from 'preact/hooks';
import { useQuery } from '../../router/query.js';
import { changeQuery } from '../../router/router.js';
import { AddRequest, RequestDialog } from './request-dialogs.js';
import type { RequestState } from './request-state.js';
import { useRequests, type RequestChoice, type RequestRow } from './use-requests.js';
import { Button } from '../../ui/button.js';
import { SearchField } from '../../ui/fields.js';
import { formatCount } from '../../ui/format.js';
import { Empty } from '../../ui/page.js';
import { Loading, Trouble } from '../../ui/resource-view.js';
import { VirtualTable, type Column } from '../../ui/table.js';
import { Ago } from '../../ui/time.js';

const STATES: readonly RequestState[] = ['pending', 'locked', 'handled', 'failed', 'skipped'];
/** So far below what is seen more is read. */
const AHEAD_ROWS = 100;

/** What is in a request queue. */
export function RequestsView({
    queueId,
    version,
}: {
    queueId: string;
    /** Another one when there may be other requests. */
    version: number;
}) {
    const query = useQuery();
    const choice: RequestChoice = {
        state: STATES.find((state) => state === query.get('state')) ?? '',
        text: query.get('q') ?? '',
    };
    const [changes, setChanges] = useState(0);
    const [opened, open] = useState<RequestRow>();
    const [isAdding, add] = useState(false);
    const list = useRequests(queueId, choice, version + changes);
    const again = (): void => {
        open(undefined);
        setChanges((count) => count + 1);
    };
    const columns = useMemo(() => columnsFor(open), []);
    const see = useCallback((_: number, end: number) => list.ensure(end + AHEAD_ROWS), [list]);
    return (
        <section class="requests" aria-label="Requests">
            <div class="toolbar">
                <SearchField value={choice.text} onChange={(q) => changeQuery({ q })} label="URL or unique key" />
                <select
                    aria-label="State"
                    value={choice.state}
                    onChange={({ currentTarget }) => changeQuery({ state: currentTarget.value })}
                >
                    <option value="">All states</option>
                    {STATES.map((state) => (
                        <option key={state} value={state}>
                            {state.charAt(0).toUpperCase() + state.slice(1)}
                        </option>
                    ))}
                </select>
                <Button kind="quiet" icon="refresh" label="Read the requests anew" onPress={again} />
                <span class="faint" role="status">
                    {list.isReading
                        ? `${formatCount(list.readCount)} read…`
                        : `${formatCount(list.items.length)}${list.isWhole ? '' : '+'}`}
                </span>
                <span class="spring" />
                <Button icon="plus" onPress={() => add(true)}>
                    Request
                </Button>
            </div>
            {list.error !== undefined && <Trouble error={list.error} onRetry={again} />}
            {list.items.length > 0 && (
                <VirtualTable
                    label="Requests"
                    count={list.items.length}
                    rowAt={(index) => list.items[index]}
                    columns={columns}
                    keyOf={({ request }) => request.id}
                    onSeen={see}
                />
            )}
            {list.items.length === 0 &&
                (list.isWhole ? <NoRequests choice={choice} /> : list.error === undefined && <Loading />)}
            {opened && (
                <RequestDialog queueId={queueId} row={opened} onClose={() => open(undefined)} onChanged={again} />
            )}
            {isAdding && (
                <AddRequest queueId={queueId} onClose={() => add(false)} onAdded={() => (add(false), again())} />
            )}
        </section>
    );
}

function columnsFor(open: (row: RequestRow) => void): Column<RequestRow>[] {
    return [
        {
            name: 'URL',
            isWide: true,
            cell: (row) => (
                <button type="button" class="cell-button" title={row.request.url} onClick={() => open(row)}>
                    {row.request.url}
                </button>
            ),
        },
        { name: 'State', cell: ({ state }) => <RequestBadge state={state} /> },
        { name: 'Method', drop: 1, cell: ({ request }) => request.method ?? 'GET' },
        { name: 'Retries', isFigure: true, drop: 1, cell: ({ request }) => request.retryCount ?? 0 },
        { name: 'Errors', isFigure: true, drop: 2, cell: ({ request }) => request.errorMessages?.length ?? 0 },
        { name: 'Handled', drop: 2, cell: ({ request }) => <Ago iso={request.handledAt} /> },
    ];
}

function NoRequests({ choice }: { choice: RequestChoice }) {
    if (choice.state !== '' || choice.text !== '') return <p class="faint">No request of the queue is like that.</p>;
    return (
        <Empty title="There are no requests" command="await requestQueue.addRequest({ url: 'https://example.com' })">
            <p>What an Actor is to visit is here, with what has become of it.</p>
        </Empty>
    );
}

/** As the style sheet has them for statuses. */
const LOOKS: Record<RequestState, string> = {
    pending: 'waiting',
    locked: 'going',
    handled: 'good',
    failed: 'bad',
    skipped: 'off',
};

/** How it is with a request: by word and colour. */
export function RequestBadge({ state }: { state: RequestState }) {
    return (
        <span class={`status ${LOOKS[state]}`}>
            <span class="dot" aria-hidden="true" />
            {state.charAt(0).toUpperCase() + state.slice(1)}
        </span>
    );
}
