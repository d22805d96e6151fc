import { useApi, useResource } from '../api/use-resource.js';
import { ask } from '../live/live.js';
import { RunsTable } from '../runs/runs-table.js';
import { KINDS } from '../storage/storage.js';
import { Empty, ResourceView } from '../ui/page.js';
import { DispatchList } from '../webhooks/dispatches.js';
import type { Listed, Run, WebhookDispatch } from '../api/json.js';

/** As many of the last dispatches as the API gives at once: it cannot list those of one run. */
const MOST_DISPATCHES = 1_000;

/** What belongs to a run: its child runs, webhook dispatches and storages. */
export function RunRelated({ run }: { run: Run }) {
    const children = useResource(
        `child runs ${run.id}`,
        () => ask('started-runs', run.id),
        ({ name }) => name === 'run',
    );
    const query = { limit: MOST_DISPATCHES, desc: true };
    const dispatches = useApi<Listed<WebhookDispatch>>('/webhook-dispatches', query, ({ name }) => name === 'dispatch');
    return (
        <div class="stack">
            <section aria-label="Child runs">
                <h2>Child runs</h2>
                <ResourceView resource={children}>
                    {(runs) => (
                        <RunsTable
                            runs={runs}
                            label="Child runs"
                            empty={<Empty title="No child runs" command="await Actor.call('another-actor', input)" />}
                        />
                    )}
                </ResourceView>
            </section>
            <section aria-label="Webhook dispatches">
                <h2>Webhook dispatches</h2>
                <ResourceView resource={dispatches}>
                    {({ items }) => (
                        <DispatchList
                            dispatches={items.filter(({ eventData }) => eventData?.actorRunId === run.id)}
                            empty={
                                <p class="faint">
                                    No dispatches for this run. <a href="/webhooks">Webhooks</a> send the events of runs
                                    to other programs.
                                </p>
                            }
                        />
                    )}
                </ResourceView>
            </section>
            <section aria-label="Storages">
                <h2>Storages</h2>
                <ul class="plain-list">
                    {storagesOf(run).map(([name, to, id]) => (
                        <li key={to}>
                            {name} <a href={to}>{id}</a>
                        </li>
                    ))}
                </ul>
            </section>
        </div>
    );
}

function storagesOf({ storageIds }: Run): [name: string, to: string, id: string][] {
    const ids = [storageIds.datasets, storageIds.keyValueStores, storageIds.requestQueues];
    return KINDS.flatMap(({ path, name }, index) =>
        Object.entries(ids[index]!).map(([alias, id]): [string, string, string] => [
            `${alias.charAt(0).toUpperCase()}${alias.slice(1)} ${name.toLowerCase()}`,
            `/storage/${path}/${id}`,
            id,
        ]),
    );
}
