import { ButtonLink } from '../parts/button-link.js';
import { formatCount } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { Table, type Column } from '../parts/table.js';
import { Ago } from '../parts/time.js';
import type { ActorItem } from '../api/json.js';
import type { JSX } from '../preact.js';

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
export function ActorsTable({ actors }: { actors: readonly ActorItem[] }): JSX.Element {
    return <Table rows={actors} columns={COLUMNS} keyOf={({ id }) => id} label="Actors" />;
}
