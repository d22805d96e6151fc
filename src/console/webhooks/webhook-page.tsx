import { api } from '../api/api.js';
import type { Webhook } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import type { PageProps } from '../router/outlet.js';
import { useQuery } from '../router/query.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { ConfirmButton } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Dispatches } from './dispatches.js';
import { draftOfWebhook, WebhookForm, newWebhook, type ConditionKind } from './webhook-form.js';

/** A webhook: when it sends what where, and what it has sent. */
export function WebhookPage({ params }: PageProps) {
    const id = params['id']!;
    const resource = useResource(`webhook ${id}`, (signal) => api<Webhook>(`/webhooks/${id}`, { signal }));
    const webhook = resource.value;
    return (
        <Page
            title={webhook?.description || webhook?.requestUrl || 'Webhook'}
            crumbs={[{ name: 'Webhooks', to: '/webhooks' }]}
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
        showDone('A test is on its way: see the dispatches.');
    };
    const remove = async (): Promise<void> => {
        await api(`/webhooks/${id}`, { method: 'DELETE' });
        navigate('/webhooks');
        showDone('The webhook is deleted.');
    };
    return (
        <>
            <ConfirmButton
                icon="trash"
                question="Delete the webhook?"
                explanation="Its dispatches go with it; what is still to be delivered is not."
                verb="Delete"
                onConfirm={remove}
            >
                Delete
            </ConfirmButton>
            <Button title="Sends what is saved, with the last run" onPress={test}>
                Send a test
            </Button>
        </>
    );
}

const KINDS: readonly ConditionKind[] = ['actor', 'task', 'run'];

/** Makes a webhook. With `?actor=ID`, `?task=ID` or `?run=ID`, about that. */
export function NewWebhookPage() {
    const query = useQuery();
    const kind = KINDS.find((known) => query.has(known)) ?? 'actor';
    return (
        <Page title="New webhook" crumbs={[{ name: 'Webhooks', to: '/webhooks' }]}>
            <WebhookForm
                begin={newWebhook(kind, query.get(kind) ?? '')}
                webhookId={undefined}
                onSaved={({ id }) => navigate(`/webhooks/${id}`)}
            />
        </Page>
    );
}
