import { api } from '../api/api.js';
import { useQuery } from '../router.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { Ago, StatusBadge } from '../ui/page.js';
import { ListPage, NewRecordPage, RecordPage } from '../ui/record-pages.js';
import { Dispatches } from './dispatches.js';
import { CONDITION_KINDS, WEBHOOKS, WebhookForm } from './webhook-form.js';
import type { Webhook } from '../api/json.js';
import type { PageParams } from '../router.js';
import type { Column } from '../ui/table.js';

const COLUMNS: readonly Column<Webhook>[] = [
    {
        name: 'Webhook',
        isWide: true,
        cell: ({ id, requestUrl, description }) => (
            <a href={`/webhooks/${id}`} title={requestUrl}>
                {description || requestUrl}
            </a>
        ),
    },
    {
        name: 'Events',
        drop: 1,
        cell: ({ eventTypes }) => (eventTypes.length > 2 ? `${eventTypes.length} types` : eventTypes.join(', ')),
    },
    {
        name: 'State',
        drop: 2,
        cell: ({ isEnabled, isAdHoc }) => (
            <span class="tag">{isEnabled ? (isAdHoc ? 'ad hoc' : 'enabled') : 'off'}</span>
        ),
    },
    {
        name: 'Last dispatch',
        cell: ({ lastDispatch }) =>
            lastDispatch ? <StatusBadge status={lastDispatch.status} /> : <span class="faint">–</span>,
    },
    { name: 'Sent', drop: 1, cell: ({ lastDispatch }) => <Ago iso={lastDispatch?.finishedAt} /> },
];

/** All webhooks, with their last dispatches. */
export function WebhooksPage() {
    return <ListPage<Webhook> type={WEBHOOKS} columns={() => COLUMNS} reloadOn={({ name }) => name === 'dispatch'} />;
}

/** A webhook: its settings, and its dispatches. */
export function WebhookPage({ id }: PageParams) {
    const test = async (): Promise<void> => {
        await api(`/webhooks/${id}/test`, { method: 'POST' });
        showDone('Test sent: see the dispatches.');
    };
    const actions = () => (
        <Button title="Sends the saved webhook, with the last run" onPress={test}>
            Send a test
        </Button>
    );
    return (
        <RecordPage<Webhook>
            type={WEBHOOKS}
            id={id}
            nameOf={({ description, requestUrl }) => description || requestUrl}
            actions={actions}
        >
            {(webhook, { replace }) => (
                <>
                    <WebhookForm webhook={webhook} onSaved={replace} />
                    <Dispatches webhookId={id} />
                </>
            )}
        </RecordPage>
    );
}

/** Creates a webhook. With `?actor=ID`, `?task=ID` or `?run=ID`, about that. */
export function NewWebhookPage() {
    const [query] = useQuery();
    const kind = CONDITION_KINDS.find((known) => query.has(known)) ?? 'actor';
    return (
        <NewRecordPage type={WEBHOOKS}>
            <WebhookForm about={{ kind, id: query.get(kind) ?? '' }} />
        </NewRecordPage>
    );
}
