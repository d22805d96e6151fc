import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { useApi, useResource } from '../api/use-resource.js';
import { FieldText } from '../form/field-text.js';
import { keptOptions, type RunChoices, RunOptions } from '../runs/run-options.js';
import { AllRuns, RunsTable } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { Button, ButtonLink, DeleteButton, IdText } from '../ui/button.js';
import { TextField } from '../ui/fields.js';
import { formatCount } from '../ui/format.js';
import { Ago, Empty, Facts, ResourceView } from '../ui/page.js';
import { ActorFrame } from './actor-frame.js';
import { buildNames, useBuildOf, useBuilds } from './use-actor.js';
import type { Actor, Listed, RunItem } from '../api/json.js';

interface ActorPageProps {
    readonly params: Record<string, string>;
}

/** An Actor: its facts and its recent runs. */
export function ActorPage({ params }: ActorPageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Overview">
            {(actor) => <Overview actor={actor} />}
        </ActorFrame>
    );
}

export function ActorRunsPage({ params }: ActorPageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Runs">
            {({ id }) => (
                <AllRuns path={`/acts/${id}/runs`} label="Runs of the Actor" isOf={({ actId }) => actId === id} />
            )}
        </ActorFrame>
    );
}

/** The README of the default build of an Actor. */
export function ActorReadmePage({ params }: ActorPageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Readme">
            {(actor) => <Readme actor={actor} />}
        </ActorFrame>
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
            <div class="card">
                <Facts
                    facts={{
                        Name: `${username}/${name}`,
                        Id: <IdText id={id} />,
                        'Default build': build ? (
                            <a href={`/builds/${build.id}`}>{build.buildNumber}</a>
                        ) : (
                            defaultRunOptions.build
                        ),
                        Memory: `${formatCount(memoryMbytes)} MB`,
                        Timeout: timeoutSecs === 0 ? 'none' : `${formatCount(timeoutSecs)} s`,
                        Isolation: isolation,
                        Runs: formatCount(stats.totalRuns),
                        Created: <Ago iso={createdAt} />,
                    }}
                />
            </div>
            <div class="row">
                <ButtonLink to={`/tasks/new?actor=${id}`} icon="task">
                    Create task
                </ButtonLink>
                <ButtonLink to={`/schedules/new?actor=${id}`} icon="schedule">
                    Add schedule
                </ButtonLink>
                <ButtonLink to={`/webhooks/new?actor=${id}`} icon="webhook">
                    Add webhook
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
        <Empty title="No runs yet">
            <p>
                Set the input and <a href={`/actors/${actorId}/start`}>start the Actor</a>.
            </p>
        </Empty>
    );
    return (
        <section>
            <h2 class="section-head">Recent runs</h2>
            <ResourceView resource={runs}>
                {({ items }) => <RunsTable runs={items} label="Recent runs" empty={empty} />}
            </ResourceView>
        </section>
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
                    <Empty title="No README">
                        <p>
                            Put a <code>README.md</code> into the Actor's folder, or into its <code>.actor</code>.
                        </p>
                    </Empty>
                )
            }
        </ResourceView>
    );
}

/** A text in Markdown. HTML within it is shown as text. */
function Markdown({ text }: { text: string }) {
    const html = useResource(text, async () => (await import('../ui/markdown.js')).renderMarkdown(text));
    return (
        <ResourceView resource={html}>
            {(__html) => <div class="markdown" dangerouslySetInnerHTML={{ __html }} />}
        </ResourceView>
    );
}

export function ActorSettingsPage({ params }: { params: Record<string, string> }) {
    return (
        <ActorFrame actorId={params['id']!} tab="Settings">
            {(actor) => <Settings key={actor.id} actor={actor} />}
        </ActorFrame>
    );
}

function Settings({ actor }: { actor: Actor }) {
    const [title, setTitle] = useState(actor.title ?? '');
    const [description, setDescription] = useState(actor.description ?? '');
    const [choices, setChoices] = useState<RunChoices>(actor.defaultRunOptions);
    const builds = useBuilds(actor.id).value?.items ?? [];
    const save = async (): Promise<void> => {
        const defaultRunOptions = { ...actor.defaultRunOptions, ...keptOptions(choices) };
        await api(`/acts/${actor.id}`, { method: 'PUT', json: { title, description, defaultRunOptions } });
        showDone('Settings saved.');
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="About the Actor">
                <TextField label="Title" value={title} placeholder={actor.name} onChange={setTitle} />
                <TextField label="Description" value={description} onChange={setDescription} />
                <h2>Default run options</h2>
                <RunOptions
                    choices={choices}
                    onChange={setChoices}
                    defaults={actor.defaultRunOptions}
                    builds={buildNames(actor, builds)}
                />
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
                        path={`/acts/${actor.id}`}
                        what={`Actor ${actor.name}`}
                        kind="danger"
                        explanation="Deletes the Actor, its versions and its builds, but not the folder that it came from. It can be added again."
                        to="/actors"
                    />
                </div>
            </aside>
        </div>
    );
}
