import { useState } from 'preact/hooks';
import { ActorFrame } from './actor-frame.js';
import { useBuildOf, useBuilds, buildNames } from './use-actor.js';
import { api } from '../api/api.js';
import type { Actor, Listed, RunItem } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { FieldText } from '../form/input-editor.js';
import type { PageProps } from '../router/outlet.js';
import { navigate } from '../router/router.js';
import { keptOptions, type RunChoices, RunOptions } from '../runs/run-options.js';
import { RunsTable, AllRuns } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { ButtonLink, CopyButton, Button } from '../ui/button.js';
import { ConfirmButton } from '../ui/dialog.js';
import { TextField } from '../ui/fields.js';
import { formatCount } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Facts } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Ago } from '../ui/time.js';

const LAST = 5;

/** An Actor: what it is, and what it did last. */
export function ActorPage({ params }: PageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Overview">
            {(actor) => <Overview actor={actor} />}
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

function LastRuns({ actorId }: { actorId: string }) {
    const runs = useResource(
        `last runs of ${actorId}`,
        (signal) => api<Listed<RunItem>>(`/acts/${actorId}/runs`, { query: { desc: true, limit: LAST }, signal }),
        (event) => event.name === 'run' && event.run.actId === actorId,
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

/** What the Actor says of itself: the README of the build that runs get by default. */
export function ActorReadmePage({ params }: PageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Readme">
            {(actor) => <Readme actor={actor} />}
        </ActorFrame>
    );
}

function Readme({ actor }: { actor: Actor }) {
    const build = useBuildOf(actor, undefined);
    return (
        <ResourceView resource={build}>
            {(value) =>
                value?.readme ? (
                    <article class="card readme">
                        <MarkdownText text={value.readme} />
                    </article>
                ) : (
                    <Empty title="It has no README">
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
export function MarkdownText({ text }: { text: string }) {
    const html = useResource(`markdown ${text}`, async () => (await import('../ui/markdown.js')).renderMarkdown(text));
    return (
        <ResourceView resource={html}>
            {(__html) => <div class="markdown" dangerouslySetInnerHTML={{ __html }} />}
        </ResourceView>
    );
}

/** The runs of an Actor. */
export function ActorRunsPage({ params }: PageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Runs">
            {({ id }) => (
                <AllRuns
                    path={`/acts/${id}/runs`}
                    label="Runs of the Actor"
                    isOf={({ actId }) => actId === id}
                    hasActors={false}
                />
            )}
        </ActorFrame>
    );
}

/** What can be changed of an Actor. */
export function ActorSettingsPage({ params }: PageProps) {
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
        showDone('The settings are saved.');
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="About the Actor">
                <TextField label="Title" value={title} placeholder={actor.name} onChange={setTitle} />
                <TextField label="Description" value={description} onChange={setDescription} />
                <h2>What its runs get by default</h2>
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
                <p class="soft">Its builds go with it. Its runs and what they have stored stay.</p>
                <div>
                    <DeleteButton actor={actor} />
                </div>
            </aside>
        </div>
    );
}

function DeleteButton({ actor }: { actor: Actor }) {
    const remove = async (): Promise<void> => {
        await api(`/acts/${actor.id}`, { method: 'DELETE' });
        navigate('/actors');
        showDone(`Actor ${actor.name} is deleted.`);
    };
    return (
        <ConfirmButton
            kind="danger"
            icon="trash"
            question={`Delete ${actor.name}?`}
            explanation="The Actor, its versions and its builds are deleted; the folder it came from is not. It cannot be brought back here, but can be added again."
            verb="Delete the Actor"
            onConfirm={remove}
        >
            Delete
        </ConfirmButton>
    );
}
