import { ActorsTable, NoActors } from '../actors/actors-page.js';
import { api } from '../api/api.js';
import type { ActorItem, Listed, RunItem } from '../api/json.js';
import { useResource, type Resource } from '../api/use-resource.js';
import { RunsTable } from '../runs/runs-table.js';
import { Link } from '../ui/link.js';
import { Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';

const SHOWN = 8;
const GOING_ON = 'READY,RUNNING,TIMING-OUT,ABORTING';

/** What goes on, what has gone on last, and the Actors. */
export function HomePage() {
    const going = useRuns({ status: GOING_ON, limit: 20 });
    const last = useRuns({ limit: SHOWN });
    const actors = useResource(
        'actors of the overview',
        (signal) =>
            api<Listed<ActorItem>>('/acts', {
                query: { limit: SHOWN, desc: true, sortBy: 'stats.lastRunStartedAt' },
                signal,
            }),
        ({ name }) => name === 'build' || name === 'run',
    );
    return (
        <Page title="Overview">
            <GoingOn runs={going} />
            <ResourceView resource={actors}>
                {({ items, total }) =>
                    items.length === 0 ? (
                        <NoActors />
                    ) : (
                        <section>
                            <Head title="Actors" to="/actors" total={total} shown={items.length} />
                            <ActorsTable actors={items} />
                        </section>
                    )
                }
            </ResourceView>
            <ResourceView resource={last}>
                {({ items, total }) =>
                    items.length > 0 && (
                        <section>
                            <Head title="Last runs" to="/runs" total={total} shown={items.length} />
                            <RunsTable runs={items} label="Last runs" />
                        </section>
                    )
                }
            </ResourceView>
        </Page>
    );
}

function useRuns(which: { status?: string; limit: number }): Resource<Listed<RunItem>> {
    return useResource(
        `runs ${which.status} ${which.limit}`,
        (signal) => api<Listed<RunItem>>('/actor-runs', { query: { ...which, desc: true }, signal }),
        ({ name }) => name === 'run',
    );
}

/** Nothing at all where nothing goes on. */
function GoingOn({ runs: { value } }: { runs: Resource<Listed<RunItem>> }) {
    if (value === undefined || value.total === 0) return null;
    return (
        <section>
            <Head title="Running now" to="/runs?status=RUNNING" total={value.total} shown={value.items.length} />
            <RunsTable runs={value.items} label="Running now" />
        </section>
    );
}

function Head({ title, to, total, shown }: { title: string; to: string; total: number; shown: number }) {
    return (
        <div class="section-head">
            <h2>{title}</h2>
            {total > shown && <Link to={to}>{`All ${total.toLocaleString('en')}`}</Link>}
        </div>
    );
}
