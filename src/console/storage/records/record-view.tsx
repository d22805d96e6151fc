import { useState } from 'preact/hooks';
import { apiAnswer, isNotFound } from '../../api/api.js';
import { useResource, useVersion } from '../../api/use-resource.js';
import { showDone } from '../../state/toasts.js';
import { readRecord, recordPath, type RecordContents, readKeys, type KeyItem } from './read-record.js';
import { RecordEditor } from './record-editor.js';
import { RecordPreview } from './record-preview.js';
import { publicPath } from './record.js';
import { Button, CopyButton } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/dialog.js';
import { formatBytes } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { ResourceView } from '../../ui/resource-view.js';

interface Looked {
    readonly item: KeyItem;
    readonly contents: RecordContents;
}

/** One record of a store: what is in it, and what can be done with it. */
export function RecordView({
    storeId,
    recordKey,
    version,
    onChanged,
    onGone,
}: {
    storeId: string;
    recordKey: string;
    version: number;
    onChanged: () => void;
    /** It has been deleted. */
    onGone: () => void;
}) {
    const record = useResource(`record ${storeId} ${recordKey}`, async (signal): Promise<Looked> => {
        // The list alone knows where the browser can open it.
        const [contents, keys] = await Promise.all([
            readRecord(storeId, recordKey, signal),
            readKeys(storeId, { prefix: recordKey, limit: 1 }, signal),
        ]);
        return { contents, item: keys.items[0]! };
    });
    useVersion(version, record.reload);
    if (isNotFound(record.error)) {
        return <p class="record-gone">The record “{recordKey}” is not there, or not any more. Choose another one.</p>;
    }
    return (
        <section class="record" aria-label={`Record ${recordKey}`}>
            <ResourceView resource={record}>
                {(looked) => (
                    <Shown
                        {...looked}
                        storeId={storeId}
                        onChanged={() => (record.reload(), onChanged())}
                        onGone={onGone}
                    />
                )}
            </ResourceView>
        </section>
    );
}

function Shown({
    storeId,
    item,
    contents,
    onChanged,
    onGone,
}: Looked & { storeId: string; onChanged: () => void; onGone: () => void }) {
    const [isEditing, edit] = useState(false);
    const { key, contentType, text, isCut } = contents;
    const path = publicPath(item.recordPublicUrl);
    const remove = async (): Promise<void> => {
        await apiAnswer(recordPath(storeId, key), { method: 'DELETE' });
        showDone(`The record “${key}” is deleted.`);
        onGone();
    };
    return (
        <>
            <header class="record-head">
                <h3>{key}</h3>
                <span class="faint">
                    {contentType.split(';', 1)[0]} · {formatBytes(item.size)}
                </span>
                <span class="spring" />
                {text !== undefined && !isCut && (
                    <>
                        <CopyButton text={text} label="Copy the record" />
                        <Button kind="quiet" icon="edit" label="Edit the record" onPress={() => edit(true)} />
                    </>
                )}
                <a
                    class="button quiet bare"
                    href={path}
                    download={key}
                    title="Download"
                    aria-label="Download the record"
                >
                    <Icon name="download" />
                </a>
                <a
                    class="button quiet bare"
                    href={path}
                    target="_blank"
                    rel="noreferrer"
                    title="Open by itself"
                    aria-label="Open the record by itself"
                >
                    <Icon name="external" />
                </a>
                <ConfirmButton
                    kind="quiet"
                    icon="trash"
                    label="Delete the record"
                    question={`Delete ${key}?`}
                    explanation="The record is gone for good."
                    verb="Delete"
                    onConfirm={remove}
                />
            </header>
            <RecordPreview contents={contents} path={path} />
            {isEditing && (
                <RecordEditor
                    storeId={storeId}
                    before={contents}
                    onClose={() => edit(false)}
                    onSaved={() => (edit(false), onChanged())}
                />
            )}
        </>
    );
}
