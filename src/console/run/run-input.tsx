import { isNotFound } from '../api/api.js';
import type { Run } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { readRecord, type RecordContents } from '../storage/records/read-record.js';
import { hasSecrets, hideSecrets } from '../storage/records/record.js';
import { ButtonLink, CopyButton } from '../ui/button.js';
import { JsonView } from '../ui/json-view.js';
import { parseJson } from '../ui/parse-json.js';
import { ResourceView } from '../ui/resource-view.js';

/** What a run was given, and what it was given anew each time that it became another Actor. */
export function RunInput({ run }: { run: Run }) {
    const keys = ['INPUT', ...(run.metamorphs ?? []).map(({ inputKey }) => inputKey)];
    return (
        <div class="stack">
            {keys.map((key, index) => (
                <OneInput
                    key={key}
                    run={run}
                    inputKey={key}
                    title={index === 0 ? 'Input' : `Input of metamorph ${index}`}
                />
            ))}
        </div>
    );
}

function OneInput({ run, inputKey, title }: { run: Run; inputKey: string; title: string }) {
    const storeId = run.defaultKeyValueStoreId;
    const input = useResource(`input ${run.id} ${inputKey}`, (signal) => readRecord(storeId, inputKey, signal));
    return (
        <section class="record" aria-label={title}>
            {isNotFound(input.error) ? (
                <p class="faint">It was given no input.</p>
            ) : (
                <ResourceView resource={input}>
                    {(contents) => <Shown run={run} title={title} contents={contents} />}
                </ResourceView>
            )}
        </section>
    );
}

function Shown({ run, title, contents }: { run: Run; title: string; contents: RecordContents }) {
    const { text = '', kind } = contents;
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    const value = parsed?.ok ? hideSecrets(parsed.value) : undefined;
    return (
        <>
            <header class="record-head">
                <h3>{title}</h3>
                {parsed?.ok && hasSecrets(parsed.value) && (
                    <span class="faint">Secrets are hidden: they are kept encrypted.</span>
                )}
                <span class="spring" />
                <CopyButton text={() => (parsed?.ok ? JSON.stringify(value, null, 2) : text)} label="Copy the input" />
                <ButtonLink kind="quiet" icon="edit" to={`/actors/${run.actId}/start?runAgain=${run.id}`}>
                    Edit and run again
                </ButtonLink>
            </header>
            {parsed?.ok ? (
                <div class="json">
                    <JsonView value={value} />
                </div>
            ) : (
                <pre class="record-text">{text === '' ? `A record of the type ${contents.contentType}.` : text}</pre>
            )}
        </>
    );
}
