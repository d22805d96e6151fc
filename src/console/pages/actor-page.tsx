import { ActorFrame } from '../actors/actor-frame.js';
import { useBuildOf } from '../actors/use-actor.js';
import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { FieldText } from '../form/field-text.js';
import { ButtonLink } from '../parts/button-link.js';
import { CopyButton } from '../parts/copy.js';
import { Empty } from '../parts/empty.js';
import { Facts } from '../parts/facts.js';
import { formatCount } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { ResourceView } from '../parts/resource-view.js';
import { Ago } from '../parts/time.js';
import { RunsTable } from '../runs/runs-table.js';
import type { Actor, Page as Listed, RunItem } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

const LAST = 5;

/** An Actor: what it is, and what it did last. */
export function ActorPage({ params }: PageProps): JSX.Element {
    return (
        <ActorFrame actorId={params['id']!} tab="Overview">
            {(actor) => <Overview actor={actor} />}
        </ActorFrame>
    );
}

function Overview({ actor }: { actor: Actor }): JSX.Element {
    const { id, name, username, defaultRunOptions, stats, createdAt, isolation } = actor;
    const build = useBuildOf(actor, undefined).value;
    const description = actor.description ?? build?.actorDefinition?.description;
    const { memoryMbytes, timeoutSecs } = defaultRunOptions;
    return (
        <div class="stack">
            {description && (
                <div class="soft">
                    <FieldText text={description} />
                </div>
            )}
            <div class="card">
                <Facts
                    facts={{
                        Name: `${username}/${name}`,
                        Id: (
                            <span class="mono">
                                {id} <CopyButton text={id} label="Copy the id" />
                            </span>
                        ),
                        'Default build': build ? (
                            <Link to={`/builds/${build.id}`}>{build.buildNumber}</Link>
                        ) : (
                            defaultRunOptions.build
                        ),
                        Memory: `${formatCount(memoryMbytes)} MB`,
                        Timeout: timeoutSecs === 0 ? 'none' : `${formatCount(timeoutSecs)} s`,
                        Isolation: isolation,
                        Runs: formatCount(stats.totalRuns),
                        Made: <Ago iso={createdAt} />,
                    }}
                />
            </div>
            <div class="row">
                <ButtonLink to={`/tasks/new?actor=${id}`} icon="task">
                    Make a task
                </ButtonLink>
                <ButtonLink to={`/schedules/new?actor=${id}`} icon="schedule">
                    Schedule it
                </ButtonLink>
                <ButtonLink to={`/webhooks/new?actor=${id}`} icon="webhook">
                    Tell of its runs
                </ButtonLink>
            </div>
            <LastRuns actorId={id} />
        </div>
    );
}

function LastRuns({ actorId }: { actorId: string }): JSX.Element {
    const runs = useResource(
        `last runs of ${actorId}`,
        (signal) => api<Listed<RunItem>>(`/acts/${actorId}/runs`, { query: { desc: true, limit: LAST }, signal }),
        { reloadOn: (event) => event.name === 'run' && event.run.actId === actorId },
    );
    return (
        <section>
            <h2 class="section-head">Last runs</h2>
            <ResourceView resource={runs}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty title="It has not run yet">
                            <p>
                                Give it an input and <Link to={`/actors/${actorId}/start`}>start it</Link>.
                            </p>
                        </Empty>
                    ) : (
                        <RunsTable runs={items} label="Last runs" />
                    )
                }
            </ResourceView>
        </section>
    );
}
