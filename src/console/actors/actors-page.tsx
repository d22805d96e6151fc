import { api } from '../api/api.js';
import type { ActorItem, Listed } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { useQuery } from '../router/query.js';
import { changeQuery } from '../router/router.js';
import { ButtonLink } from '../ui/button.js';
import { SearchField, IdSelect } from '../ui/fields.js';
import { formatCount } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Page, Empty } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table, type Column } from '../ui/table.js';
import { Ago } from '../ui/time.js';

/** All Actors of the engine. */
export function ActorsPage() {
    const actors = useResource(
        'actors',
        (signal) => api<Listed<ActorItem>>('/acts', { query: { limit: 1000, desc: true }, signal }),
        ({ name }) => name === 'build',
    );
    const text = useQuery().get('search') ?? '';
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
                                    onChange={(search) => changeQuery({ search })}
                                />
                            </div>
                            <ActorsTable actors={items.filter((actor) => fits(actor, text))} />
                        </>
                    )
                }
            </ResourceView>
        </Page>
    );
}

function fits({ name, username, title = '' }: ActorItem, text: string): boolean {
    const words = text.toLowerCase().split(/\s+/);
    const searched = `${username}/${name} ${title}`.toLowerCase();
    return words.every((word) => searched.includes(word));
}

const COLUMNS: readonly Column<ActorItem>[] = [
    {
        name: 'Actor',
        isWide: true,
        cell: ({ id, name, username, title }) => (
            <>
                <Link to={`/actors/${id}`}>{title ?? name}</Link>{' '}
                <span class="faint">
                    {username}/{name}
                </span>
            </>
        ),
    },
    { name: 'Runs', isFigure: true, cell: ({ stats }) => formatCount(stats?.totalRuns ?? 0) },
    { name: 'Last run', drop: 1, cell: ({ stats }) => <Ago iso={stats?.lastRunStartedAt} /> },
    { name: 'Changed', drop: 2, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
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

/** Actors with what they have done last. */
export function ActorsTable({ actors }: { actors: readonly ActorItem[] }) {
    return <Table rows={actors} columns={COLUMNS} keyOf={({ id }) => id} label="Actors" />;
}

/** For an engine that nobody has given an Actor yet. */
export function NoActors() {
    return (
        <Empty title="This engine has no Actor yet" command="greenroom init my-actor && greenroom dev my-actor">
            <p>
                Make one from a template, or serve a folder that has one. A program adds it with{' '}
                <code>await engine.addActor('./my-actor')</code>; it appears here at once.
            </p>
        </Empty>
    );
}

/** Chooses an Actor. */
export function ActorSelect(props: { label: string; value: string; onChange: (actorId: string) => void }) {
    const { value: actors } = useResource('actors to choose', (signal) =>
        api<Listed<ActorItem>>('/acts', { query: { limit: 1000 }, signal }),
    );
    return <IdSelect {...props} prompt="Choose an Actor…" choices={actors?.items} />;
}
