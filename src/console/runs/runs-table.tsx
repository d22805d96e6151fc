import { useCallback, useMemo } from 'preact/hooks';
import { api } from '../api/api.js';
import { usePages } from '../api/long-list.js';
import { useApi } from '../api/use-resource.js';
import { formatUsd } from '../ui/format.js';
import { Ago, Duration, Empty, StatusBadge } from '../ui/page.js';
import { type Column, ListTable, Table } from '../ui/table.js';
import type { ComponentChildren } from 'preact';
import type { ActorItem, Listed, Run, RunItem } from '../api/json.js';

/** The statuses of runs that have not ended. */
export const ACTIVE = 'READY,RUNNING,TIMING-OUT,ABORTING';

/** Returns the name of an Actor. Runs have only its id. */
export type NameOfActor = (actorId: string) => string;

/** Returns the Actors, to choose from; undefined until they are there. */
export function useActors(): readonly Pick<ActorItem, 'id' | 'name'>[] | undefined {
    return useApi<Listed<ActorItem>>('/acts', { limit: 1000 }, ({ name }) => name === 'build').value?.items;
}

export function useActorNames(): NameOfActor {
    const actors = useActors();
    const names = useMemo(() => new Map(actors?.map(({ id, name }) => [id, name])), [actors]);
    return useCallback((actorId) => names.get(actorId) ?? actorId, [names]);
}

/** A few runs. */
export function RunsTable(props: { runs: readonly RunItem[]; label: string; empty?: ComponentChildren }) {
    const nameOf = useActorNames();
    return <Table rows={props.runs} columns={runColumns(nameOf)} label={props.label} empty={props.empty} />;
}

interface AllRunsProps {
    /** Where the API lists them. */
    readonly path: string;
    readonly label: string;
    /** True for the runs whose events are a reason to read the list again. */
    readonly isOf: (run: Pick<Run, 'actId' | 'actorTaskId'>) => boolean;
    /** True if they are of several Actors. */
    readonly hasActors?: boolean;
    readonly status?: string;
    readonly empty?: ComponentChildren;
}

/** A list of runs of any length, newest first, live. */
export function AllRuns({ path, label, isOf, hasActors, status, empty = <Empty title="No runs yet" /> }: AllRunsProps) {
    const list = usePages(
        `${path} ${status}`,
        (offset, limit) => api<Listed<RunItem>>(path, { query: { desc: true, status, offset, limit } }),
        (event) => event.name === 'run' && isOf(event.run),
    );
    const nameOf = useActorNames();
    const columns = useMemo(() => runColumns(hasActors ? nameOf : undefined), [hasActors, nameOf]);
    return <ListTable list={list} columns={columns} label={label} one="run" empty={empty} />;
}

/** Returns the columns of a table of runs. @param nameOf - Missing where all runs are of one Actor. */
export function runColumns(nameOf?: NameOfActor): Column<RunItem>[] {
    const actor: Column<RunItem> = {
        name: 'Actor',
        isWide: true,
        cell: ({ actId }) => <a href={`/actors/${actId}`}>{nameOf?.(actId)}</a>,
    };
    return [
        { name: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        { name: 'Run', cell: ({ id }) => <RunLink id={id} /> },
        ...(nameOf ? [actor] : []),
        { name: 'Started', cell: ({ startedAt }) => <Ago iso={startedAt} /> },
        { name: 'Duration', isFigure: true, drop: 1, cell: (run) => <Duration {...run} /> },
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

export function RunLink({ id }: { id: string }) {
    return (
        <a href={`/runs/${id}`} class="mono id">
            {id}
        </a>
    );
}
