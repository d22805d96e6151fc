import { useState } from 'preact/hooks';
import { ActorFrame } from './actor-frame.js';
import { buildNames, useBuildOf, useBuilds } from './use-actor.js';
import { api, apiUrl, apiAnswer, isNotFound } from '../api/api.js';
import type { Actor, Build, Run } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { isInputObject } from '../form/draft.js';
import { useInputDraft, problemsIn } from '../form/input-draft.js';
import { InputEditor } from '../form/input-editor.js';
import type { InputSchema } from '../form/schema.js';
import type { PageProps } from '../router/outlet.js';
import { useQuery } from '../router/query.js';
import { navigate } from '../router/router.js';
import { queryOf, type RunChoices, RunOptions, choicesOf } from '../runs/run-options.js';
import { showTrouble } from '../state/toasts.js';
import { Button, ButtonLink, CopyButton } from '../ui/button.js';
import { Empty } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';

/** Starts a run of an Actor. With `?runAgain=RUN_ID`, with what that run was started with. */
export function StartPage({ params }: PageProps) {
    const runAgain = useQuery().get('runAgain') ?? undefined;
    return (
        <ActorFrame actorId={params['id']!} tab="Input">
            {(actor) => <Start key={`${actor.id} ${runAgain}`} actor={actor} runAgain={runAgain} />}
        </ActorFrame>
    );
}

function Start({ actor, runAgain }: { actor: Actor; runAgain: string | undefined }) {
    const start = useResource(`start ${runAgain}`, (signal) => findStart(runAgain, signal));
    return (
        <ResourceView resource={start}>
            {({ given, choices }) => <StartForm actor={actor} given={given} givenChoices={choices} />}
        </ResourceView>
    );
}

/** The form that starts an Actor: its input and the options of the run. */
export function StartForm({
    actor,
    given,
    givenChoices,
}: {
    actor: Actor;
    given: { readonly input: unknown } | undefined;
    givenChoices: RunChoices;
}) {
    const [choices, setChoices] = useState(givenChoices);
    const build = useBuildOf(actor, choices.build);
    return (
        <ResourceView resource={build}>
            {(found) =>
                found === null && choices.build === undefined ? (
                    <NoBuild actor={actor} />
                ) : (
                    <LoadedForm {...{ actor, given, choices }} build={found} onChoices={setChoices} />
                )
            }
        </ResourceView>
    );
}

function LoadedForm({
    actor,
    build,
    given,
    choices,
    onChoices,
}: {
    actor: Actor;
    build: Build | null;
    given: { readonly input: unknown } | undefined;
    choices: RunChoices;
    onChoices: (choices: RunChoices) => void;
}) {
    const { schema, draft, setDraft, input, problems } = useInputDraft(actor, build, given, choices.build);
    const [showsAll, setShowsAll] = useState(false);
    const builds = useBuilds(actor.id).value?.items ?? [];
    const start = async (): Promise<void> => {
        if (!input.ok || problems.length > 0) {
            setShowsAll(true);
            focusProblem(problems[0]?.field);
            return;
        }
        const body = input.value === undefined ? {} : { json: input.value };
        try {
            const query = queryOf(choices);
            const run = await api<Run>(`/acts/${actor.id}/runs`, { method: 'POST', query, ...body });
            navigate(`/runs/${run.id}`);
        } catch (error) {
            // Pressed before what is wrong had been told.
            const refused = problemsIn(error) ?? [];
            setShowsAll(true);
            focusProblem(refused[0]?.field);
            if (refused.length === 0) showTrouble(error);
        }
    };
    const count = showsAll ? problems.length : 0;
    return (
        <form
            class="columns"
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                void start();
            }}
            onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void start();
                // In a field of one line, Enter is no wish to start.
                else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
            }}
        >
            <section class="card" aria-label="Input">
                <InputEditor {...{ schema, draft, problems, showsAll }} onChange={setDraft} />
            </section>
            <aside class="stack sticky" aria-label="Options of the run">
                <div class="card stack">
                    <RunOptions
                        choices={choices}
                        onChange={onChoices}
                        defaults={actor.defaultRunOptions}
                        builds={buildNames(actor, builds)}
                    />
                    <Button kind="primary" icon="run" type="submit">
                        Start
                    </Button>
                    <div aria-live="polite">
                        {count > 0 && (
                            <p class="field-trouble">
                                {count === 1 ? 'One field is not right yet.' : `${count} things are not right yet.`}
                            </p>
                        )}
                    </div>
                    <p class="note">Ctrl Enter starts it from anywhere in the form.</p>
                </div>
                <CallSnippet {...{ actor, schema, choices }} input={input.ok ? input.value : undefined} />
            </aside>
        </form>
    );
}

/** Leads to what has to be put right. */
function focusProblem(path: string | undefined): void {
    if (path === undefined) return;
    const [name = ''] = path.split('.');
    // What shows problems is drawn first, and may open a section.
    requestAnimationFrame(() => {
        const field = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
        field?.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
    });
}

function NoBuild({ actor }: { actor: Actor }) {
    return (
        <Empty
            title="There is no build to run"
            actions={<ButtonLink to={`/actors/${actor.id}/builds`}>Go to its builds</ButtonLink>}
        >
            <p>
                Runs of this Actor take the build <code>{actor.defaultRunOptions.build}</code>, and none that has
                succeeded is tagged so. Build a version first.
            </p>
        </Empty>
    );
}

/** The same start, from a program, from another language, and from a terminal. */
export function CallSnippet({
    actor,
    input,
    schema,
    choices,
}: {
    actor: Actor;
    input: unknown;
    schema: InputSchema | undefined;
    choices: RunChoices;
}) {
    const shown = withoutSecrets(input ?? {}, schema);
    const snippets = snippetsOf(`${actor.username}/${actor.name}`, shown, choices);
    return (
        <details class="card snippets">
            <summary>The same from a program</summary>
            {Object.entries(snippets).map(([name, code]) => (
                <div key={name}>
                    <div class="row spread">
                        <span class="label">{name}</span>
                        <CopyButton text={code} label={`Copy: ${name}`} />
                    </div>
                    <pre class="text-block">{code}</pre>
                </div>
            ))}
        </details>
    );
}

/** What is hidden in the form is not to be read here. */
function withoutSecrets(input: unknown, schema: InputSchema | undefined): unknown {
    if (schema === undefined || !isInputObject(input)) return input;
    const isSecret = (name: string): boolean => schema.properties[name]?.isSecret === true;
    return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, isSecret(name) ? '…' : value]));
}

function snippetsOf(name: string, input: unknown, choices: RunChoices): Record<string, string> {
    const given = Object.entries(queryOf(choices)).filter(([, value]) => value !== undefined);
    const json = JSON.stringify(input, null, 4);
    const options = given.length === 0 ? '' : `, ${JSON.stringify(Object.fromEntries(given))}`;
    const url = location.origin + apiUrl(`/acts/${name.replace('/', '~')}/runs`, Object.fromEntries(given));
    const quoted = JSON.stringify(input).replaceAll("'", String.raw`'\''`);
    return {
        'In process': `const run = await engine.call('${name}', ${json}${options});`,
        'apify-client': `const run = await client.actor('${name}').call(${json}${options});`,
        curl: `curl '${url}' \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`,
    };
}

/** What a form to start an Actor begins with. */
export interface StartGiven {
    /** The input of the run that is to be run again; undefined where the form begins with what the schema has prefilled. */
    readonly given: { readonly input: unknown } | undefined;
    readonly choices: RunChoices;
}

/** Reads what a form to start an Actor begins with. */
export async function findStart(runAgain: string | undefined, signal: AbortSignal): Promise<StartGiven> {
    if (runAgain === undefined) return { given: undefined, choices: {} };
    const run = await api<Run>(`/actor-runs/${runAgain}`, { signal });
    return { given: { input: await inputOf(run, signal) }, choices: choicesOf(run) };
}

/** The input of a run; undefined if it had none, or one that is no JSON. */
async function inputOf({ defaultKeyValueStoreId }: Run, signal: AbortSignal): Promise<unknown> {
    try {
        const answer = await apiAnswer(`/key-value-stores/${defaultKeyValueStoreId}/records/INPUT`, { signal });
        const text = await answer.text();
        return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
    }
}
