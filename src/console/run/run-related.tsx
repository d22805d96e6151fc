import { api } from '../api/api.js';
import type { Listed, Run, WebhookDispatch } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { ask } from '../live/live.js';
import { RunsTable } from '../runs/runs-table.js';
import { Link } from '../ui/link.js';
import { Empty } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { DispatchRow } from '../webhooks/dispatches.js';

/** As many of the last dispatches as the API gives at once: it cannot tell those of one run. */
const MOST_DISPATCHES = 1_000;

/** What a run has led to: runs that its Actor has started, and webhooks; and where it keeps what it makes. */
export function RunRelated({ run }: { run: Run }) {
    return (
        <div class="stack">
            <StartedRuns run={run} />
            <Dispatches run={run} />
            <Storages run={run} />
        </div>
    );
}

function StartedRuns({ run }: { run: Run }) {
    const started = useResource(
        `started by ${run.id}`,
        () => ask('started-runs', run.id),
        ({ name }) => name === 'run',
    );
    return (
        <section aria-label="Started runs">
            <h2>Runs that it has started</h2>
            <ResourceView resource={started}>
                {(runs) =>
                    runs.length === 0 ? (
                        <Empty title="It has started no run" command="await Actor.call('another-actor', input)" />
                    ) : (
                        <RunsTable runs={runs} label="Runs that it has started" />
                    )
                }
            </ResourceView>
        </section>
    );
}

function Dispatches({ run }: { run: Run }) {
    const dispatches = useResource(
        `dispatches of ${run.id}`,
        async (signal) => {
            const query = { limit: MOST_DISPATCHES, desc: true };
            const { items } = await api<Listed<WebhookDispatch>>('/webhook-dispatches', { query, signal });
            return items.filter(({ eventData }) => eventData?.actorRunId === run.id);
        },
        ({ name }) => name === 'dispatch',
    );
    return (
        <section aria-label="Webhook dispatches">
            <h2>Webhook dispatches</h2>
            <ResourceView resource={dispatches}>
                {(items) =>
                    items.length === 0 ? (
                        <p class="faint">
                            No webhook was called for it. <Link to="/webhooks">Webhooks</Link> tell other programs of
                            the events of runs.
                        </p>
                    ) : (
                        <div class="table-frame">
                            {items.map((dispatch) => (
                                <DispatchRow key={dispatch.id} dispatch={dispatch} />
                            ))}
                        </div>
                    )
                }
            </ResourceView>
        </section>
    );
}

function Storages({ run }: { run: Run }) {
    return (
        <section aria-label="Storages">
            <h2>Storages</h2>
            <ul class="plain-list">
                {storagesOf(run).map(({ name, to, id }) => (
                    <li key={to}>
                        {name} <Link to={to}>{id}</Link>
                    </li>
                ))}
            </ul>
        </section>
    );
}

function storagesOf({ storageIds }: Run): { name: string; to: string; id: string }[] {
    const kinds = [
        { ids: storageIds.datasets, path: 'datasets', name: 'dataset' },
        { ids: storageIds.keyValueStores, path: 'key-value-stores', name: 'key-value store' },
        { ids: storageIds.requestQueues, path: 'request-queues', name: 'request queue' },
    ];
    return kinds.flatMap(({ ids, path, name }) =>
        Object.entries(ids).map(([alias, id]) => ({
            name: `${alias.charAt(0).toUpperCase()}${alias.slice(1)} ${name}`,
            to: `/storage/${path}/${id}`,
            id,
        })),
    );
}
