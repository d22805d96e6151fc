import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { LogView } from '../log/log-view.js';
import { useLog } from '../live/use-log.js';
import { Button } from '../parts/button.js';
import { ConfirmButton } from '../parts/confirm.js';
import { CopyButton } from '../parts/copy.js';
import { Facts } from '../parts/facts.js';
import { formatDate } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Duration } from '../parts/time.js';
import { useActorNames } from '../runs/actor-names.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import type { Build } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** A build: how it goes, and its log as it is written. */
export function BuildPage({ params }: PageProps): JSX.Element {
    const id = params['id']!;
    const resource = useResource(`build ${id}`, (signal) => api<Build>(`/actor-builds/${id}`, { signal }), {
        reloadOn: (event) => event.name === 'build' && event.build.id === id,
    });
    const nameOf = useActorNames();
    const build = resource.value;
    const actorName = build && nameOf(build.actId);
    return (
        <Page
            title={`Build ${build?.buildNumber ?? id}`}
            heading={
                <span class="row">
                    Build {build?.buildNumber ?? id}
                    {build && <StatusBadge status={build.status} />}
                </span>
            }
            crumbs={[
                { name: 'Actors', to: '/actors' },
                ...(build
                    ? [
                          { name: actorName ?? build.actId, to: `/actors/${build.actId}` },
                          { name: 'Builds', to: `/actors/${build.actId}/builds` },
                      ]
                    : []),
            ]}
            actions={build && <BuildActions build={build} />}
        >
            <ResourceView resource={resource}>{(value) => <BuildView build={value} />}</ResourceView>
        </Page>
    );
}

function BuildActions({ build }: { build: Build }): JSX.Element {
    const { id, actId, status } = build;
    if (status === 'READY' || status === 'RUNNING') {
        return (
            <Button icon="stop" onPress={() => api(`/actor-builds/${id}/abort`, { method: 'POST' })}>
                Abort
            </Button>
        );
    }
    const remove = async (): Promise<void> => {
        await api(`/actor-builds/${id}`, { method: 'DELETE' });
        navigate(`/actors/${actId}/builds`);
        showDone(`Build ${build.buildNumber} is deleted.`);
    };
    return (
        <ConfirmButton
            icon="trash"
            question={`Delete build ${build.buildNumber}?`}
            explanation="Runs that it has been used for stay as they are. It cannot be brought back."
            verb="Delete"
            onConfirm={remove}
        >
            Delete
        </ConfirmButton>
    );
}

function BuildView({ build }: { build: Build }): JSX.Element {
    const { id, startedAt, finishedAt, meta, statusMessage, exitCode, actVersion, status } = build;
    const log = useLog(id);
    return (
        <div class="stack">
            {statusMessage && <p class={status === 'FAILED' ? 'field-trouble' : 'soft'}>{statusMessage}</p>}
            <div class="card">
                <Facts
                    facts={{
                        Id: (
                            <span class="mono">
                                {id} <CopyButton text={id} label="Copy the id" />
                            </span>
                        ),
                        Started: formatDate(startedAt),
                        Duration: <Duration startedAt={startedAt} finishedAt={finishedAt} />,
                        'Exit code': exitCode,
                        Version: actVersion?.versionNumber,
                        Source: actVersion?.sourceType ?? 'a folder that is read as it is',
                        Origin: meta.origin.toLowerCase(),
                        Input:
                            build.inputSchema === undefined ? (
                                'no schema'
                            ) : (
                                <Link to={`/actors/${build.actId}/start`}>by schema</Link>
                            ),
                    }}
                />
            </div>
            <h2>Log</h2>
            <LogView log={log} label="Log of the build" />
        </div>
    );
}
