import { useApi } from '../api/use-resource.js';
import { useQuery } from '../router.js';
import { type Option, SearchField, Select } from '../components/fields.js';
import { formatUsd, humanize } from '../components/format.js';
import { Ago, Duration, EmptyState, Page, StatusBadge } from '../components/page.js';
import { type Column, SearchTable, Table } from '../components/table.js';
import type { ComponentChildren } from 'preact';
import type { ActorItem, ConsoleEvent, Listed, Run, RunItem } from '../api/json.js';

/** The statuses of runs that have not ended. */
export const ACTIVE = 'READY,RUNNING,TIMING-OUT,ABORTING';

export function hasEnded({ status }: Pick<Run, 'status'>): boolean {
    return !ACTIVE.split(',').includes(status);
}

const STATUSES: readonly Option[] = [
    ['', 'All statuses'],
    [ACTIVE, 'Running'],
    ['SUCCEEDED', 'Succeeded'],
    ['FAILED', 'Failed'],
    ['TIMED-OUT', 'Timed out'],
    ['ABORTED', 'Aborted'],
];

export function RunsPage() {
    const [query, change] = useQuery();
    const [status = '', actor = '', text = ''] = ['status', 'actor', 'q'].map((name) => query.get(name) ?? '');
    const actors = useActors();
    const nameOf = nameIn(actors);
    return (
        <Page title="Runs">
            <div class="toolbar">
                <SearchField value={text} onChange={(q) => change({ q })} label="Id, Actor, build, origin" />
                <Select
                    label="Status"
                    value={status}
                    options={STATUSES}
                    onChange={(chosen) => change({ status: chosen })}
                />
                <Select
                    label="Actor"
                    value={actor}
                    options={[['', 'All Actors'], ...(actors ?? []).map(({ id, name }) => [id, name] as const)]}
                    onChange={(id) => change({ actor: id })}
                />
            </div>
            {(actors || text === '') && (
                <SearchTable<RunItem>
                    path={actor === '' ? '/actor-runs' : `/acts/${encodeURIComponent(actor)}/runs`}
                    query={{ status }}
                    text={text}
                    searchedTexts={({ id, actId, actorTaskId, buildNumber, meta }) => [
                        id,
                        nameOf(actId),
                        actorTaskId,
                        buildNumber,
                        meta.origin,
                    ]}
                    reloadOn={(event) => event.name === 'run' && (actor === '' || event.run.actId === actor)}
                    rowIn={(event) => (event.name === 'run' ? event.run : undefined)}
                    label="Runs"
                    one="run"
                    columns={runColumns(nameOf)}
                    empty={<NoRuns isChoice={status !== '' || actor !== '' || text !== ''} />}
                />
            )}
        </Page>
    );
}

function NoRuns({ isChoice }: { isChoice: boolean }) {
    if (isChoice) {
        return (
            <EmptyState title="No matching runs">
                Choose another status or Actor, or search for something else.
            </EmptyState>
        );
    }
    return (
        <EmptyState title="No runs yet" command="greenroom run ./my-actor">
            Start an Actor from its page, a program or a terminal.
        </EmptyState>
    );
}

/** Returns the name of an Actor by its id, since runs only have the id. */
type NameOfActor = (actorId: string) => string;

function nameIn(actors: readonly ActorItem[] = []): NameOfActor {
    return (id) => actors.find((actor) => actor.id === id)?.name ?? id;
}

function useActors(): readonly ActorItem[] | undefined {
    return useApi<Listed<ActorItem>>('/acts', { limit: 1000 }, ({ name }) => name === 'build').value?.items;
}

export function useActorNames(): NameOfActor {
    return nameIn(useActors());
}

export function RunsTable(props: { runs: readonly RunItem[]; label: string; empty?: ComponentChildren }) {
    const nameOf = useActorNames();
    return <Table rows={props.runs} columns={runColumns(nameOf)} label={props.label} empty={props.empty} />;
}

interface AllRunsProps {
    readonly path: string;
    readonly label: string;
    /** Returns true for runs whose events reload the list. */
    readonly isOf: (run: Pick<Run, 'actId' | 'actorTaskId'>) => boolean;
    readonly empty?: ComponentChildren;
}

export function AllRuns({ path, label, isOf, empty = <EmptyState title="No runs yet" /> }: AllRunsProps) {
    const reloadOn = (event: ConsoleEvent): boolean => event.name === 'run' && isOf(event.run);
    return <SearchTable<RunItem> {...{ path, label, reloadOn, empty }} columns={runColumns()} one="run" />;
}

/** Returns the columns of a table of runs. @param nameOf - Undefined if all runs are of one Actor. */
function runColumns(nameOf?: NameOfActor): Column<RunItem>[] {
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
        { name: 'Origin', drop: 2, cell: ({ meta }) => humanize(meta.origin) },
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
