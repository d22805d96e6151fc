import { buildNames, useBuildOf, useBuilds } from './use-actor.js';
import { CallSnippet } from './call-snippet.js';
import { api } from '../api/api.js';
import { useInputDraft } from '../form/use-input-draft.js';
import { InputEditor } from '../form/input-editor.js';
import { problemsIn } from '../form/problems.js';
import { queryOf, type RunChoices } from '../options/run-choices.js';
import { RunOptions } from '../options/run-options.js';
import { Button } from '../parts/button.js';
import { ButtonLink } from '../parts/button-link.js';
import { Empty } from '../parts/empty.js';
import { ResourceView } from '../parts/resource-view.js';
import { useState, type JSX } from '../preact.js';
import { navigate } from '../router/router.js';
import { showTrouble } from '../state/toasts.js';
import type { Actor, Build, Run } from '../api/json.js';

/** The form that starts an Actor: its input and the options of the run. */
export function StartForm({
    actor,
    given,
    givenChoices,
}: {
    actor: Actor;
    given: { readonly input: unknown } | undefined;
    givenChoices: RunChoices;
}): JSX.Element {
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
}): JSX.Element {
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

function NoBuild({ actor }: { actor: Actor }): JSX.Element {
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
