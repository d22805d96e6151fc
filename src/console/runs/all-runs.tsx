import { useActorNames } from './actor-names.js';
import { runColumns } from './run-columns.js';
import { api } from '../api/api.js';
import { usePages } from '../api/use-pages.js';
import { Empty } from '../parts/empty.js';
import { RowCount } from '../parts/row-count.js';
import { Loading } from '../parts/resource-view.js';
import { Trouble } from '../parts/trouble.js';
import { VirtualTable } from '../parts/virtual-table.js';
import { useMemo, type ComponentChildren, type JSX } from '../preact.js';
import type { Page, Run, RunItem } from '../api/json.js';

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
}): JSX.Element {
    const query = { desc: true, status };
    const list = usePages(
        `${path} ${status}`,
        (offset, limit) => api<Page<RunItem>>(path, { query: { ...query, offset, limit } }),
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
