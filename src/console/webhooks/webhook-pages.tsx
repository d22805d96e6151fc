import { api } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { useLocation, useQuery } from '../router.js';
import { showDone } from '../state/toasts.js';
import { Button, DeleteButton } from '../ui/button.js';
import { ListPage } from '../ui/list-page.js';
import { Ago, Page, ResourceView, StatusBadge } from '../ui/page.js';
import { Dispatches } from './dispatches.js';
import { type ConditionKind, draftOfWebhook, newWebhook, WebhookForm } from './webhook-form.js';
import type { Webhook } from '../api/json.js';
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
    return (
        <ListPage<Webhook>
            title="Webhooks"
            one="webhook"
            path="/webhooks"
            createPath="/webhooks/new"
            about="A webhook sends a request when a run or a build starts or ends."
            columns={() => COLUMNS}
            reloadOn={({ name }) => name === 'dispatch'}
        />
    );
}

/** A webhook: its settings, and its dispatches. */
export function WebhookPage({ params }: { params: Record<string, string> }) {
    const id = params['id']!;
    const resource = useApi<Webhook>(`/webhooks/${id}`);
    const webhook = resource.value;
    return (
        <Page
            title={webhook?.description || webhook?.requestUrl || 'Webhook'}
            crumbs={[['Webhooks', '/webhooks']]}
            actions={webhook && <WebhookActions id={id} />}
        >
            <ResourceView resource={resource}>
                {(value) => (
                    <>
                        <WebhookForm key={id} begin={draftOfWebhook(value)} webhookId={id} onSaved={resource.replace} />
                        <Dispatches webhookId={id} />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

function WebhookActions({ id }: { id: string }) {
    const test = async (): Promise<void> => {
        await api(`/webhooks/${id}/test`, { method: 'POST' });
        showDone('Test sent: see the dispatches.');
    };
    return (
        <>
            <DeleteButton
                path={`/webhooks/${id}`}
                what="the webhook"
                explanation="Also deletes its dispatches. Pending deliveries are cancelled."
                to="/webhooks"
            />
            <Button title="Sends the saved webhook, with the last run" onPress={test}>
                Send a test
            </Button>
        </>
    );
}

const KINDS: readonly ConditionKind[] = ['actor', 'task', 'run'];

/** Creates a webhook. With `?actor=ID`, `?task=ID` or `?run=ID`, about that. */
export function NewWebhookPage() {
    const { route } = useLocation();
    const [query] = useQuery();
    const kind = KINDS.find((known) => query.has(known)) ?? 'actor';
    return (
        <Page title="New webhook" crumbs={[['Webhooks', '/webhooks']]}>
            <WebhookForm
                begin={newWebhook(kind, query.get(kind) ?? '')}
                webhookId={undefined}
                onSaved={({ id }) => route(`/webhooks/${id}`)}
            />
        </Page>
    );
}
