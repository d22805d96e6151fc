import { Link } from '../parts/link.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Ago, Duration } from '../parts/time.js';
import { formatUsd } from '../parts/format.js';
import type { RunItem } from '../api/json.js';
import type { Column } from '../parts/table.js';

/** The columns of a table of runs. @param nameOf - The name of an Actor; without it, all runs are of one Actor. */
export function runColumns(nameOf: ((actorId: string) => string) | undefined): Column<RunItem>[] {
    return [
        { name: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        {
            name: 'Run',
            cell: ({ id }) => (
                <Link to={`/runs/${id}`} class="mono id">
                    {id}
                </Link>
            ),
        },
        ...(nameOf
            ? [
                  {
                      name: 'Actor',
                      isWide: true,
                      cell: ({ actId }: RunItem) => <Link to={`/actors/${actId}`}>{nameOf(actId)}</Link>,
                  },
              ]
            : []),
        { name: 'Started', cell: ({ startedAt }) => <Ago iso={startedAt} /> },
        {
            name: 'Duration',
            isFigure: true,
            drop: 1,
            cell: ({ startedAt, finishedAt }) => <Duration startedAt={startedAt} finishedAt={finishedAt} />,
        },
        { name: 'Build', drop: 2, cell: ({ buildNumber }) => <span class="mono">{buildNumber}</span> },
        { name: 'Origin', drop: 2, cell: ({ meta }) => meta.origin.toLowerCase() },
        {
            name: 'Cost',
            isFigure: true,
            drop: 2,
            cell: ({ usageTotalUsd }) => (usageTotalUsd === undefined ? '–' : formatUsd(usageTotalUsd)),
        },
    ];
}
