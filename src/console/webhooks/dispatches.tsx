import { DispatchView } from './dispatch-view.js';
import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { Empty } from '../parts/empty.js';
import { ResourceView } from '../parts/resource-view.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Ago } from '../parts/time.js';
import { useState, type JSX } from '../preact.js';
import type { Page, WebhookDispatch } from '../api/json.js';

const SHOWN = 100;

/** The latest dispatches of a webhook, each with its attempts. */
export function Dispatches({ webhookId }: { webhookId: string }): JSX.Element {
    const query = { desc: true, limit: SHOWN };
    const dispatches = useResource(
        `dispatches ${webhookId}`,
        (signal) => api<Page<WebhookDispatch>>(`/webhooks/${webhookId}/dispatches`, { query, signal }),
        { reloadOn: (event) => event.name === 'dispatch' && event.dispatch.webhookId === webhookId },
    );
    return (
        <section>
            <h2 class="section-head">Dispatches</h2>
            <ResourceView resource={dispatches}>
                {({ items, total }) =>
                    items.length === 0 ? (
                        <Empty title="Nothing has been sent yet">
                            <p>Start what it is about, or send a test.</p>
                        </Empty>
                    ) : (
                        <>
                            <div class="table-frame">
                                {items.map((dispatch) => (
                                    <DispatchRow key={dispatch.id} dispatch={dispatch} />
                                ))}
                            </div>
                            {total > items.length && <p class="faint">{`The latest ${items.length} of ${total}.`}</p>}
                        </>
                    )
                }
            </ResourceView>
        </section>
    );
}

/** A dispatch that can be opened. */
export function DispatchRow({ dispatch }: { dispatch: WebhookDispatch }): JSX.Element {
    const [isOpen, setOpen] = useState(false);
    const { status, eventType, createdAt, calls } = dispatch;
    const last = calls.at(-1);
    return (
        <details class="dispatch" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
            <summary>
                <StatusBadge status={status} />
                <span class="grow">{eventType}</span>
                <span class="faint">{last?.responseStatus ?? (last?.errorMessage ? 'no response' : '')}</span>
                {calls.length > 1 && <span class="faint">{`${calls.length} attempts`}</span>}
                <Ago iso={createdAt} />
            </summary>
            {isOpen && <DispatchView dispatch={dispatch} />}
        </details>
    );
}
