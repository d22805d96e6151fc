import { useEffect, useRef, useState } from 'preact/hooks';
import { useCursorList } from '../../api/long-list.js';
import { useApi } from '../../api/use-resource.js';
import { useQuery } from '../../router.js';
import { Button, DeleteButton, ButtonLink } from '../../components/button.js';
import { SearchField } from '../../components/fields.js';
import { formatBytes } from '../../components/format.js';
import { EmptyState, Loading, ErrorMessage } from '../../components/page.js';
import { useVirtual } from '../../components/use-virtual.js';
import { type LoadedRecord, readKeys, recordPath, publicPath } from './record.js';
import { RecordEditor, RecordView } from './record-view.js';
import type { KeyItem, KeyValueStoreInfo } from '../../api/json.js';
import type { CursorList } from '../../api/long-list.js';
import type { ContentsProps } from '../storages-page.js';

/** Maximum page size of the API. */
const PAGE_SIZE = 1_000;

/** The contents of a key-value store: its keys, and the selected record, whose key is in the query. */
export function RecordsView({ id: storeId, version }: ContentsProps) {
    const { value: store } = useApi<KeyValueStoreInfo>(`/key-value-stores/${encodeURIComponent(storeId)}`);
    const [query, change] = useQuery();
    const prefix = query.get('prefix') ?? '';
    const chosen = query.get('key') ?? undefined;
    const [changes, setChanges] = useState(0);
    const keys = useKeys(storeId, prefix, version + changes);
    const refresh = (): void => setChanges((count) => count + 1);
    return (
        <section class="records" aria-label="Records">
            <div class="toolbar">
                <SearchField
                    value={prefix}
                    onChange={(text) => change({ prefix: text })}
                    label="Filter by key prefix"
                />
                <Button kind="quiet" icon="refresh" label="Refresh" onPress={refresh} />
                <span class="spring" />
                {store && (
                    <ButtonLink icon="download" to={publicPath(store.recordsPublicUrl)} download>
                        Download ZIP
                    </ButtonLink>
                )}
                <RecordEditor
                    button={{ icon: 'plus', children: 'Create record' }}
                    storeId={storeId}
                    onSaved={(key) => (refresh(), change({ key }))}
                />
            </div>
            {keys.isComplete && keys.items.length === 0 ? (
                <NoRecords prefix={prefix} />
            ) : (
                <div class="records-panes">
                    {keys.items.length === 0 && keys.error === undefined && <Loading />}
                    <KeyList keys={keys} chosen={chosen} onChoose={(key) => change({ key })} />
                    {chosen === undefined ? (
                        <p class="record-none faint">Select a record to view it.</p>
                    ) : (
                        <RecordView
                            storeId={storeId}
                            recordKey={chosen}
                            version={version}
                            missing={<p class="record-gone">{`Record “${chosen}” not found. Select another one.`}</p>}
                            actions={(record, reload) => (
                                <RecordActions
                                    storeId={storeId}
                                    record={record}
                                    onChanged={() => (reload(), refresh())}
                                    onDeleted={() => (change({ key: undefined }), refresh())}
                                />
                            )}
                        />
                    )}
                </div>
            )}
        </section>
    );
}

function RecordActions(props: { storeId: string; record: LoadedRecord; onChanged: () => void; onDeleted: () => void }) {
    const { storeId, record, onChanged, onDeleted } = props;
    const { key, text, isTruncated, path } = record;
    return (
        <>
            {text !== undefined && !isTruncated && (
                <RecordEditor
                    button={{ kind: 'quiet', icon: 'edit', label: 'Edit the record' }}
                    storeId={storeId}
                    record={record}
                    onSaved={onChanged}
                />
            )}
            <ButtonLink kind="quiet" to={path} icon="download" label="Download the record" download={key} />
            <ButtonLink kind="quiet" to={path} icon="external" label="Open in new tab" target="_blank" />
            <DeleteButton
                path={recordPath(storeId, key)}
                what="the record"
                isQuiet
                explanation="This permanently deletes the record."
                onDeleted={onDeleted}
            />
        </>
    );
}

function useKeys(storeId: string, prefix: string, version: number): CursorList<KeyItem> {
    return useCursorList(`keys ${storeId} ${prefix}`, version, {
        async load(cursor, signal) {
            const query = { prefix, limit: PAGE_SIZE, ...(cursor !== undefined && { exclusiveStartKey: cursor }) };
            const { items, isTruncated, nextExclusiveStartKey } = await readKeys(storeId, query, signal);
            return { items, next: isTruncated ? (nextExclusiveStartKey ?? undefined) : undefined };
        },
    });
}

/** Row height in the style sheet. */
const ROW_PIXELS = 32;
const MARGIN_ROWS = 12;

function KeyList(props: { keys: CursorList<KeyItem>; chosen: string | undefined; onChoose: (key: string) => void }) {
    const { keys, chosen, onChoose } = props;
    const element = useRef<HTMLDivElement>(null);
    const { items } = keys;
    const list = { count: items.length, size: ROW_PIXELS, margin: MARGIN_ROWS };
    const virtual = useVirtual(() => element.current, list);
    const rows = virtual.getVirtualItems();
    const end = (rows.at(-1)?.index ?? 0) + 1;
    useEffect(() => keys.loadRange(0, end), [keys, end]);
    useEffect(() => {
        // Keeps the focus in the list while the arrow keys move through it.
        if (!element.current?.contains(document.activeElement)) return;
        element.current.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    }, [chosen]);
    const move = (event: KeyboardEvent): void => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const at = items.findIndex(({ key }) => key === chosen);
        const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
        if (next) onChoose(next.key);
    };
    return (
        <div class="key-list" ref={element} onKeyDown={move}>
            <ul style={{ height: `${virtual.getTotalSize()}px` }} aria-label="Keys">
                {rows.map(({ index, start }) => {
                    const { key, size } = items[index]!;
                    return (
                        <li key={key} style={{ transform: `translateY(${start}px)` }}>
                            <button
                                type="button"
                                aria-current={key === chosen}
                                title={key}
                                onClick={() => onChoose(key)}
                            >
                                <span class="key-name">{key}</span>
                                <span class="faint">{formatBytes(size)}</span>
                            </button>
                        </li>
                    );
                })}
            </ul>
            {keys.error !== undefined && <ErrorMessage error={keys.error} onRetry={keys.reload} />}
        </div>
    );
}

function NoRecords({ prefix }: { prefix: string }) {
    if (prefix !== '') return <p class="faint">No matches</p>;
    return (
        <EmptyState title="No records" command="await Actor.setValue('OUTPUT', { hello: 'world' })">
            Records appear here as soon as an Actor stores them. Create one for an Actor to read.
        </EmptyState>
    );
}
