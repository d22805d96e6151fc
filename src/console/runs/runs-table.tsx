import { useActorNames } from './actor-names.js';
import { runColumns } from './run-columns.js';
import { Table } from '../parts/table.js';
import type { RunItem } from '../api/json.js';
import type { JSX } from '../preact.js';

/** A few runs. */
export function RunsTable({ runs, label }: { runs: readonly RunItem[]; label: string }): JSX.Element {
    const nameOf = useActorNames();
    return <Table rows={runs} columns={runColumns(nameOf)} keyOf={({ id }) => id} label={label} />;
}
