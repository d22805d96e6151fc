import { useCallback, useMemo, useReducer, useRef } from 'preact/hooks';
import { api } from '../api/api.js';
import { type LongList, useSearch } from '../api/long-list.js';
import { useLive } from '../live/live.js';
import { useQuery } from '../router.js';
import { type Option, SearchField, Select } from '../ui/fields.js';
import { Empty, Page } from '../ui/page.js';
import { ListTable } from '../ui/table.js';
import { ACTIVE, AllRuns, type NameOfActor, runColumns, useActors } from './runs-table.js';
import type { Listed, RunItem } from '../api/json.js';

const STATUSES: readonly Option[] = [
    ['', 'All statuses'],
    [ACTIVE, 'Running'],
    ['SUCCEEDED', 'Succeeded'],
    ['FAILED', 'Failed'],
    ['TIMED-OUT', 'Timed out'],
    ['ABORTED', 'Aborted'],
];

/** Which runs are shown. */
interface Choice {
    readonly status: string;
    readonly actor: string;
    readonly text: string;
}

/** All runs, newest first: by status, by Actor, or searched. */
export function RunsPage() {
    const [query, change] = useQuery();
    const [status = '', actor = '', text = ''] = ['status', 'actor', 'q'].map((name) => query.get(name) ?? '');
    const choice: Choice = { status, actor, text: text.trim() };
    const actors = useActors();
    const nameOf = useCallback<NameOfActor>((id) => actors?.find((one) => one.id === id)?.name ?? id, [actors]);
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
            {choice.text === '' ? (
                <AllRuns
                    path={pathOf(choice)}
                    label="Runs"
                    isOf={({ actId }) => actor === '' || actId === actor}
                    hasActors
                    status={status}
                    empty={<NoRuns choice={choice} />}
                />
            ) : (
                actors && <FoundRuns choice={choice} nameOf={nameOf} />
            )}
        </Page>
    );
}

/** The API cannot search: all runs are read, newest first, and those that match are shown as they come. */
function FoundRuns({ choice, nameOf }: { choice: Choice; nameOf: NameOfActor }) {
    const { status, actor, text } = choice;
    const list = useSearch<RunItem>(
        `${status} ${actor} ${text}`,
        (offset, limit, signal) =>
            api<Listed<RunItem>>(pathOf(choice), { query: { offset, limit, desc: true, status }, signal }),
        (run) => matches(run, text, nameOf),
    );
    const columns = useMemo(() => runColumns(nameOf), [nameOf]);
    return (
        <ListTable
            label="Runs"
            list={useUpdates(list)}
            columns={columns}
            one="run"
            empty={<NoRuns choice={choice} />}
        />
    );
}

/** Returns the list with each run as the last event of it has it. */
function useUpdates({ count, isWhole, error, need, reload, rowAt }: LongList<RunItem>): LongList<RunItem> {
    const changed = useRef(new Map<string, RunItem>());
    const [, draw] = useReducer((turn: number, _: void) => turn + 1, 0);
    useLive((event) => {
        if (event.name !== 'run') return;
        changed.current.set(event.run.id, event.run);
        draw();
    });
    const updatedAt = (index: number): RunItem | undefined => {
        const run = rowAt(index);
        return run && (changed.current.get(run.id) ?? run);
    };
    return { count, isWhole, error, need, reload, rowAt: updatedAt };
}

/** True if each word is in the id of a run, its Actor, its task, its build or its origin. */
function matches(run: RunItem, text: string, nameOf: NameOfActor): boolean {
    const { id, actId, actorTaskId = '', buildNumber, meta } = run;
    const where = [id, nameOf(actId), actorTaskId, buildNumber, meta.origin].join(' ').toLowerCase();
    const words = text.toLowerCase().split(/\s+/);
    return words.every((word) => where.includes(word));
}

function pathOf({ actor }: Choice): string {
    return actor === '' ? '/actor-runs' : `/acts/${encodeURIComponent(actor)}/runs`;
}

function NoRuns({ choice }: { choice: Choice }) {
    if (Object.values(choice).some((part) => part !== '')) {
        return (
            <Empty title="No matching runs">
                <p>Choose another status or Actor, or search for something else.</p>
            </Empty>
        );
    }
    return (
        <Empty title="No runs yet" command="greenroom run ./my-actor">
            <p>Start an Actor from its page, from a program, or from a terminal.</p>
        </Empty>
    );
}
