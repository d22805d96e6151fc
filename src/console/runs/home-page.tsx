import { ActorsTable, NoActors } from '../actors/actors-page.js';
import { type Resource, useApi } from '../api/use-resource.js';
import { formatCount } from '../ui/format.js';
import { Page, ResourceView } from '../ui/page.js';
import { ACTIVE, RunsTable } from './runs-table.js';
import type { ComponentChildren } from 'preact';
import type { ActorItem, Listed, RunItem } from '../api/json.js';

const SHOWN = 8;

/** The overview: runs that are active, the Actors, and recent runs. */
export function HomePage() {
    const active = useRuns({ status: ACTIVE, limit: 20 });
    const recent = useRuns({ limit: SHOWN });
    const actors = useApi<Listed<ActorItem>>(
        '/acts',
        { limit: SHOWN, desc: true, sortBy: 'stats.lastRunStartedAt' },
        ({ name }) => name === 'build' || name === 'run',
    );
    return (
        <Page title="Overview">
            {active.value && (
                <Part title="Running now" to="/runs?status=RUNNING" list={active.value}>
                    <RunsTable runs={active.value.items} label="Running now" />
                </Part>
            )}
            <ResourceView resource={actors}>
                {(list) =>
                    list.items.length === 0 ? (
                        <NoActors />
                    ) : (
                        <Part title="Actors" to="/actors" list={list}>
                            <ActorsTable actors={list.items} />
                        </Part>
                    )
                }
            </ResourceView>
            <ResourceView resource={recent}>
                {(list) => (
                    <Part title="Recent runs" to="/runs" list={list}>
                        <RunsTable runs={list.items} label="Recent runs" />
                    </Part>
                )}
            </ResourceView>
        </Page>
    );
}

function useRuns(query: { status?: string; limit: number }): Resource<Listed<RunItem>> {
    return useApi('/actor-runs', { ...query, desc: true }, ({ name }) => name === 'run');
}

interface PartProps {
    readonly title: string;
    readonly to: string;
    readonly list: Listed<unknown>;
    readonly children: ComponentChildren;
}

/** A section with the first entries of a list, and a link to all of it; nothing for an empty list. */
function Part({ title, to, list: { items, total }, children }: PartProps) {
    if (items.length === 0) return null;
    return (
        <section>
            <div class="section-head">
                <h2>{title}</h2>
                {total > items.length && <a href={to}>{`All ${formatCount(total)}`}</a>}
            </div>
            {children}
        </section>
    );
}
