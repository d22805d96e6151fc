import { Link } from '../parts/link.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Ago, Duration } from '../parts/time.js';
import type { Actor, BuildItem } from '../api/json.js';
import type { Column } from '../parts/table.js';

/** The columns of a table of the builds of an Actor. */
export function buildColumns({ taggedBuilds }: Actor): Column<BuildItem>[] {
    const tagsOf = (buildId: string): string[] =>
        Object.entries(taggedBuilds)
            .filter(([, tagged]) => tagged.buildId === buildId)
            .map(([tag]) => tag);
    return [
        { name: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        {
            name: 'Build',
            cell: ({ id, buildNumber }) => (
                <Link to={`/builds/${id}`} class="mono">
                    {buildNumber}
                </Link>
            ),
        },
        {
            name: 'Tags',
            isWide: true,
            cell: ({ id }) =>
                tagsOf(id).map((tag) => (
                    <span class="tag" key={tag}>
                        {tag}
                    </span>
                )),
        },
        { name: 'Started', cell: ({ startedAt }) => <Ago iso={startedAt} /> },
        {
            name: 'Duration',
            isFigure: true,
            drop: 1,
            cell: ({ startedAt, finishedAt }) => <Duration startedAt={startedAt} finishedAt={finishedAt} />,
        },
        { name: 'Origin', drop: 2, cell: ({ meta }) => meta?.origin.toLowerCase() },
    ];
}
