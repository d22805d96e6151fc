import { isNotFound } from '../../api/api.js';
import { useResource, useVersion } from '../../api/use-resource.js';
import { CopyButton, DeleteButton, DialogButton, FileLink } from '../../ui/button.js';
import { formatBytes } from '../../ui/format.js';
import { ResourceView } from '../../ui/page.js';
import { type OpenRecord, readRecordWithUrl, recordPath } from './read-record.js';
import { RecordEditor } from './record-editor.js';
import { RecordPreview } from './record-preview.js';

interface RecordViewProps {
    readonly storeId: string;
    readonly recordKey: string;
    readonly version: number;
    readonly onChanged: () => void;
    readonly onDeleted: () => void;
}

/** A record of a store: its contents, and what can be done with it. */
export function RecordView(props: RecordViewProps) {
    const { storeId, recordKey, version, onChanged } = props;
    const record = useResource(`record ${storeId} ${recordKey}`, (signal) =>
        readRecordWithUrl(storeId, recordKey, signal),
    );
    useVersion(version, record.reload);
    if (isNotFound(record.error))
        return <p class="record-gone">There is no record “{recordKey}”. Choose another one.</p>;
    return (
        <section class="record" aria-label={`Record ${recordKey}`}>
            <ResourceView resource={record}>
                {(open) => (
                    <>
                        <RecordHead {...props} {...open} onChanged={() => (record.reload(), onChanged())} />
                        <RecordPreview contents={open.contents} path={open.path} />
                    </>
                )}
            </ResourceView>
        </section>
    );
}

function RecordHead({ storeId, contents, path, size, onChanged, onDeleted }: RecordViewProps & OpenRecord) {
    const { key, contentType, text, isCut } = contents;
    return (
        <header class="record-head">
            <h3>{key}</h3>
            <span class="faint">
                {contentType.split(';', 1)[0]} · {formatBytes(size)}
            </span>
            <span class="spring" />
            {text !== undefined && !isCut && (
                <>
                    <CopyButton text={text} label="Copy the record" />
                    <DialogButton
                        kind="quiet"
                        icon="edit"
                        label="Edit the record"
                        dialog={(onClose) => (
                            <RecordEditor storeId={storeId} before={contents} onSaved={onChanged} onClose={onClose} />
                        )}
                    />
                </>
            )}
            <FileLink to={path} icon="download" label="Download the record" download={key} />
            <FileLink to={path} icon="external" label="Open in new tab" target="_blank" />
            <DeleteButton
                path={recordPath(storeId, key)}
                what="the record"
                isQuiet
                explanation="This permanently deletes the record."
                onDeleted={onDeleted}
            />
        </header>
    );
}
