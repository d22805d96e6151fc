import { Button } from '../parts/button.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { Loading } from '../parts/resource-view.js';
import { SearchField } from '../parts/search-field.js';
import { useQuery } from '../router/query.js';
import { changeQuery } from '../router/router.js';
import { useState, type JSX } from '../preact.js';
import { KeyList } from './key-list.js';
import { publicPath } from './public-path.js';
import { RecordEditor } from './record-editor.js';
import { RecordView } from './record-view.js';
import { useKeys } from './use-keys.js';

/** What is in a key-value store: its keys, and the record that is chosen, which is in the address. */
export function RecordsView({
    storeId,
    archiveUrl,
    version,
}: {
    storeId: string;
    /** Where all records are in one archive; signed. */
    archiveUrl: string | undefined;
    /** Another one when there may be other records. */
    version: number;
}): JSX.Element {
    const query = useQuery();
    const prefix = query.get('prefix') ?? '';
    const chosen = query.get('key') ?? undefined;
    const [changes, setChanges] = useState(0);
    const [isAdding, add] = useState(false);
    const keys = useKeys(storeId, prefix, version + changes);
    const again = (): void => setChanges((count) => count + 1);
    return (
        <section class="records" aria-label="Records">
            <div class="toolbar">
                <SearchField
                    value={prefix}
                    onChange={(text) => changeQuery({ prefix: text })}
                    label="Keys that begin with"
                />
                <Button kind="quiet" icon="refresh" label="Read the keys anew" onPress={again} />
                <span class="spring" />
                {archiveUrl !== undefined && (
                    <a class="button plain" href={publicPath(archiveUrl)} download>
                        <Icon name="download" />
                        All as ZIP
                    </a>
                )}
                <Button icon="plus" onPress={() => add(true)}>
                    Record
                </Button>
            </div>
            {keys.isWhole && keys.items.length === 0 ? (
                <NoRecords prefix={prefix} />
            ) : (
                <div class="records-panes">
                    {keys.items.length === 0 && keys.error === undefined && <Loading />}
                    <KeyList keys={keys} chosen={chosen} onChoose={(key) => changeQuery({ key })} />
                    {chosen === undefined ? (
                        <p class="record-none faint">Choose a record to see what is in it.</p>
                    ) : (
                        <RecordView
                            storeId={storeId}
                            recordKey={chosen}
                            version={version}
                            onChanged={again}
                            onGone={() => (changeQuery({ key: undefined }), again())}
                        />
                    )}
                </div>
            )}
            {isAdding && (
                <RecordEditor
                    storeId={storeId}
                    before={undefined}
                    onClose={() => add(false)}
                    onSaved={(key) => (add(false), again(), changeQuery({ key }))}
                />
            )}
        </section>
    );
}

function NoRecords({ prefix }: { prefix: string }): JSX.Element {
    if (prefix !== '') return <p class="faint">No key begins with “{prefix}”.</p>;
    return (
        <Empty title="There are no records" command="await Actor.setValue('OUTPUT', { hello: 'world' })">
            <p>What an Actor stores under a key is here, and what you put here an Actor can read.</p>
        </Empty>
    );
}
