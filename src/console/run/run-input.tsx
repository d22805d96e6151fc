import { isNotFound } from '../api/api.js';
import { useResource, useVersion } from '../api/use-resource.js';
import { readRecord, readRecordWithUrl, type RecordContents } from '../storage/records/read-record.js';
import { RecordPreview } from '../storage/records/record-preview.js';
import { hasSecrets, hideSecrets } from '../storage/records/record.js';
import { ButtonLink, CopyButton } from '../ui/button.js';
import { JsonTree } from '../ui/code.js';
import { formatCount } from '../ui/format.js';
import { Empty, ResourceView } from '../ui/page.js';
import { parseJson } from '../ui/parse-json.js';
import { hasEnded } from './run-status.js';
import type { Run } from '../api/json.js';

/** The input of a run, and that of each metamorph. */
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
                <p class="faint">No input</p>
            ) : (
                <ResourceView resource={input}>
                    {(contents) => <InputContents run={run} title={title} contents={contents} />}
                </ResourceView>
            )}
        </section>
    );
}

function InputContents({ run, title, contents }: { run: Run; title: string; contents: RecordContents }) {
    const { text = '', kind, contentType } = contents;
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    const value = parsed?.ok ? hideSecrets(parsed.value) : undefined;
    return (
        <>
            <header class="record-head">
                <h3>{title}</h3>
                {parsed?.ok && hasSecrets(parsed.value) && (
                    <span class="faint">Secrets are hidden: they are stored encrypted.</span>
                )}
                <span class="spring" />
                <CopyButton text={() => (parsed?.ok ? JSON.stringify(value, null, 2) : text)} label="Copy the input" />
                <ButtonLink kind="quiet" icon="edit" to={`/actors/${run.actId}/start?runAgain=${run.id}`}>
                    Edit and run again
                </ButtonLink>
            </header>
            {parsed?.ok ? <JsonTree value={value} /> : <pre class="record-text">{text || contentType}</pre>}
        </>
    );
}

const OUTPUT = 'OUTPUT';

/** The output of a run: its record `OUTPUT`. */
export function RunOutput({ run, version }: { run: Run; version: number }) {
    const output = useResource(`output ${run.id}`, (signal) =>
        readRecordWithUrl(run.defaultKeyValueStoreId, OUTPUT, signal),
    );
    useVersion(version, output.reload);
    if (isNotFound(output.error)) return <NoOutput run={run} />;
    return (
        <ResourceView resource={output}>
            {({ contents, path }) => (
                <section class="record" aria-label="Output">
                    <header class="record-head">
                        <h3>{OUTPUT}</h3>
                        <span class="faint">{contents.contentType.split(';', 1)[0]}</span>
                        <span class="spring" />
                        {contents.text !== undefined && <CopyButton text={contents.text} label="Copy the output" />}
                    </header>
                    <RecordPreview contents={contents} path={path} />
                </section>
            )}
        </ResourceView>
    );
}

function NoOutput({ run }: { run: Run }) {
    const { datasetItems } = run.stats;
    const items = `View ${datasetItems === 1 ? 'the item' : `${formatCount(datasetItems)} items`}`;
    return (
        <Empty
            title={hasEnded(run) ? 'No output' : 'No output yet'}
            command="await Actor.setValue('OUTPUT', { hello: 'world' })"
            actions={datasetItems > 0 && <ButtonLink to={`/runs/${run.id}/items`}>{items}</ButtonLink>}
        >
            <p>Set the record OUTPUT, or return a value from a function-style Actor.</p>
        </Empty>
    );
}
