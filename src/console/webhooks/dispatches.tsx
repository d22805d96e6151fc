import { useState } from 'preact/hooks';
import { useApi } from '../api/use-resource.js';
import { formatDate, humanize } from '../components/format.js';
import { prettyText } from '../components/parse-json.js';
import { Ago, Duration, EmptyState, DefinitionList, ResourceView, StatusBadge } from '../components/page.js';
import type { ComponentChildren } from 'preact';
import type { Listed, WebhookDispatch } from '../api/json.js';

const SHOWN = 100;

/** The type of an event in words: `ACTOR.RUN.TIMED_OUT` as `Run timed out`. */
export function humanizeEvent(type: string): string {
    return humanize(type.replace('ACTOR.', '').replace('.', '_'));
}

export function Dispatches({ webhookId }: { webhookId: string }) {
    const dispatches = useApi<Listed<WebhookDispatch>>(
        `/webhooks/${webhookId}/dispatches`,
        { desc: true, limit: SHOWN },
        (event) => event.name === 'dispatch' && event.dispatch.webhookId === webhookId,
    );
    const empty = <EmptyState title="No dispatches yet">Start a run of the source, or send a test.</EmptyState>;
    return (
        <ResourceView title="Dispatches" resource={dispatches}>
            {({ items, total }) => (
                <>
                    <DispatchList dispatches={items} empty={empty} />
                    {total > items.length && <p class="faint">{`The latest ${items.length} of ${total}.`}</p>}
                </>
            )}
        </ResourceView>
    );
}

export function DispatchList(props: { dispatches: readonly WebhookDispatch[]; empty: ComponentChildren }) {
    const { dispatches, empty } = props;
    if (dispatches.length === 0) return <>{empty}</>;
    return (
        <div class="table-frame">
            {dispatches.map((dispatch) => (
                <DispatchRow key={dispatch.id} dispatch={dispatch} />
            ))}
        </div>
    );
}

function DispatchRow({ dispatch }: { dispatch: WebhookDispatch }) {
    const [isOpen, setOpen] = useState(false);
    const { status, eventType, createdAt, calls } = dispatch;
    const last = calls.at(-1);
    return (
        <details class="dispatch" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
            <summary>
                <StatusBadge status={status} />
                <span class="grow">{humanizeEvent(eventType)}</span>
                <span class="faint">{last?.responseStatus ?? (last?.errorMessage ? 'No response' : '')}</span>
                {calls.length > 1 && <span class="faint">{`${calls.length} attempts`}</span>}
                <Ago iso={createdAt} />
            </summary>
            {isOpen && <DispatchDetails dispatch={dispatch} />}
        </details>
    );
}

function DispatchDetails({ dispatch: { id, webhook, eventData, calls } }: { dispatch: WebhookDispatch }) {
    const { actorRunId, actorBuildId } = eventData ?? {};
    return (
        <div class="dispatch-body">
            <DefinitionList
                entries={{
                    Id: <span class="mono">{id}</span>,
                    URL: webhook.requestUrl,
                    Run: actorRunId && <a href={`/runs/${actorRunId}`}>{actorRunId}</a>,
                    Build: actorBuildId && <a href={`/builds/${actorBuildId}`}>{actorBuildId}</a>,
                }}
            />
            {calls.length === 0 && <p class="faint">Sending…</p>}
            {calls.map((call, index) => (
                <Attempt key={index} call={call} number={index + 1} />
            ))}
        </div>
    );
}

function Attempt({ call, number }: { call: WebhookDispatch['calls'][number]; number: number }) {
    const { startedAt, finishedAt, errorMessage, responseStatus, responseBody, requestBody } = call;
    return (
        <div class="call stack tight">
            <div class="row">
                <strong>{`Attempt ${number}`}</strong>
                <span class="faint">{formatDate(startedAt)}</span>
                <Duration startedAt={startedAt} finishedAt={finishedAt} />
                {responseStatus !== null && <span class="tag">{responseStatus}</span>}
            </div>
            {errorMessage !== null && <p class="field-error">{errorMessage}</p>}
            <div class="pair">
                <div>
                    <span class="label">Payload</span>
                    <pre class="text-block">{requestBody === null ? 'No payload' : prettyText(requestBody)}</pre>
                </div>
                <div>
                    <span class="label">Response</span>
                    <pre class="text-block">
                        {responseBody === null ? 'No response' : prettyText(responseBody) || 'Empty response'}
                    </pre>
                </div>
            </div>
        </div>
    );
}
