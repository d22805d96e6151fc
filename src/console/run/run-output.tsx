import { isNotFound } from '../api/api.js';
import type { Run } from '../api/json.js';
import { useResource, useVersion } from '../api/use-resource.js';
import { hasEnded } from './run-status.js';
import { readRecord, readKeys } from '../storage/records/read-record.js';
import { RecordPreview } from '../storage/records/record-preview.js';
import { publicPath } from '../storage/records/record.js';
import { ButtonLink, CopyButton } from '../ui/button.js';
import { Empty } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';

const OUTPUT = 'OUTPUT';

/** What a run has put out: its record `OUTPUT`. */
export function RunOutput({ run, version }: { run: Run; version: number }) {
    const storeId = run.defaultKeyValueStoreId;
    const output = useResource(`output ${run.id}`, async (signal) => {
        const [contents, keys] = await Promise.all([
            readRecord(storeId, OUTPUT, signal),
            readKeys(storeId, { prefix: OUTPUT, limit: 1 }, signal),
        ]);
        return { contents, path: publicPath(keys.items[0]!.recordPublicUrl) };
    });
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
    const items = datasetItems > 0 && (
        <ButtonLink to={`/runs/${run.id}/items`}>
            {datasetItems === 1 ? 'See its item' : `See its ${datasetItems.toLocaleString('en')} items`}
        </ButtonLink>
    );
    return (
        <Empty
            title={hasEnded(run) ? 'The run has no output' : 'There is no output yet'}
            command="await Actor.setValue('OUTPUT', { hello: 'world' })"
            actions={items}
        >
            <p>Its output is the record OUTPUT of its key-value store, or what a function of an Actor returns.</p>
        </Empty>
    );
}
