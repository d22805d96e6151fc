import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { Dispatches } from '../webhooks/dispatches.js';
import { draftOfWebhook } from '../webhooks/webhook-draft.js';
import { WebhookForm } from '../webhooks/webhook-form.js';
import { Button } from '../parts/button.js';
import { ConfirmButton } from '../parts/confirm.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import type { Webhook } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** A webhook: when it sends what where, and what it has sent. */
export function WebhookPage({ params }: PageProps): JSX.Element {
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

function WebhookActions({ id }: { id: string }): JSX.Element {
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
