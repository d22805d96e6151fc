import { useQuery } from '../router.js';
import { type Option, SearchField, Select } from '../ui/fields.js';
import { Empty, Page } from '../ui/page.js';
import { SearchTable } from '../ui/table.js';
import { ACTIVE, type NameOfActor, runColumns, useActors } from './runs-table.js';
import type { RunItem } from '../api/json.js';

const STATUSES: readonly Option[] = [
    ['', 'All statuses'],
    [ACTIVE, 'Running'],
    ['SUCCEEDED', 'Succeeded'],
    ['FAILED', 'Failed'],
    ['TIMED-OUT', 'Timed out'],
    ['ABORTED', 'Aborted'],
];

/** All runs, newest first: by status, by Actor, or searched. */
export function RunsPage() {
    const [query, change] = useQuery();
    const [status = '', actor = '', text = ''] = ['status', 'actor', 'q'].map((name) => query.get(name) ?? '');
    const actors = useActors();
    const nameOf: NameOfActor = (id) => actors?.find((one) => one.id === id)?.name ?? id;
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
                    wordsOf={({ id, actId, actorTaskId, buildNumber, meta }) => [
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
