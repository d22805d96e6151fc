import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { Empty } from '../parts/empty.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { RunsTable } from '../runs/runs-table.js';
import type { Page as Listed, RunItem } from '../api/json.js';
import type { JSX } from '../preact.js';

const SHOWN = 10;

/** What goes on, and what has gone on last. */
export function HomePage(): JSX.Element {
    const last = useResource(
        'last runs',
        (signal) => api<Listed<RunItem>>('/actor-runs', { query: { desc: true, limit: SHOWN }, signal }),
        { reloadOn: ({ name }) => name === 'run' },
    );
    return (
        <Page title="Overview">
            <h2>Last runs</h2>
            <ResourceView resource={last}>
                {({ items }) => (items.length === 0 ? <NoRuns /> : <RunsTable runs={items} label="Last runs" />)}
            </ResourceView>
        </Page>
    );
}

function NoRuns(): JSX.Element {
    return (
        <Empty title="Nothing has run yet" command="greenroom run ./my-actor">
            <p>Start an Actor from its page, from a program, or from a terminal.</p>
        </Empty>
    );
}
