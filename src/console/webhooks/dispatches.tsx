import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import type { Listed, WebhookDispatch } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { formatDate } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Facts } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { StatusBadge, Ago, Duration } from '../ui/time.js';

const SHOWN = 100;

/** The latest dispatches of a webhook, each with its attempts. */
export function Dispatches({ webhookId }: { webhookId: string }) {
    const query = { desc: true, limit: SHOWN };
    const dispatches = useResource(
        `dispatches ${webhookId}`,
        (signal) => api<Listed<WebhookDispatch>>(`/webhooks/${webhookId}/dispatches`, { query, signal }),
        (event) => event.name === 'dispatch' && event.dispatch.webhookId === webhookId,
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
export function DispatchRow({ dispatch }: { dispatch: WebhookDispatch }) {
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

type Call = WebhookDispatch['calls'][number];

/** What was sent for an event, and what came back. */
export function DispatchView({ dispatch }: { dispatch: WebhookDispatch }) {
    const { id, webhook, eventData, calls } = dispatch;
    const { actorRunId, actorBuildId } = eventData ?? {};
    return (
        <div class="dispatch-body">
            <Facts
                facts={{
                    Id: <span class="mono">{id}</span>,
                    URL: webhook.requestUrl,
                    Run: actorRunId && <Link to={`/runs/${actorRunId}`}>{actorRunId}</Link>,
                    Build: actorBuildId && <Link to={`/builds/${actorBuildId}`}>{actorBuildId}</Link>,
                }}
            />
            {calls.length === 0 && <p class="faint">It is on its way.</p>}
            {calls.map((call, index) => (
                <CallView key={index} call={call} number={index + 1} />
            ))}
        </div>
    );
}

function CallView({ call, number }: { call: Call; number: number }) {
    const { startedAt, finishedAt, errorMessage, responseStatus, responseBody, requestBody } = call;
    return (
        <div class="call stack tight">
            <div class="row">
                <strong>{`Attempt ${number}`}</strong>
                <span class="faint">{formatDate(startedAt)}</span>
                <Duration startedAt={startedAt} finishedAt={finishedAt} />
                {responseStatus !== null && <span class="tag">{responseStatus}</span>}
            </div>
            {errorMessage !== null && <p class="field-trouble">{errorMessage}</p>}
            <div class="pair">
                <div>
                    <span class="label">Payload</span>
                    <pre class="text-block">{pretty(requestBody) ?? 'Nothing was sent.'}</pre>
                </div>
                <div>
                    <span class="label">Response</span>
                    <pre class="text-block">{responseBody === null ? 'None.' : pretty(responseBody) || 'Empty.'}</pre>
                </div>
            </div>
        </div>
    );
}

function pretty(text: string | null): string | undefined {
    if (text === null) return undefined;
    try {
        return JSON.stringify(JSON.parse(text), null, 4);
    } catch {
        return text;
    }
}
