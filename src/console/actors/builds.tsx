import { useState } from 'preact/hooks';
import { ActorFrame } from './actor-frame.js';
import { useBuilds } from './use-actor.js';
import { api } from '../api/api.js';
import type { Actor, Build, BuildItem } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { useLog } from '../live/use-log.js';
import { LogView } from '../log/log-view.js';
import type { PageProps } from '../router/outlet.js';
import { navigate } from '../router/router.js';
import { useActorNames } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { Button, CopyButton } from '../ui/button.js';
import { FormDialog, ConfirmButton } from '../ui/dialog.js';
import { LabelledField } from '../ui/fields.js';
import { formatDate } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Facts, Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table, type Column } from '../ui/table.js';
import { StatusBadge, Ago, Duration } from '../ui/time.js';

/** The builds of an Actor, and how to get another. */
export function ActorBuildsPage({ params }: PageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Builds">
            {(actor) => <Builds actor={actor} />}
        </ActorFrame>
    );
}

function Builds({ actor }: { actor: Actor }) {
    const builds = useBuilds(actor.id);
    return (
        <>
            <div class="toolbar">
                <BuildButton actor={actor} />
            </div>
            <ResourceView resource={builds}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty title="Nothing has been built yet">
                            <p>A build makes a version of the Actor runnable.</p>
                        </Empty>
                    ) : (
                        <Table
                            rows={items}
                            columns={buildColumns(actor)}
                            keyOf={({ id }) => id}
                            label="Builds of the Actor"
                        />
                    )
                }
            </ResourceView>
        </>
    );
}

/** Builds a version of an Actor, and leads to the build. */
export function BuildButton({ actor }: { actor: Actor }) {
    const { id, versions } = actor;
    const [isOpen, setOpen] = useState(false);
    const [version, setVersion] = useState(versions.at(-1)?.versionNumber ?? '');
    const [tag, setTag] = useState('');
    const close = (): void => setOpen(false);
    const build = async (): Promise<void> => {
        const started = await api<Build>(`/acts/${id}/builds`, { method: 'POST', query: { version, tag } });
        navigate(`/builds/${started.id}`);
    };
    return (
        <>
            <Button icon="build" isDisabled={versions.length === 0} onPress={() => setOpen(true)}>
                Build
            </Button>
            {isOpen && (
                <FormDialog title="Build a version" onClose={close} verb="Build" onSubmit={build}>
                    <LabelledField label="Version">
                        {(fieldId) => (
                            <select
                                id={fieldId}
                                value={version}
                                onChange={({ currentTarget }) => setVersion(currentTarget.value)}
                            >
                                {versions.map(({ versionNumber, sourceType }) => (
                                    <option key={versionNumber} value={versionNumber}>
                                        {`${versionNumber} (${sourceType})`}
                                    </option>
                                ))}
                            </select>
                        )}
                    </LabelledField>
                    <LabelledField
                        label="Tag"
                        about="Runs that ask for this tag get the build once it has succeeded. Empty: the tag of the version."
                    >
                        {(fieldId) => (
                            <input
                                id={fieldId}
                                value={tag}
                                placeholder={versions.find((one) => one.versionNumber === version)?.buildTag}
                                onInput={({ currentTarget }) => setTag(currentTarget.value)}
                            />
                        )}
                    </LabelledField>
                </FormDialog>
            )}
        </>
    );
}

/** The columns of a table of the builds of an Actor. */
export function buildColumns({ taggedBuilds }: Actor): Column<BuildItem>[] {
    const tagsOf = (buildId: string): string[] =>
        Object.entries(taggedBuilds)
            .filter(([, tagged]) => tagged.buildId === buildId)
            .map(([tag]) => tag);
    return [
        { name: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        {
            name: 'Build',
            cell: ({ id, buildNumber }) => (
                <Link to={`/builds/${id}`} class="mono">
                    {buildNumber}
                </Link>
            ),
        },
        {
            name: 'Tags',
            isWide: true,
            cell: ({ id }) =>
                tagsOf(id).map((tag) => (
                    <span class="tag" key={tag}>
                        {tag}
                    </span>
                )),
        },
        { name: 'Started', cell: ({ startedAt }) => <Ago iso={startedAt} /> },
        {
            name: 'Duration',
            isFigure: true,
            drop: 1,
            cell: ({ startedAt, finishedAt }) => <Duration startedAt={startedAt} finishedAt={finishedAt} />,
        },
        { name: 'Origin', drop: 2, cell: ({ meta }) => meta?.origin.toLowerCase() },
    ];
}

/** A build: how it goes, and its log as it is written. */
export function BuildPage({ params }: PageProps) {
    const id = params['id']!;
    const resource = useResource(
        `build ${id}`,
        (signal) => api<Build>(`/actor-builds/${id}`, { signal }),
        (event) => event.name === 'build' && event.build.id === id,
    );
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

function BuildActions({ build }: { build: Build }) {
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

function BuildView({ build }: { build: Build }) {
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
