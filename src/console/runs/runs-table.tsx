import type { ComponentChildren } from 'preact';
import { useMemo, useCallback } from 'preact/hooks';
import { api } from '../api/api.js';
import type { RunItem, Listed, Run, ActorItem } from '../api/json.js';
import { usePages } from '../api/use-pages.js';
import { useResource } from '../api/use-resource.js';
import { formatUsd } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, RowCount } from '../ui/page.js';
import { Loading, Trouble } from '../ui/resource-view.js';
import { Table, type Column, VirtualTable } from '../ui/table.js';
import { StatusBadge, Ago, Duration } from '../ui/time.js';

/** A few runs. */
export function RunsTable({ runs, label }: { runs: readonly RunItem[]; label: string }) {
    const nameOf = useActorNames();
    return <Table rows={runs} columns={runColumns(nameOf)} keyOf={({ id }) => id} label={label} />;
}

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

/** A list of runs of any length, newest first, live. */
export function AllRuns({
    path,
    label,
    isOf,
    hasActors,
    status,
    empty,
}: {
    /** Where the API lists them. */
    path: string;
    label: string;
    /** Whether a run is one of them, so that an event of it is a reason to read anew. */
    isOf: (run: Pick<Run, 'actId' | 'actorTaskId'>) => boolean;
    /** Whether they are of several Actors. */
    hasActors: boolean;
    status?: string | undefined;
    empty?: ComponentChildren;
}) {
    const query = { desc: true, status };
    const list = usePages(
        `${path} ${status}`,
        (offset, limit) => api<Listed<RunItem>>(path, { query: { ...query, offset, limit } }),
        (event) => event.name === 'run' && isOf(event.run),
    );
    const nameOf = useActorNames();
    const columns = useMemo(() => runColumns(hasActors ? nameOf : undefined), [hasActors, nameOf]);
    if (list.error !== undefined && list.total === undefined)
        return <Trouble error={list.error} onRetry={list.reload} />;
    if (list.total === undefined) return <Loading />;
    if (list.total === 0) return <>{empty ?? <Empty title="No runs" />}</>;
    return (
        <>
            <RowCount count={list.total} one="run" />
            <VirtualTable
                count={list.total}
                rowAt={list.rowAt}
                columns={columns}
                keyOf={({ id }) => id}
                label={label}
                onSeen={list.need}
            />
        </>
    );
}

/** What is to be known of an Actor in order to name it. */
export type NamedActor = Pick<ActorItem, 'id' | 'name'>;

/** The Actors, to choose from; undefined until they are there. */
export function useActors(): readonly NamedActor[] | undefined {
    const { value } = useResource('actors', readActors, ({ name }) => name === 'build');
    return value?.items;
}

/** The names of the Actors by their ids. Runs tell only ids. */
export function useActorNames(): (actorId: string) => string {
    const actors = useActors();
    const names = useMemo(() => new Map(actors?.map(({ id, name }) => [id, name])), [actors]);
    return useCallback((actorId) => names.get(actorId) ?? actorId, [names]);
}

function readActors(signal: AbortSignal): Promise<Listed<NamedActor>> {
    return api('/acts', { query: { limit: 1000 }, signal });
}
