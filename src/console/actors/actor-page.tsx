import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { definedOptions, type RunOptionValues, RunOptions } from '../runs/run-options.js';
import { AllRuns, RunsTable } from '../runs/runs-page.js';
import { showSuccess } from '../signals/toasts.js';
import { Button, ButtonLink, DeleteButton, IdText } from '../components/button.js';
import { DraftFields } from '../form/draft-fields.js';
import { formatCount, formatDuration } from '../components/format.js';
import { FieldText, Markdown } from '../components/markdown.js';
import {
    Ago,
    EmptyState,
    DefinitionList,
    NotFound,
    Page,
    type TabSpec,
    TabView,
    ResourceView,
} from '../components/page.js';
import { Builds } from './builds.js';
import { Start } from './start-page.js';
import { useBuildOf } from './use-actor.js';
import { Versions } from './versions.js';
import type { Actor, Listed, RunItem } from '../api/json.js';
import type { PageParams } from '../router.js';

const TABS: Readonly<Record<string, TabSpec<Actor>>> = {
    '': { name: 'Overview', show: (actor) => <Overview actor={actor} /> },
    start: { name: 'Input', show: (actor) => <Start actor={actor} /> },
    runs: {
        name: 'Runs',
        countOf: ({ stats }) => stats.totalRuns,
        show: ({ id }) => (
            <AllRuns path={`/acts/${id}/runs`} label="Runs of the Actor" isOf={({ actId }) => actId === id} />
        ),
    },
    builds: {
        name: 'Builds',
        countOf: ({ stats }) => stats.totalBuilds,
        show: (actor) => <Builds actor={actor} />,
    },
    versions: {
        name: 'Versions',
        countOf: ({ versions }) => versions.length,
        show: (actor) => <Versions actor={actor} />,
    },
    readme: { name: 'README', show: (actor) => <Readme actor={actor} /> },
    settings: { name: 'Settings', show: (actor) => <Settings actor={actor} /> },
};

export function ActorPage({ id, part }: PageParams) {
    const resource = useApi<Actor>(
        `/acts/${encodeURIComponent(id)}`,
        {},
        (event) => event.name === 'build' || (event.name === 'run' && event.run.actId === id),
    );
    const actor = resource.value;
    const title = actor === undefined ? 'Actor' : actor.title || actor.name;
    const base = `/actors/${encodeURIComponent(actor?.id ?? id)}`;
    const start = (
        <ButtonLink to={`${base}/start`} kind="primary" icon="run">
            Start
        </ButtonLink>
    );
    return (
        <Page
            title={part === '' ? title : `${TABS[part]?.name} · ${title}`}
            heading={title}
            crumbs={[['Actors', '/actors']]}
            actions={part !== 'start' && actor && start}
        >
            <ResourceView resource={resource} missing={<NotFound what={`Actor ${id}`} all="Actors" to="/actors" />}>
                {(value) => <TabView label="Actor" current={part} {...{ base, value }} tabs={TABS} />}
            </ResourceView>
        </Page>
    );
}

function Overview({ actor }: { actor: Actor }) {
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
            <DefinitionList
                className="card"
                entries={{
                    Name: `${username}/${name}`,
                    Id: <IdText id={id} />,
                    'Default build': build ? (
                        <a href={`/builds/${build.id}`}>{build.buildNumber}</a>
                    ) : (
                        defaultRunOptions.build
                    ),
                    Memory: `${memoryMbytes} MB`,
                    Timeout: timeoutSecs === 0 ? 'No limit' : formatDuration(timeoutSecs * 1000),
                    Isolation: isolation,
                    Runs: formatCount(stats.totalRuns),
                    Created: <Ago iso={createdAt} />,
                }}
            />
            <div class="row">
                <ButtonLink to={`/tasks/new?actor=${id}`} icon="task">
                    Create task
                </ButtonLink>
                <ButtonLink to={`/schedules/new?actor=${id}`} icon="schedule">
                    Create schedule
                </ButtonLink>
                <ButtonLink to={`/webhooks/new?actor=${id}`} icon="webhook">
                    Create webhook
                </ButtonLink>
            </div>
            <RecentRuns actorId={id} />
        </div>
    );
}

function RecentRuns({ actorId }: { actorId: string }) {
    const runs = useApi<Listed<RunItem>>(
        `/acts/${actorId}/runs`,
        { desc: true, limit: 5 },
        (event) => event.name === 'run' && event.run.actId === actorId,
    );
    const empty = (
        <EmptyState title="No runs yet">
            Set the input and <a href={`/actors/${actorId}/start`}>start the Actor</a>.
        </EmptyState>
    );
    return (
        <ResourceView title="Recent runs" resource={runs}>
            {({ items }) => <RunsTable runs={items} label="Recent runs" empty={empty} />}
        </ResourceView>
    );
}

function Readme({ actor }: { actor: Actor }) {
    const build = useBuildOf(actor, undefined);
    return (
        <ResourceView resource={build}>
            {(value) =>
                value?.readme ? (
                    <article class="card readme">
                        <Markdown text={value.readme} />
                    </article>
                ) : (
                    <EmptyState title="No README">
                        Add a <code>README.md</code> to the Actor's folder or its <code>.actor</code> folder.
                    </EmptyState>
                )
            }
        </ResourceView>
    );
}

function Settings({ actor }: { actor: Actor }) {
    const { id, name, defaultRunOptions } = actor;
    const [texts, setTexts] = useState({ title: actor.title ?? '', description: actor.description ?? '' });
    const [runOptions, setRunOptions] = useState<RunOptionValues>(defaultRunOptions);
    const save = async (): Promise<void> => {
        const json = { ...texts, defaultRunOptions: { ...defaultRunOptions, ...definedOptions(runOptions) } };
        await api(`/acts/${id}`, { method: 'PUT', json });
        showSuccess('Settings saved.');
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="Settings">
                <DraftFields
                    draft={texts}
                    onChange={(changed) => setTexts({ ...texts, ...changed })}
                    fields={[
                        { name: 'title', title: 'Title', placeholder: name },
                        { name: 'description', title: 'Description' },
                    ]}
                />
                <h2>Default run options</h2>
                <RunOptions actor={actor} values={runOptions} onChange={setRunOptions} defaults={defaultRunOptions} />
                <div class="form-foot">
                    <Button kind="primary" onPress={save}>
                        Save
                    </Button>
                </div>
            </section>
            <aside class="card form">
                <h2>Delete the Actor</h2>
                <p class="soft">Also deletes its builds. Runs and storages are kept.</p>
                <div>
                    <DeleteButton
                        path={`/acts/${id}`}
                        what={`Actor ${name}`}
                        kind="danger"
                        explanation="This permanently deletes the Actor with its versions and builds. Its folder is kept, so you can add it again."
                        to="/actors"
                    />
                </div>
            </aside>
        </div>
    );
}
