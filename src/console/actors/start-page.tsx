import { api, apiAnswer, apiUrl, ifFound } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { problemsIn, InputForm, type InputFormParts } from '../form/input-form.js';
import { type InputSchema, isInputObject } from '../form/schema.js';
import { useLocation, useQuery } from '../router.js';
import { queryOf, type RunOptionValues } from '../runs/run-options.js';
import { showError } from '../signals/toasts.js';
import { Button, ButtonLink, CopyButton } from '../components/button.js';
import { EmptyState, ResourceView } from '../components/page.js';
import type { Actor, Run } from '../api/json.js';

interface Beginning {
    /** The input of the run that is run again. */
    readonly given: { readonly input: unknown } | undefined;
    readonly choices: RunOptionValues;
}

/** Starts a run of an Actor. With `?runAgain=RUN_ID`, with the input and options of that run. */
export function Start({ actor }: { actor: Actor }) {
    const [query] = useQuery();
    const runAgain = query.get('runAgain') ?? undefined;
    const beginning = useResource(`start ${runAgain}`, (signal) => readBeginning(runAgain, signal));
    return (
        <ResourceView resource={beginning}>
            {({ given, choices }) => (
                <InputForm key={runAgain} actor={actor} given={given} begin={choices}>
                    {(form) =>
                        form.build === null && form.choices.build === undefined ? (
                            <NoBuild actor={actor} />
                        ) : (
                            <StartForm actor={actor} form={form} />
                        )
                    }
                </InputForm>
            )}
        </ResourceView>
    );
}

async function readBeginning(runAgain: string | undefined, signal: AbortSignal): Promise<Beginning> {
    if (runAgain === undefined) return { given: undefined, choices: {} };
    const run = await api<Run>(`/actor-runs/${runAgain}`, { signal });
    const { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError } = run.options;
    const choices = { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError };
    return { given: { input: await readInput(run, signal) }, choices };
}

/** Reads the input of a run; undefined if it had none, or one that is not JSON. */
async function readInput({ defaultKeyValueStoreId }: Run, signal: AbortSignal): Promise<unknown> {
    const path = `/key-value-stores/${defaultKeyValueStoreId}/records/INPUT`;
    const answer = await ifFound(apiAnswer(path, { signal }));
    const text = await answer?.text();
    return text !== undefined && answer?.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
}

function StartForm({ actor, form }: { actor: Actor; form: InputFormParts }) {
    const { route } = useLocation();
    const { schema, input, problems, choices, showsAll } = form;
    const refuse = (field: string | undefined): void => {
        form.showAll();
        focusProblem(field);
    };
    const start = async (): Promise<void> => {
        if (!input.ok || problems.length > 0) {
            refuse(problems[0]?.field);
            return;
        }
        const body = input.value === undefined ? {} : { json: input.value };
        try {
            const query = queryOf(choices);
            const run = await api<Run>(`/acts/${actor.id}/runs`, { method: 'POST', query, ...body });
            route(`/runs/${run.id}`);
        } catch (error) {
            // Pressed before the check had answered.
            const refused = problemsIn(error) ?? [];
            refuse(refused[0]?.field);
            if (refused.length === 0) showError(error);
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
                // In a field of one line, Enter alone does not start.
                else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
            }}
        >
            {form.editor}
            <aside class="stack sticky" aria-label="Run options">
                <div class="card stack">
                    {form.options}
                    <Button kind="primary" icon="run" type="submit">
                        Start
                    </Button>
                    <div aria-live="polite">
                        {count > 0 && (
                            <p class="field-trouble">{count === 1 ? 'Fix 1 error' : `Fix ${count} errors`}</p>
                        )}
                    </div>
                    <p class="note">Press Ctrl+Enter to start</p>
                </div>
                <CallSnippets {...{ actor, schema, choices }} input={input.ok ? input.value : undefined} />
            </aside>
        </form>
    );
}

function focusProblem(path: string | undefined): void {
    if (path === undefined) return;
    const [name = ''] = path.split('.');
    // Problems are drawn first, and may open a section.
    requestAnimationFrame(() => {
        const field = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
        field?.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
    });
}

function NoBuild({ actor }: { actor: Actor }) {
    return (
        <EmptyState
            title="No build to run"
            actions={<ButtonLink to={`/actors/${actor.id}/builds`}>View builds</ButtonLink>}
        >
            Runs of this Actor use the build <code>{actor.defaultRunOptions.build}</code>, and no build with that tag
            has succeeded. Build a version first.
        </EmptyState>
    );
}

/** The same start from a program, with the client, and from a terminal. */
function CallSnippets(props: {
    actor: Actor;
    input: unknown;
    schema: InputSchema | undefined;
    choices: RunOptionValues;
}) {
    const { actor, input, schema, choices } = props;
    const snippets = snippetsOf(`${actor.username}/${actor.name}`, withoutSecrets(input ?? {}, schema), choices);
    return (
        <details class="card snippets">
            <summary>Call from code</summary>
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

/** What is hidden in the form must not be readable here. */
function withoutSecrets(input: unknown, schema: InputSchema | undefined): unknown {
    if (schema === undefined || !isInputObject(input)) return input;
    const isSecret = (name: string): boolean => schema.properties[name]?.isSecret === true;
    return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, isSecret(name) ? '…' : value]));
}

function snippetsOf(name: string, input: unknown, choices: RunOptionValues): Record<string, string> {
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
