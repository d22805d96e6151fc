import { type Resource, useApi } from '../api/use-resource.js';
import { useQuery } from '../router.js';
import { ACTIVE, RunsTable } from '../runs/runs-page.js';
import { ButtonLink } from '../components/button.js';
import { SearchField } from '../components/fields.js';
import { formatCount, hasWords } from '../components/format.js';
import { Ago, EmptyState, Page, ResourceView } from '../components/page.js';
import { type Column, Table } from '../components/table.js';
import type { ComponentChildren } from 'preact';
import type { ActorItem, Listed, RunItem } from '../api/json.js';

export function ActorsPage() {
    const query = { limit: 1000, desc: true };
    const actors = useApi<Listed<ActorItem>>('/acts', query, ({ name }) => name === 'build');
    const [address, change] = useQuery();
    const text = address.get('search') ?? '';
    return (
        <Page title="Actors">
            <ResourceView resource={actors}>
                {({ items }) =>
                    items.length === 0 ? (
                        <NoActors />
                    ) : (
                        <>
                            <div class="toolbar">
                                <SearchField
                                    label="Search Actors"
                                    value={text}
                                    onChange={(search) => change({ search })}
                                />
                            </div>
                            <ActorsTable
                                actors={items.filter(({ name, username, title }) =>
                                    hasWords(text, `${username}/${name}`, title),
                                )}
                            />
                        </>
                    )
                }
            </ResourceView>
        </Page>
    );
}

const COLUMNS: readonly Column<ActorItem>[] = [
    {
        name: 'Actor',
        isWide: true,
        cell: ({ id, name, username, title }) => (
            <>
                <a href={`/actors/${id}`}>{title || name}</a>{' '}
                <span class="faint">
                    {username}/{name}
                </span>
            </>
        ),
    },
    { name: 'Runs', isFigure: true, cell: ({ stats }) => formatCount(stats?.totalRuns ?? 0) },
    { name: 'Last run', drop: 1, cell: ({ stats }) => <Ago iso={stats?.lastRunStartedAt} /> },
    { name: 'Updated', drop: 2, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
    {
        name: '',
        isFigure: true,
        cell: ({ id }) => (
            <ButtonLink to={`/actors/${id}/start`} kind="quiet" icon="run">
                Start
            </ButtonLink>
        ),
    },
];

function ActorsTable({ actors }: { actors: readonly ActorItem[] }) {
    return <Table rows={actors} columns={COLUMNS} label="Actors" />;
}

function NoActors() {
    return (
        <EmptyState title="No Actors yet" command="greenroom init my-actor && greenroom dev my-actor">
            Create one from a template, serve a folder that has one, or add it from a program with{' '}
            <code>await engine.addActor('./my-actor')</code>. It appears here immediately.
        </EmptyState>
    );
}

const SHOWN = 8;

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
                <ListSection title="Running now" to="/runs?status=RUNNING" list={active.value}>
                    <RunsTable runs={active.value.items} label="Running now" />
                </ListSection>
            )}
            <ResourceView resource={actors}>
                {(list) =>
                    list.items.length === 0 ? (
                        <NoActors />
                    ) : (
                        <ListSection title="Actors" to="/actors" list={list}>
                            <ActorsTable actors={list.items} />
                        </ListSection>
                    )
                }
            </ResourceView>
            <ResourceView resource={recent}>
                {(list) => (
                    <ListSection title="Recent runs" to="/runs" list={list}>
                        <RunsTable runs={list.items} label="Recent runs" />
                    </ListSection>
                )}
            </ResourceView>
        </Page>
    );
}

function useRuns(query: { status?: string; limit: number }): Resource<Listed<RunItem>> {
    return useApi('/actor-runs', { ...query, desc: true }, ({ name }) => name === 'run');
}

interface ListSectionProps {
    readonly title: string;
    readonly to: string;
    readonly list: Listed<unknown>;
    readonly children: ComponentChildren;
}

/** A section with the first entries of a list and a link to the full list; empty for an empty list. */
function ListSection({ title, to, list: { items, total }, children }: ListSectionProps) {
    if (items.length === 0) return null;
    return (
        <section>
            <div class="section-head">
                <h2>{title}</h2>
                {total > items.length && <a href={to}>{`View all ${formatCount(total)}`}</a>}
            </div>
            {children}
        </section>
    );
}
