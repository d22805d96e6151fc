import { Facts } from '../parts/facts.js';
import { formatDate } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { Duration } from '../parts/time.js';
import type { WebhookDispatch } from '../api/json.js';
import type { JSX } from '../preact.js';

type Call = WebhookDispatch['calls'][number];

/** What was sent for an event, and what came back. */
export function DispatchView({ dispatch }: { dispatch: WebhookDispatch }): JSX.Element {
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

function CallView({ call, number }: { call: Call; number: number }): JSX.Element {
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
