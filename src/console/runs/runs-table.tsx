import { useCallback, useMemo } from 'preact/hooks';
import { useApi } from '../api/use-resource.js';
import { formatUsd } from '../ui/format.js';
import { Ago, Duration, Empty, StatusBadge } from '../ui/page.js';
import { type Column, SearchTable, Table } from '../ui/table.js';
import type { ComponentChildren } from 'preact';
import type { ActorItem, ConsoleEvent, Listed, Run, RunItem } from '../api/json.js';

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
    readonly empty?: ComponentChildren;
}

/** The runs of one Actor or task, newest first, live. */
export function AllRuns({ path, label, isOf, empty = <Empty title="No runs yet" /> }: AllRunsProps) {
    const reloadOn = (event: ConsoleEvent): boolean => event.name === 'run' && isOf(event.run);
    return <SearchTable<RunItem> {...{ path, label, reloadOn, empty }} columns={runColumns()} one="run" />;
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
