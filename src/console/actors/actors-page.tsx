import { useApi } from '../api/use-resource.js';
import { useQuery } from '../router.js';
import { ButtonLink } from '../ui/button.js';
import { SearchField } from '../ui/fields.js';
import { formatCount, hasWords } from '../ui/format.js';
import { Ago, Empty, Page, ResourceView } from '../ui/page.js';
import { type Column, Table } from '../ui/table.js';
import type { ActorItem, Listed } from '../api/json.js';

/** All Actors of the engine. */
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
                <a href={`/actors/${id}`}>{title ?? name}</a>{' '}
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

/** Actors with their last runs. */
export function ActorsTable({ actors }: { actors: readonly ActorItem[] }) {
    return <Table rows={actors} columns={COLUMNS} label="Actors" />;
}

/** Shown by an engine without Actors. */
export function NoActors() {
    return (
        <Empty title="No Actors yet" command="greenroom init my-actor && greenroom dev my-actor">
            <p>
                Create one from a template, serve a folder that has one, or add it from a program with{' '}
                <code>await engine.addActor('./my-actor')</code>. It appears here at once.
            </p>
        </Empty>
    );
}
