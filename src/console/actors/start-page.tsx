import { api, apiResponse, apiUrl, ifFound } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { problemsIn, InputForm, type InputFormState } from '../form/input-form.js';
import { type InputSchema, isInputObject } from '../form/schema.js';
import { useLocation, useQuery } from '../router.js';
import { toQuery, type RunOptionValues } from '../runs/run-options.js';
import { showError } from '../signals/toasts.js';
import { Button, ButtonLink, CopyButton } from '../components/button.js';
import { EmptyState, ResourceView } from '../components/page.js';
import type { Actor, Run } from '../api/json.js';

interface InitialValues {
    /** The input of the repeated run. */
    readonly initialInput: { readonly input: unknown } | undefined;
    readonly runOptions: RunOptionValues;
}

/** Starts a run of an Actor. With `?runAgain=RUN_ID`, the form has the input and options of that run. */
export function Start({ actor }: { actor: Actor }) {
    const [query] = useQuery();
    const runAgain = query.get('runAgain') ?? undefined;
    const beginning = useResource(`start ${runAgain}`, (signal) => readInitialValues(runAgain, signal));
    return (
        <ResourceView resource={beginning}>
            {({ initialInput, runOptions }) => (
                <InputForm key={runAgain} actor={actor} initialInput={initialInput} initialOptions={runOptions}>
                    {(form) =>
                        form.build === null && form.runOptions.build === undefined ? (
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

async function readInitialValues(runAgain: string | undefined, signal: AbortSignal): Promise<InitialValues> {
    if (runAgain === undefined) return { initialInput: undefined, runOptions: {} };
    const run = await api<Run>(`/actor-runs/${runAgain}`, { signal });
    const { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError } = run.options;
    const runOptions = { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError };
    return { initialInput: { input: await readInput(run, signal) }, runOptions };
}

/** Reads the input of a run; parsed if it is JSON, undefined if the run had none. */
async function readInput({ defaultKeyValueStoreId }: Run, signal: AbortSignal): Promise<unknown> {
    const path = `/key-value-stores/${defaultKeyValueStoreId}/records/INPUT`;
    const response = await ifFound(apiResponse(path, { signal }));
    const text = await response?.text();
    return text !== undefined && response?.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
}

function StartForm({ actor, form }: { actor: Actor; form: InputFormState }) {
    const { route } = useLocation();
    const { schema, input, problems, runOptions, showsAll } = form;
    const showProblems = (field: string | undefined): void => {
        form.showAll();
        focusProblem(field);
    };
    const start = async (): Promise<void> => {
        if (!input.ok || problems.length > 0) {
            showProblems(problems[0]?.field);
            return;
        }
        const body = input.value === undefined ? {} : { json: input.value };
        try {
            const query = toQuery(runOptions);
            const run = await api<Run>(`/acts/${actor.id}/runs`, { method: 'POST', query, ...body });
            route(`/runs/${run.id}`);
        } catch (error) {
            // The form was submitted before the check had responded.
            const rejected = problemsIn(error) ?? [];
            showProblems(rejected[0]?.field);
            if (rejected.length === 0) showError(error);
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
                // In a single-line field, Enter alone does not start.
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
                        {count > 0 && <p class="field-error">{count === 1 ? 'Fix 1 error' : `Fix ${count} errors`}</p>}
                    </div>
                    <p class="note">Press Ctrl+Enter to start</p>
                </div>
                <CallSnippets {...{ actor, schema, runOptions }} input={input.ok ? input.value : undefined} />
            </aside>
        </form>
    );
}

function focusProblem(path: string | undefined): void {
    if (path === undefined) return;
    const [name = ''] = path.split('.');
    // After rendering: the problem may open a section.
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

/** Snippets for the same start: in process, with the client, and with curl. */
function CallSnippets(props: {
    actor: Actor;
    input: unknown;
    schema: InputSchema | undefined;
    runOptions: RunOptionValues;
}) {
    const { actor, input, schema, runOptions } = props;
    const snippets = createSnippets(`${actor.username}/${actor.name}`, maskSecrets(input ?? {}, schema), runOptions);
    return (
        <details class="card snippets">
            <summary>Call from code</summary>
            {Object.entries(snippets).map(([name, code]) => (
                <div key={name}>
                    <div class="row spread">
                        <span class="label">{name}</span>
                        <CopyButton text={code} label={`Copy the snippet: ${name}`} />
                    </div>
                    <pre class="text-block">{code}</pre>
                </div>
            ))}
        </details>
    );
}

/** Masks the secret fields of an input, which the form hides, too. */
function maskSecrets(input: unknown, schema: InputSchema | undefined): unknown {
    if (schema === undefined || !isInputObject(input)) return input;
    const isSecret = (name: string): boolean => schema.properties[name]?.isSecret === true;
    return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, isSecret(name) ? '…' : value]));
}

function createSnippets(name: string, input: unknown, runOptions: RunOptionValues): Record<string, string> {
    const query = Object.entries(toQuery(runOptions)).filter(([, value]) => value !== undefined);
    const json = JSON.stringify(input, null, 4);
    const options = query.length === 0 ? '' : `, ${JSON.stringify(Object.fromEntries(query))}`;
    const url = location.origin + apiUrl(`/acts/${name.replace('/', '~')}/runs`, Object.fromEntries(query));
    const quoted = JSON.stringify(input).replaceAll("'", String.raw`'\''`);
    return {
        'In process': `const run = await engine.call('${name}', ${json}${options});`,
        'apify-client': `const run = await client.actor('${name}').call(${json}${options});`,
        curl: `curl '${url}' \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`,
    };
}
