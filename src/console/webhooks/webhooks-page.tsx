import { api } from '../api/api.js';
import type { Listed, Webhook } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { ButtonLink } from '../ui/button.js';
import { Link } from '../ui/link.js';
import { Empty, Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table } from '../ui/table.js';
import { StatusBadge, Ago } from '../ui/time.js';

/** All webhooks, with how they went last. */
export function WebhooksPage() {
    const webhooks = useResource(
        'webhooks',
        (signal) => api<Listed<Webhook>>('/webhooks', { query: { limit: 1000, desc: true }, signal }),
        ({ name }) => name === 'dispatch',
    );
    const create = (
        <ButtonLink to="/webhooks/new" kind="primary" icon="plus">
            New webhook
        </ButtonLink>
    );
    return (
        <Page title="Webhooks" actions={create}>
            <ResourceView resource={webhooks}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty
                            title="No webhooks yet"
                            actions={<ButtonLink to="/webhooks/new">Make a webhook</ButtonLink>}
                        >
                            <p>A webhook sends a request somewhere when a run or a build begins or ends.</p>
                        </Empty>
                    ) : (
                        <WebhooksTable webhooks={items} />
                    )
                }
            </ResourceView>
        </Page>
    );
}

function WebhooksTable({ webhooks }: { webhooks: readonly Webhook[] }) {
    return (
        <Table
            label="Webhooks"
            rows={webhooks}
            keyOf={({ id }) => id}
            columns={[
                {
                    name: 'Webhook',
                    isWide: true,
                    cell: ({ id, requestUrl, description }) => (
                        <Link to={`/webhooks/${id}`} title={requestUrl}>
                            {description || requestUrl}
                        </Link>
                    ),
                },
                {
                    name: 'Events',
                    drop: 1,
                    cell: ({ eventTypes }) =>
                        eventTypes.length > 2 ? `${eventTypes.length} types` : eventTypes.join(', '),
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
                { name: 'When', drop: 1, cell: ({ lastDispatch }) => <Ago iso={lastDispatch?.finishedAt} /> },
            ]}
        />
    );
}
