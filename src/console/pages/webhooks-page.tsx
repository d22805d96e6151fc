import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { ButtonLink } from '../parts/button-link.js';
import { Empty } from '../parts/empty.js';
import { Link } from '../parts/link.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Table } from '../parts/table.js';
import { Ago } from '../parts/time.js';
import type { Page as Listed, Webhook } from '../api/json.js';
import type { JSX } from '../preact.js';

/** All webhooks, with how they went last. */
export function WebhooksPage(): JSX.Element {
    const webhooks = useResource(
        'webhooks',
        (signal) => api<Listed<Webhook>>('/webhooks', { query: { limit: 1000, desc: true }, signal }),
        { reloadOn: ({ name }) => name === 'dispatch' },
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

function WebhooksTable({ webhooks }: { webhooks: readonly Webhook[] }): JSX.Element {
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
