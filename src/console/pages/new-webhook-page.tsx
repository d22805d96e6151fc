import { newWebhook, type ConditionKind } from '../webhooks/webhook-draft.js';
import { WebhookForm } from '../webhooks/webhook-form.js';
import { Page } from '../parts/page.js';
import { useQuery } from '../router/query.js';
import { navigate } from '../router/router.js';
import type { JSX } from '../preact.js';

const KINDS: readonly ConditionKind[] = ['actor', 'task', 'run'];

/** Makes a webhook. With `?actor=ID`, `?task=ID` or `?run=ID`, about that. */
export function NewWebhookPage(): JSX.Element {
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
