import { queryOf, type RunChoices } from '../options/run-choices.js';
import { CopyButton } from '../parts/copy.js';
import { apiUrl } from '../api/api.js';
import { isInputObject } from '../form/draft.js';
import type { InputSchema } from '../form/schema.js';
import type { Actor } from '../api/json.js';
import type { JSX } from '../preact.js';

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
}): JSX.Element {
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
