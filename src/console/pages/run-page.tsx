import { isNotFound } from '../api/api-error.js';
import { CopyButton } from '../parts/copy.js';
import { Empty } from '../parts/empty.js';
import { Link } from '../parts/link.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Tabs } from '../parts/tabs.js';
import { place } from '../router/router.js';
import { RunActions } from '../run/run-actions.js';
import { RunFacts } from '../run/run-facts.js';
import { RUN_PARTS, RunPart } from '../run/run-parts.js';
import { useRun } from '../run/use-run.js';
import { useActorNames } from '../runs/actor-names.js';
import { useValue } from '../state/value.js';
import type { PageProps } from '../router/outlet.js';
import type { JSX } from '../preact.js';

/** A run: how it stands, what it says, what it has used and made, and what can be done with it. */
export function RunPage({ params }: PageProps): JSX.Element {
    const id = params['id'] ?? '';
    return <RunById key={id} id={id} />;
}

function RunById({ id }: { id: string }): JSX.Element {
    const { run, samples } = useRun(id);
    const nameOf = useActorNames();
    const { path } = useValue(place);
    const part = RUN_PARTS.find(({ slug }) => slug === path.split('/')[3]) ?? RUN_PARTS[0];
    if (isNotFound(run.error)) return <NoRun id={id} />;
    const { value } = run;
    const crumbs = [
        { name: 'Runs', to: '/runs' },
        ...(value ? [{ name: nameOf(value.actId), to: `/actors/${value.actId}` }] : []),
    ];
    return (
        <Page
            title={`Run ${id}`}
            heading={
                <span class="run-heading">
                    <span class="mono">{id}</span>
                    <CopyButton text={id} label="Copy the id of the run" />
                    {value && <StatusBadge status={value.status} />}
                </span>
            }
            crumbs={crumbs}
            actions={value && <RunActions run={value} onChange={run.replace} />}
        >
            <ResourceView resource={run}>
                {(shown) => (
                    <>
                        <p class="run-message" aria-live="polite">
                            {shown.statusMessage}
                        </p>
                        <RunFacts run={shown} />
                        <Tabs
                            label="Run"
                            current={part.name}
                            tabs={RUN_PARTS.map(({ name, slug, countOf }) => ({
                                name,
                                to: `/runs/${id}/${slug}`,
                                count: countOf?.(shown),
                            }))}
                        />
                        <RunPart key={part.slug} slug={part.slug} run={shown} samples={samples} />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

function NoRun({ id }: { id: string }): JSX.Element {
    return (
        <Page title="No such run" crumbs={[{ name: 'Runs', to: '/runs' }]}>
            <Empty title={`There is no run ${id}`} actions={<Link to="/runs">See the runs that there are</Link>}>
                <p>
                    It was deleted, or it was a run of an engine that kept its state in memory and has been started
                    anew. With <code>storageDir</code>, runs are kept on disk.
                </p>
            </Empty>
        </Page>
    );
}
