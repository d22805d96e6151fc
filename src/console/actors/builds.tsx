import { api } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { LogView } from '../log/log-view.js';
import { useLocation } from '../router.js';
import { useActorNames } from '../runs/runs-page.js';
import { Button, DeleteButton, IdText } from '../components/button.js';
import { formatDate, humanize } from '../components/format.js';
import { DraftButton } from '../form/draft-fields.js';
import {
    Ago,
    Duration,
    EmptyState,
    DefinitionList,
    NotFound,
    Page,
    ResourceView,
    StatusBadge,
} from '../components/page.js';
import { type Column, Table } from '../components/table.js';
import { useBuilds } from './use-actor.js';
import type { Actor, Build, BuildItem } from '../api/json.js';
import type { PageParams } from '../router.js';

export function Builds({ actor }: { actor: Actor }) {
    const empty = <EmptyState title="No builds yet">A build makes a version of the Actor runnable.</EmptyState>;
    return (
        <>
            <div class="toolbar">
                <BuildButton actor={actor} />
            </div>
            <ResourceView resource={useBuilds(actor.id)}>
                {({ items }) => (
                    <Table rows={items} columns={buildColumns(actor)} label="Builds of the Actor" empty={empty} />
                )}
            </ResourceView>
        </>
    );
}

function BuildButton({ actor: { id, versions } }: { actor: Actor }) {
    const { route } = useLocation();
    const build = async (query: { version: string; tag: string }): Promise<void> => {
        const started = await api<Build>(`/acts/${id}/builds`, { method: 'POST', query });
        route(`/builds/${started.id}`);
    };
    return (
        <DraftButton
            button={{ icon: 'build', children: 'Build version', isDisabled: versions.length === 0 }}
            title="Build version"
            verb="Build version"
            initial={{ version: versions.at(-1)?.versionNumber ?? '', tag: '' }}
            fields={({ version }) => [
                {
                    name: 'version',
                    title: 'Version',
                    editor: 'select',
                    isRequired: true,
                    enum: versions.map(({ versionNumber }) => versionNumber),
                    enumTitles: versions.map(
                        ({ versionNumber, sourceType }) => `${versionNumber} (${humanize(sourceType)})`,
                    ),
                },
                {
                    name: 'tag',
                    title: 'Tag',
                    description: 'Runs with this tag use the build after it succeeds. Default: the tag of the version.',
                    placeholder: versions.find((one) => one.versionNumber === version)?.buildTag,
                },
            ]}
            onSubmit={build}
        />
    );
}

function buildColumns({ taggedBuilds }: Actor): Column<BuildItem>[] {
    const tagsOf = (buildId: string): string[] =>
        Object.keys(taggedBuilds).filter((tag) => taggedBuilds[tag]?.buildId === buildId);
    return [
        { name: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        {
            name: 'Build',
            cell: ({ id, buildNumber }) => (
                <a href={`/builds/${id}`} class="mono">
                    {buildNumber}
                </a>
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
        { name: 'Origin', drop: 2, cell: ({ meta }) => meta && humanize(meta.origin) },
    ];
}

export function BuildPage({ id }: PageParams) {
    const resource = useApi<Build>(
        `/actor-builds/${id}`,
        {},
        (event) => event.name === 'build' && event.build.id === id,
    );
    const nameOf = useActorNames();
    const build = resource.value;
    const crumbs = [['Actors', '/actors'] as const];
    const actor = `/actors/${build?.actId}`;
    return (
        <Page
            title={`Build ${build?.buildNumber ?? id}`}
            heading={
                <span class="row">
                    Build {build?.buildNumber ?? id}
                    {build && <StatusBadge status={build.status} />}
                </span>
            }
            crumbs={build ? [...crumbs, [nameOf(build.actId), actor], ['Builds', `${actor}/builds`]] : crumbs}
            actions={build && <BuildActions build={build} />}
        >
            <ResourceView resource={resource} missing={<NotFound what={`Build ${id}`} all="Actors" to="/actors" />}>
                {(value) => <BuildView build={value} />}
            </ResourceView>
        </Page>
    );
}

function BuildActions({ build: { id, actId, status, buildNumber } }: { build: Build }) {
    const path = `/actor-builds/${id}`;
    if (status === 'READY' || status === 'RUNNING') {
        return (
            <Button icon="stop" onPress={() => api(`${path}/abort`, { method: 'POST' })}>
                Abort
            </Button>
        );
    }
    return (
        <DeleteButton
            path={path}
            what={`build ${buildNumber}`}
            explanation="This permanently deletes the build. Its runs are kept."
            to={`/actors/${actId}/builds`}
        />
    );
}

function BuildView({ build }: { build: Build }) {
    const { id, startedAt, finishedAt, meta, statusMessage, exitCode, actVersion, status } = build;
    return (
        <div class="stack">
            {statusMessage && <p class={status === 'FAILED' ? 'field-error' : 'soft'}>{statusMessage}</p>}
            <DefinitionList
                className="card"
                entries={{
                    Id: <IdText id={id} />,
                    Started: formatDate(startedAt),
                    Duration: <Duration startedAt={startedAt} finishedAt={finishedAt} />,
                    'Exit code': exitCode,
                    Version: actVersion?.versionNumber,
                    Source: actVersion ? humanize(actVersion.sourceType) : 'Live folder',
                    Origin: humanize(meta.origin),
                    Input: build.inputSchema ? <a href={`/actors/${build.actId}/start`}>Form</a> : 'No schema',
                }}
            />
            <h2>Log</h2>
            <LogView id={id} label="Log of the build" />
        </div>
    );
}
