import { useMemo, useState } from 'preact/hooks';
import { useQuery } from '../../router.js';
import { Button, DialogButton } from '../../ui/button.js';
import { type Option, SearchField, Select } from '../../ui/fields.js';
import { formatCount } from '../../ui/format.js';
import { Ago, Empty, StatusBadge } from '../../ui/page.js';
import { type Column, ListTable } from '../../ui/table.js';
import { AddRequest, RequestDialog } from './request-dialogs.js';
import { type RequestChoice, type RequestRow, useRequests } from './use-requests.js';
import type { RequestState } from './request-state.js';

const STATES: readonly RequestState[] = ['pending', 'locked', 'handled', 'failed', 'skipped'];
const OPTIONS: readonly Option[] = [
    ['', 'All states'],
    ...STATES.map((state) => [state, state.charAt(0).toUpperCase() + state.slice(1)] as const),
];

/** The contents of a request queue. @param props.version - Another one when there may be other requests. */
export function RequestsView({ queueId, version }: { queueId: string; version: number }) {
    const [query, change] = useQuery();
    const choice: RequestChoice = {
        state: STATES.find((state) => state === query.get('state')) ?? '',
        text: query.get('q') ?? '',
    };
    const [changes, setChanges] = useState(0);
    const [opened, open] = useState<RequestRow>();
    const list = useRequests(queueId, choice, version + changes);
    const refresh = (): void => {
        open(undefined);
        setChanges((count) => count + 1);
    };
    const columns = useMemo(() => columnsFor(open), []);
    return (
        <section class="requests" aria-label="Requests">
            <div class="toolbar">
                <SearchField value={choice.text} onChange={(q) => change({ q })} label="URL or unique key" />
                <Select label="State" value={choice.state} options={OPTIONS} onChange={(state) => change({ state })} />
                <Button kind="quiet" icon="refresh" label="Refresh" onPress={refresh} />
                <span class="faint" role="status">
                    {list.isReading
                        ? `${formatCount(list.readCount)} read…`
                        : `${formatCount(list.items.length)}${list.isWhole ? '' : '+'}`}
                </span>
                <span class="spring" />
                <DialogButton
                    icon="plus"
                    dialog={(onClose) => <AddRequest queueId={queueId} onAdded={refresh} onClose={onClose} />}
                >
                    Request
                </DialogButton>
            </div>
            <ListTable
                label="Requests"
                list={list}
                columns={columns}
                keyOf={({ request }) => request.id}
                empty={<NoRequests choice={choice} />}
            />
            {opened && (
                <RequestDialog queueId={queueId} row={opened} onClose={() => open(undefined)} onChanged={refresh} />
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
        { name: 'State', cell: ({ state }) => <StatusBadge status={state.toUpperCase()} /> },
        { name: 'Method', drop: 1, cell: ({ request }) => request.method ?? 'GET' },
        { name: 'Retries', isFigure: true, drop: 1, cell: ({ request }) => request.retryCount ?? 0 },
        { name: 'Errors', isFigure: true, drop: 2, cell: ({ request }) => request.errorMessages?.length ?? 0 },
        { name: 'Handled', drop: 2, cell: ({ request }) => <Ago iso={request.handledAt} /> },
    ];
}

function NoRequests({ choice }: { choice: RequestChoice }) {
    if (choice.state !== '' || choice.text !== '') return <p class="faint">No matches</p>;
    return (
        <Empty title="No requests" command="await requestQueue.addRequest({ url: 'https://example.com' })">
            <p>Requests appear here as soon as an Actor adds them.</p>
        </Empty>
    );
}
