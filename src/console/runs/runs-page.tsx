import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../api/api.js';
import type { Listed, RunItem } from '../api/json.js';
import { useSearch } from '../api/use-cursor-list.js';
import { useLive } from '../live/live.js';
import { useQuery } from '../router/query.js';
import { changeQuery } from '../router/router.js';
import { AllRuns, useActors, runColumns } from './runs-table.js';
import { SearchField } from '../ui/fields.js';
import { Empty, Page, RowCount } from '../ui/page.js';
import { Loading, Trouble } from '../ui/resource-view.js';
import { VirtualTable } from '../ui/table.js';

/** The statuses that one looks for, by what they are called here. */
const STATUSES: readonly (readonly [statuses: string, name: string])[] = [
    ['', 'All statuses'],
    ['READY,RUNNING,TIMING-OUT,ABORTING', 'Going on'],
    ['SUCCEEDED', 'Succeeded'],
    ['FAILED', 'Failed'],
    ['TIMED-OUT', 'Timed out'],
    ['ABORTED', 'Aborted'],
];
const AHEAD_ROWS = 50;

/** Which runs are looked at. */
interface Choice {
    readonly status: string;
    readonly actor: string;
    readonly text: string;
}

/** All runs, newest first: by status, by Actor, or searched. */
export function RunsPage() {
    const query = useQuery();
    const choice: Choice = {
        status: query.get('status') ?? '',
        actor: query.get('actor') ?? '',
        text: (query.get('q') ?? '').trim(),
    };
    const actors = useActors();
    const nameOf = useCallback<NameOfActor>((id) => actors?.find((actor) => actor.id === id)?.name ?? id, [actors]);
    return (
        <Page title="Runs">
            <div class="toolbar">
                <SearchField
                    value={query.get('q') ?? ''}
                    onChange={(q) => changeQuery({ q })}
                    label="Id, Actor, build, origin"
                />
                <select
                    aria-label="Status"
                    value={choice.status}
                    onChange={({ currentTarget }) => changeQuery({ status: currentTarget.value })}
                >
                    {STATUSES.map(([statuses, name]) => (
                        <option key={name} value={statuses}>
                            {name}
                        </option>
                    ))}
                </select>
                <select
                    aria-label="Actor"
                    value={choice.actor}
                    onChange={({ currentTarget }) => changeQuery({ actor: currentTarget.value })}
                >
                    <option value="">All Actors</option>
                    {actors?.map(({ id, name }) => (
                        <option key={id} value={id}>
                            {name}
                        </option>
                    ))}
                </select>
            </div>
            {choice.text === '' ? (
                <AllRuns
                    path={pathOf(choice)}
                    label="Runs"
                    isOf={({ actId }) => choice.actor === '' || actId === choice.actor}
                    hasActors
                    status={choice.status}
                    empty={<NoRuns choice={choice} />}
                />
            ) : (
                actors && <FoundRuns choice={choice} nameOf={nameOf} />
            )}
        </Page>
    );
}

/** The API cannot search: all runs are read, newest first, and those shown that are like it, as they come. */
function FoundRuns({ choice, nameOf }: { choice: Choice; nameOf: NameOfActor }) {
    const { status, actor, text } = choice;
    const list = useSearch<RunItem>(
        `${status} ${actor} ${text}`,
        (place, signal) => readRuns(choice, place, signal),
        (run) => isRunLike(run, text, nameOf),
    );
    const rowAt = useChangedRuns(list.items);
    const columns = useMemo(() => runColumns(nameOf), [nameOf]);
    const see = useCallback((_: number, end: number) => list.ensure(end + AHEAD_ROWS), [list]);
    if (list.error !== undefined) return <Trouble error={list.error} onRetry={() => list.ensure(AHEAD_ROWS)} />;
    if (list.items.length === 0) return list.isWhole ? <NoRuns choice={choice} /> : <Loading />;
    return (
        <>
            <RowCount count={list.items.length} isMore={!list.isWhole} one="run" />
            <VirtualTable
                label="Runs"
                count={list.items.length}
                rowAt={rowAt}
                columns={columns}
                keyOf={({ id }) => id}
                onSeen={see}
            />
        </>
    );
}

/** The runs, each as the last event of it has it. */
function useChangedRuns(runs: readonly RunItem[]): (index: number) => RunItem | undefined {
    const changed = useRef(new Map<string, RunItem>());
    const [, draw] = useState(0);
    useLive((event) => {
        if (event.name !== 'run') return;
        changed.current.set(event.run.id, event.run);
        draw((count) => count + 1);
    });
    return (index) => {
        const run = runs[index];
        return run && (changed.current.get(run.id) ?? run);
    };
}

async function readRuns(
    choice: Choice,
    place: { offset: number; limit: number },
    signal: AbortSignal,
): Promise<Listed<RunItem>> {
    return api<Listed<RunItem>>(pathOf(choice), { query: { ...place, desc: true, status: choice.status }, signal });
}

function pathOf({ actor }: Choice): string {
    return actor === '' ? '/actor-runs' : `/acts/${encodeURIComponent(actor)}/runs`;
}

function NoRuns({ choice }: { choice: Choice }) {
    if (choice.status !== '' || choice.actor !== '' || choice.text !== '') {
        return (
            <Empty title="No run is like that">
                <p>Choose another status or Actor, or search for something else.</p>
            </Empty>
        );
    }
    return (
        <Empty title="Nothing has run yet" command="greenroom run ./my-actor">
            <p>Start an Actor from its page, from a program, or from a terminal.</p>
        </Empty>
    );
}

/** What a run is searched by besides its own fields. */
export type NameOfActor = (actorId: string) => string;

/** Whether a run is what somebody looks for: each word is in its id, its Actor, its task, its build or its origin. */
export function isRunLike(run: RunItem, text: string, nameOf: NameOfActor): boolean {
    const { id, actId, actorTaskId = '', buildNumber, meta } = run;
    const where = [id, nameOf(actId), actorTaskId, buildNumber, meta.origin].join(' ').toLowerCase();
    return text
        .toLowerCase()
        .split(/\s+/)
        .every((word) => where.includes(word));
}
